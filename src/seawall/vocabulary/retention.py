"""How long content is kept: one class for each purpose."""

from datetime import timedelta
from enum import StrEnum


class Retention(StrEnum):
    """Why content is kept. The class decides for how long and which wrapping keys protect it."""

    EXCHANGE = "exchange"
    CASE = "case"
    EVIDENCE = "evidence"
    CREDENTIAL = "credential"
    PERSON = "person"


PERIODS: dict[Retention, timedelta | None] = {
    Retention.EXCHANGE: timedelta(days=30),
    Retention.CASE: timedelta(days=730),
    Retention.EVIDENCE: timedelta(days=2192),
    Retention.CREDENTIAL: None,
    Retention.PERSON: None,
}
"""How long each class is kept unless an operator says otherwise; None is never due, only erased."""

HOLDS: dict[Retention, str] = {
    Retention.EXCHANGE: "what people and models wrote to each other",
    Retention.CASE: "what was written in a case, and what somebody contests",
    Retention.EVIDENCE: "reasons of holds and approvals, documents behind decisions",
    Retention.CREDENTIAL: "credentials of upstreams, secrets of authenticator apps",
    Retention.PERSON: "names and addresses of people who sign in",
}
"""What is in each class, in the words that are shown to everybody."""

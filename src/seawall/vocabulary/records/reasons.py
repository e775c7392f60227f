"""Records of statements of reasons: which decisions an authority was told of."""

from typing import ClassVar

from seawall.vocabulary.ids import DecisionId
from seawall.vocabulary.records.record import Audience, Record


class ReasonsSent(Record, frozen=True, kw_only=True):
    """The authority took statements of reasons for these decisions; `production` tells a real one from a trial."""

    kind: ClassVar[str] = "reasons.sent"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    decisions: tuple[DecisionId, ...]
    production: bool
    by: str


class ReasonsRefused(Record, frozen=True, kw_only=True):
    """The authority refused the statement of reasons for a decision, for what stands in these fields of it."""

    kind: ClassVar[str] = "reasons.refused"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    decision: DecisionId
    fields: tuple[str, ...]
    production: bool
    by: str

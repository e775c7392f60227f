"""A release as values: which model goes where, what is stated of its risk, and where the decision is."""

from datetime import datetime
from enum import StrEnum

import msgspec

from seawall.vocabulary.ids import ItemId, PersonId, ReleaseId


class Applies(StrEnum):
    """What kind of release it is."""

    INTERNAL_DEPLOY = "internal_deploy"
    EXTERNAL_DEPLOY = "external_deploy"
    WEIGHTS_RELEASE = "weights_release"


class Risk(StrEnum):
    """What is determined of the thresholds that matter here. That nobody can rule one out is a state of its own."""

    NOT_REACHED = "not_reached"
    APPROACHING = "approaching"
    CANNOT_RULE_OUT = "cannot_rule_out"
    REACHED = "reached"
    REACHED_PRECAUTIONARY = "reached_precautionary"


# From here on a release rests on safeguards.
WANTS_SAFEGUARDS = frozenset({Risk.CANNOT_RULE_OUT, Risk.REACHED, Risk.REACHED_PRECAUTIONARY})


class Part(StrEnum):
    """What a document is for."""

    DETERMINATION = "determination"
    CAPABILITY_REPORT = "capability_report"
    SAFEGUARDS_REPORT = "safeguards_report"
    OTHER = "other"


class State(StrEnum):
    """Where a release is. One that is signed off lapses by itself once its time is over."""

    PROPOSED = "proposed"
    SIGNED_OFF = "signed_off"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Refusal(StrEnum):
    """Why a release is refused, as a code; why in words lies in the vault."""

    RISK_TOO_HIGH = "risk_too_high"
    EVIDENCE_LACKING = "evidence_lacking"
    SAFEGUARDS_LACKING = "safeguards_lacking"
    OTHER = "other"


class Withdrawal(StrEnum):
    """Why a proposal is taken back, or a sign-off ended before its time."""

    SUPERSEDED = "superseded"
    NEW_FINDING = "new_finding"
    INCIDENT = "incident"
    MISTAKE = "mistake"
    OTHER = "other"


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A document that a release rests on. `item` is in the vault; None where it is one that the hub publishes."""

    part: Part
    title: str
    sha256: str
    item: ItemId | None


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """A document as somebody hands it in: its content, or the digest of a public one."""

    part: Part
    title: str = ""
    content: bytes | None = None
    public: str | None = None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is proposed. Conditions are published word for word once it is signed off."""

    model: str
    version: str
    applies: Applies
    risk: Risk
    expires_at: datetime
    documents: tuple[Brought, ...]
    conditions: tuple[str, ...] = ()


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A release with its documents. `statement` and `missing` are those of the sign-off, once there is one.

    `reason` is an item of the vault: why it was refused. `record` is the public record of the sign-off.
    """

    id: ReleaseId
    model: str
    version: str
    applies: Applies
    risk: Risk
    conditions: tuple[str, ...]
    expires_at: datetime
    state: State
    proposed_by: PersonId
    proposed_human: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    statement: str | None
    missing: tuple[str, ...]
    record: str | None
    reason: ItemId | None
    reason_code: str | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    documents: tuple[Document, ...] = ()

"""Records of what was held against accounts, and of what was taken back. Weights are in thousandths; no texts."""

from typing import ClassVar

from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, ProjectId, RuleId, StrikeId
from seawall.vocabulary.records.record import Audience, Record


class StrikeCounted(Record, frozen=True, kw_only=True):
    """A violation was counted against an account."""

    kind: ClassVar[str] = "strike.counted"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"account"})
    strike: StrikeId
    account: AccountId
    project: ProjectId
    decision: DecisionId
    exchange: ExchangeId
    rule: RuleId
    category: str
    weight_thousandths: int
    expires_at: str


class StandingChanged(Record, frozen=True, kw_only=True):
    """The standing of an account changed, by strikes, by a measure, by a person or by a reversal."""

    kind: ClassVar[str] = "standing.changed"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"account", "by"})
    change: str
    account: AccountId
    project: ProjectId
    from_state: str
    to_state: str
    until: str | None
    per_minute: int | None
    cause: str
    decision: DecisionId | None
    by: str | None
    reason_code: str | None


class DecisionReversed(Record, frozen=True, kw_only=True):
    """A decision was taken back, with its strikes and the changes of standing that would not have been without it."""

    kind: ClassVar[str] = "decision.reversed"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"account", "by"})
    decision: DecisionId
    account: AccountId
    project: ProjectId
    strikes: tuple[StrikeId, ...]
    changes: tuple[str, ...]
    by: str
    reason_code: str

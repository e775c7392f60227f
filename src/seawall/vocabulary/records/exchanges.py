"""Records of the live path."""

from typing import ClassVar

from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, KeyId, ProjectId, RuleId
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.records.record import Audience, Record


class ExchangeDecided(Record, frozen=True, kw_only=True):
    """The policy settled something other than allow for one exchange, which `application` (its key) asked for."""

    kind: ClassVar[str] = "exchange.decided"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"account"})
    decision: DecisionId
    exchange: ExchangeId
    project: ProjectId
    account: AccountId
    measure: Measure
    because: tuple[RuleId, ...]
    policy_digest: str
    application: KeyId | None = None


class DecisionReviewed(Record, frozen=True, kw_only=True):
    """A person looked at a decision and said whether it was right. Nothing follows from it for the account."""

    kind: ClassVar[str] = "decision.reviewed"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    decision: DecisionId
    exchange: ExchangeId
    right: bool
    by: str


class DetectorReviewed(Record, frozen=True, kw_only=True):
    """A person said whether a decision was right on which a detector had found something; one record for each.

    `looked_at` is the same each time that somebody says it of the same decision and detector; the last word counts.
    """

    kind: ClassVar[str] = "detector.reviewed"
    audience: ClassVar[Audience] = Audience.AUDITOR
    decision: DecisionId
    detector: str
    said: str
    looked_at: str


class ExchangesBatched(Record, frozen=True, kw_only=True):
    """A run of exchanges was closed and committed to by one Merkle root (RFC 6962 tree over salted leaves)."""

    kind: ClassVar[str] = "exchanges.batched"
    audience: ClassVar[Audience] = Audience.PUBLIC
    batch: str
    size: int
    root: str

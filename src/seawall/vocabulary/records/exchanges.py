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


class ExchangesBatched(Record, frozen=True, kw_only=True):
    """A run of exchanges was closed and committed to by one Merkle root (RFC 6962 tree over salted leaves)."""

    kind: ClassVar[str] = "exchanges.batched"
    audience: ClassVar[Audience] = Audience.PUBLIC
    batch: str
    size: int
    root: str

"""The closed list of record kinds. A kind exists when its class stands in `ALL`; two of one name stop the start."""

from seawall.vocabulary.records.access import KeyCreated, KeyRevoked, ModelMapped, ProjectChanged, ProjectCreated
from seawall.vocabulary.records.approvals import (
    GlassBroken,
    GlassReviewed,
    RequestAsked,
    RequestEnded,
    RequestExecuted,
    RequestVoted,
)
from seawall.vocabulary.records.enforce import DecisionReversed, StandingChanged, StrikeCounted
from seawall.vocabulary.records.exchanges import DecisionReviewed, ExchangeDecided, ExchangesBatched
from seawall.vocabulary.records.ledger import LedgerRecovered
from seawall.vocabulary.records.people import (
    FactorEnrolled,
    FactorRemoved,
    PersonActivated,
    PersonAdded,
    PersonChanged,
    PersonDeactivated,
    RightsChanged,
    RoleConfirmed,
    RoleGranted,
    RoleWithdrawn,
    SessionBegun,
    SessionProven,
    SessionRevoked,
    SignInLinkIssued,
    SignInRefused,
)
from seawall.vocabulary.records.policy import PolicyPublished
from seawall.vocabulary.records.privacy import (
    PrivacyAnswered,
    PrivacyChecked,
    PrivacyRefused,
    PrivacyRequested,
    RetentionChanged,
)
from seawall.vocabulary.records.record import Audience, Record
from seawall.vocabulary.records.screen import ClassifierReleased, LabelsExported
from seawall.vocabulary.records.testers import (
    EngagementCreated,
    EngagementEnded,
    SafeguardsChanged,
    StatementIssued,
    TesterKeyCreated,
    TesterRemoved,
    TesterValidated,
)
from seawall.vocabulary.records.vault import DueErased, ItemErased, ItemHeld, ItemReleased, KeysRotated

ALL: tuple[type[Record], ...] = (
    ExchangeDecided,
    DecisionReviewed,
    ExchangesBatched,
    LedgerRecovered,
    DecisionReversed,
    StandingChanged,
    StrikeCounted,
    DueErased,
    ItemErased,
    ItemHeld,
    ItemReleased,
    KeysRotated,
    ProjectCreated,
    ProjectChanged,
    KeyCreated,
    KeyRevoked,
    ModelMapped,
    PolicyPublished,
    ClassifierReleased,
    LabelsExported,
    PersonAdded,
    PersonChanged,
    PersonActivated,
    PersonDeactivated,
    RoleGranted,
    RoleConfirmed,
    RoleWithdrawn,
    FactorEnrolled,
    FactorRemoved,
    SignInLinkIssued,
    SignInRefused,
    SessionBegun,
    SessionProven,
    SessionRevoked,
    RightsChanged,
    RequestAsked,
    RequestVoted,
    RequestEnded,
    RequestExecuted,
    GlassBroken,
    GlassReviewed,
    EngagementCreated,
    TesterValidated,
    TesterRemoved,
    TesterKeyCreated,
    SafeguardsChanged,
    EngagementEnded,
    StatementIssued,
    PrivacyRequested,
    PrivacyChecked,
    PrivacyAnswered,
    PrivacyRefused,
    RetentionChanged,
)

KINDS: dict[str, type[Record]] = {kind.kind: kind for kind in ALL}
if len(KINDS) != len(ALL):
    raise RuntimeError("two record kinds share a name: see seawall.vocabulary.records.ALL")

__all__ = ["ALL", "KINDS", "Audience", "Record"]

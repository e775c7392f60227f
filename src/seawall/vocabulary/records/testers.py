"""Records of outside testers: engagements, who was validated for them, what their tests ran under. No content."""

from typing import ClassVar

import msgspec

from seawall.vocabulary.ids import EngagementId, KeyId, PersonId, ProjectId, RequestId
from seawall.vocabulary.records.record import Audience, Record


class EngagementCreated(Record, frozen=True, kw_only=True):
    """An organisation outside was let in to test models: which, from when to when, how much."""

    kind: ClassVar[str] = "tester.engagement_created"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"organisation", "owner", "addresses", "by"})
    engagement: EngagementId
    project: ProjectId
    organisation: str
    owner: PersonId
    models: tuple[str, ...]
    addresses: tuple[str, ...]
    begins: str
    ends: str
    request_budget: int | None
    token_budget: int | None
    by: str


class TesterValidated(Record, frozen=True, kw_only=True):
    """Somebody looked at who a tester is, and let them into an engagement."""

    kind: ClassVar[str] = "tester.validated"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"person", "by"})
    engagement: EngagementId
    person: PersonId
    checked: str
    by: str


class TesterRemoved(Record, frozen=True, kw_only=True):
    """A tester was taken out of an engagement; their keys ended with it."""

    kind: ClassVar[str] = "tester.removed"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"person", "by"})
    engagement: EngagementId
    person: PersonId
    keys: int
    by: str


class TesterKeyCreated(Record, frozen=True, kw_only=True):
    """A key was made for a tester; see `key.created` of the same key."""

    kind: ClassVar[str] = "tester.key_created"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"person", "by"})
    engagement: EngagementId
    key: KeyId
    person: PersonId
    request_budget: int | None
    token_budget: int | None
    by: str


class SafeguardsChanged(Record, frozen=True, kw_only=True):
    """The safeguards of an engagement were lifted, by an approval, or put back."""

    kind: ClassVar[str] = "tester.safeguards_changed"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    engagement: EngagementId
    safeguards: bool
    approval: RequestId | None
    by: str


class EngagementEnded(Record, frozen=True, kw_only=True):
    """An engagement ended, by its date or by somebody; its keys no longer work."""

    kind: ClassVar[str] = "tester.engagement_ended"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    engagement: EngagementId
    reason_code: str
    keys: int
    by: str


class ModelTested(msgspec.Struct, frozen=True, kw_only=True):
    """A model under the name that testers used, and what it led to when the statement was made."""

    name: str
    api: str
    upstream: str


class SafeguardsState(msgspec.Struct, frozen=True, kw_only=True):
    """From when on safeguards were on or off, and by which approval."""

    since: str
    safeguards: bool
    approval: RequestId | None


class PolicyUsed(msgspec.Struct, frozen=True, kw_only=True):
    """A policy version that exchanges of the test were decided by, and how many."""

    digest: str
    exchanges: int
    first: str
    last: str


class ClassifierUsed(msgspec.Struct, frozen=True, kw_only=True):
    """A classifier's release that was on record by the end of the test."""

    classifier: str
    release: str
    weights_digest: str


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How much was tested and what came of it, in numbers."""

    exchanges: int
    by_outcome: dict[str, int]
    by_measure: dict[str, int]
    by_model: dict[str, int]
    input_tokens: int
    output_tokens: int
    without_safeguards: int
    kept_contents: int


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """Under which conditions a test ran: everything that is stated of it."""

    engagement: EngagementId
    organisation: str
    project: ProjectId
    begins: str
    ends: str
    ended_at: str | None
    until: str
    testers: int
    keys: int
    models: tuple[ModelTested, ...]
    safeguards: tuple[SafeguardsState, ...]
    policies: tuple[PolicyUsed, ...]
    classifiers: tuple[ClassifierUsed, ...]
    counts: Counted
    request_budget: int | None
    token_budget: int | None


class StatementIssued(Record, frozen=True, kw_only=True):
    """Under which conditions a test ran, as a statement that the proof of this record carries to whoever tested."""

    kind: ClassVar[str] = "tester.statement_issued"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    conditions: Conditions
    by: str

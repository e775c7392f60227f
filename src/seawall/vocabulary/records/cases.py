"""Records of cases: what people settle, how, and what followed. Words of people are in the vault; of notes a digest.

Every kind has a twin of the same fields for cases about child safety, `child_safety.…`, whose bodies are sealed.
"""

from inspect import cleandoc
from typing import ClassVar

import msgspec

from seawall.vocabulary.ids import AccountId, CaseId, DecisionId, ExchangeId, ItemId, NoticeId, ProjectId, RuleId
from seawall.vocabulary.records.record import Audience, Record


class _OfCase(Record, frozen=True, kw_only=True):
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    case: CaseId
    by: str


class CaseOpened(_OfCase, frozen=True, kw_only=True):
    """Something came up that a person must settle: where it was routed and until when. `about` is a decision."""

    kind: ClassVar[str] = "case.opened"
    private: ClassVar[frozenset[str]] = frozenset({"by", "account"})
    origin: str
    queue: str
    priority: str
    project: ProjectId
    account: AccountId
    exchange: ExchangeId | None
    about: DecisionId | None
    rule: RuleId | None
    category: str | None
    due_at: str


class CaseClaimed(_OfCase, frozen=True, kw_only=True):
    """A reviewer took a case for a while; nobody else decides it meanwhile."""

    kind: ClassVar[str] = "case.claimed"
    until: str


class CaseReleased(_OfCase, frozen=True, kw_only=True):
    """A case is free again: given back, timed out, or its reviewer may not settle it any more."""

    kind: ClassVar[str] = "case.released"
    reason_code: str


class CaseNoted(_OfCase, frozen=True, kw_only=True):
    """Somebody wrote a note in a case. It lies in the vault; here is its digest."""

    kind: ClassVar[str] = "case.noted"
    private: ClassVar[frozenset[str]] = frozenset({"by", "digest"})
    item: ItemId
    digest: str


class CaseViewed(_OfCase, frozen=True, kw_only=True):
    """Somebody looked at what a person or a model wrote, in a case."""

    kind: ClassVar[str] = "case.viewed"
    items: tuple[ItemId, ...]


class CasePaused(_OfCase, frozen=True, kw_only=True):
    """A case waits for something outside, and its clock stands still."""

    kind: ClassVar[str] = "case.paused"
    reason_code: str


class CaseResumed(_OfCase, frozen=True, kw_only=True):
    """The clock of a case runs again; it is due later by the time that it waited."""

    kind: ClassVar[str] = "case.resumed"
    due_at: str


class CaseMoved(_OfCase, frozen=True, kw_only=True):
    """A case was handed to another queue. Who may see it moves with the case."""

    kind: ClassVar[str] = "case.moved"
    from_queue: str
    to_queue: str
    reason_code: str


class CaseReadersChanged(_OfCase, frozen=True, kw_only=True):
    """Who alone may see a case was said; none leaves it to the roles."""

    kind: ClassVar[str] = "case.readers_changed"
    private: ClassVar[frozenset[str]] = frozenset({"by", "readers"})
    readers: tuple[str, ...] | None


class CaseProposed(_OfCase, frozen=True, kw_only=True):
    """A reviewer said how a case is to be settled, and somebody else must look before anything follows."""

    kind: ClassVar[str] = "case.proposed"
    stage: str
    outcome: str
    reason_code: str


class CaseDisagreed(_OfCase, frozen=True, kw_only=True):
    """Two reviewers came to different ends; a third settles it."""

    kind: ClassVar[str] = "case.disagreed"
    first: str
    second: str


class CaseDecided(_OfCase, frozen=True, kw_only=True):
    """A case was settled. Notice, statement of reasons and every number are made from these facts.

    `about` is the decision that it was about, a machine's or one that was appealed; `about_right` says whether it was
    right, and `reverses` what was taken back with all that followed.
    """

    kind: ClassVar[str] = "case.decided"
    private: ClassVar[frozenset[str]] = frozenset({"by", "account", "agreed_by"})
    decision: DecisionId
    origin: str
    project: ProjectId
    account: AccountId
    exchange: ExchangeId | None
    about: DecisionId | None
    about_right: bool | None
    rule: RuleId | None
    category: str | None
    outcome: str
    until: str | None
    per_minute: int | None
    reason_code: str
    reason_item: ItemId
    reverses: tuple[DecisionId, ...]
    detected_automatically: bool
    agreed_by: tuple[str, ...]
    opened_at: str
    decided_at: str
    appeal_until: str | None
    bulk: str | None
    unfounded: bool


class CaseFailed(_OfCase, frozen=True, kw_only=True):
    """What was decided could not be carried out: nothing followed, and the case stays open."""

    kind: ClassVar[str] = "case.failed"
    code: str


class CaseMerged(_OfCase, frozen=True, kw_only=True):
    """A case is the same as another one and is settled with it."""

    kind: ClassVar[str] = "case.merged"
    into: CaseId


class CaseReopened(_OfCase, frozen=True, kw_only=True):
    """A settled case is to be settled anew; what followed from its decision holds until then."""

    kind: ClassVar[str] = "case.reopened"
    decision: DecisionId
    reason_code: str


class CaseSampled(_OfCase, frozen=True, kw_only=True):
    """A decision was drawn for somebody else to look at, for its quality alone."""

    kind: ClassVar[str] = "case.sampled"
    decision: DecisionId


class CaseQualityReviewed(_OfCase, frozen=True, kw_only=True):
    """Somebody else looked at a drawn decision without knowing it, and said how they would have decided."""

    kind: ClassVar[str] = "case.quality_reviewed"
    decision: DecisionId
    outcome: str
    agrees: bool


class AppealFiled(_OfCase, frozen=True, kw_only=True):
    """The person concerned asks for a decision to be looked at again. The case is the appeal's own."""

    kind: ClassVar[str] = "case.appeal_filed"
    private: ClassVar[frozenset[str]] = frozenset({"by", "account"})
    decision: DecisionId
    account: AccountId
    in_time_until: str


class ContentShown(_OfCase, frozen=True, kw_only=True):
    """The person concerned was shown what they and the model wrote, on the fresh word of the operator's product."""

    kind: ClassVar[str] = "case.content_shown"
    notice: NoticeId
    items: tuple[ItemId, ...]


class NoticeGiven(_OfCase, frozen=True, kw_only=True):
    """The operator's product took a notice over, to hand it to the person."""

    kind: ClassVar[str] = "case.notice_given"
    notice: NoticeId
    decision: DecisionId


class CasesDecidedTogether(Record, frozen=True, kw_only=True):
    """Somebody settled several cases at once, exactly as a preview showed them. None is about child safety."""

    kind: ClassVar[str] = "case.bulk_decided"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    bulk: str
    digest: str
    cases: int
    outcome: str
    by: str


class ChildSafetyExported(_OfCase, frozen=True, kw_only=True):
    """A case about child safety was handed over to an authority, encrypted to a key; what was in it is kept meanwhile.

    `unread` counts what could not be put in, which the package lists.
    """

    kind: ClassVar[str] = "child_safety.exported"
    audience: ClassVar[Audience] = Audience.SEALED
    export: str
    items: tuple[ItemId, ...]
    unread: int
    recipient: str
    manifest_sha256: str
    file_sha256: str
    approval: str
    preserved_until: str


class ChildSafetyPreservationEnded(_OfCase, frozen=True, kw_only=True):
    """What was exported of a case about child safety was kept for its year, and is not kept for that any more."""

    kind: ClassVar[str] = "child_safety.preservation_ended"
    audience: ClassVar[Audience] = Audience.SEALED
    export: str
    items: int


_KINDS: tuple[type[_OfCase], ...] = (
    CaseOpened,
    CaseClaimed,
    CaseReleased,
    CaseNoted,
    CaseViewed,
    CasePaused,
    CaseResumed,
    CaseMoved,
    CaseReadersChanged,
    CaseProposed,
    CaseDisagreed,
    CaseDecided,
    CaseFailed,
    CaseMerged,
    CaseReopened,
    CaseSampled,
    CaseQualityReviewed,
    AppealFiled,
    ContentShown,
    NoticeGiven,
)


def _twin(kind: type[_OfCase]) -> type[_OfCase]:
    """Return the kind of the same fields for cases about child safety. Made, so that none can be forgotten."""
    told = cleandoc(kind.__doc__ or "")
    given = {
        "kind": kind.kind.replace("case.", "child_safety."),
        "audience": Audience.SEALED,
        "__doc__": f"About child safety: {told[0].lower()}{told[1:]}",
    }
    made = msgspec.defstruct(f"Sealed{kind.__name__}", (), bases=(kind,), namespace=given, frozen=True, kw_only=True)
    assert issubclass(made, _OfCase)  # noqa: S101 - for the type checker
    return made


TWINS: dict[type[_OfCase], type[_OfCase]] = {kind: _twin(kind) for kind in _KINDS}
_OTHERS: tuple[type[Record], ...] = (
    CasesDecidedTogether,
    ChildSafetyExported,
    ChildSafetyPreservationEnded,
)
ALL: tuple[type[Record], ...] = (*_KINDS, *_OTHERS, *TWINS.values())


def sealed(body: _OfCase) -> Record:
    """Return the same statement as one whose body is sealed."""
    return TWINS[type(body)](**msgspec.structs.asdict(body))

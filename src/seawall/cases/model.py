"""Cases as values: what they are about, where they are, who has them, and how one is to be settled."""

from datetime import datetime
from enum import IntEnum, StrEnum

import msgspec

from seawall.vocabulary.categories import Category
from seawall.vocabulary.ids import AccountId, CaseId, DecisionId, ExchangeId, ItemId, KeyId, ProjectId, RuleId

SEALED_QUEUE = "child_safety"
SEALING = Category.CHILD_SEXUAL_EXPLOITATION


class Origin(StrEnum):
    """What brought a case up."""

    FLAG = "flag"
    REPORT = "report"
    ESCALATION = "escalation"
    FINDING = "finding"
    APPEAL = "appeal"


class State(StrEnum):
    """Where a case is. One that waits has its clock stopped."""

    OPEN = "open"
    CLAIMED = "claimed"
    WAITING = "waiting"
    DECIDED = "decided"
    MERGED = "merged"


UNSETTLED = (State.OPEN, State.CLAIMED, State.WAITING)


class Stage(StrEnum):
    """Whose turn it is: the first reviewer's, another's, or a third's where those two disagree."""

    FIRST = "first"
    SECOND = "second"
    SETTLE = "settle"


class Priority(IntEnum):
    """How soon; a queue is worked from its lowest number on."""

    URGENT = 0
    HIGH = 1
    NORMAL = 2
    LOW = 3


class Outcome(StrEnum):
    """What a decision does to the account."""

    NOTHING = "nothing"
    WARN = "warn"
    RESTRICT = "restrict"
    SUSPEND = "suspend"
    BAN = "ban"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a person must settle. `readers` are all who may see it; None leaves that to the roles.

    `about` is a decision that it is about; `source` names what opened it, so that nothing opens it twice. `joined`
    counts the cases that were merged into it; `version` grows with every change. `words` is an item of the vault.
    """

    id: CaseId
    origin: Origin
    queue: str
    state: State
    stage: Stage
    priority: Priority
    sealed: bool
    readers: tuple[str, ...] | None
    project: ProjectId
    key: KeyId
    account: AccountId
    has_end_user: bool
    exchange: ExchangeId | None
    about: DecisionId | None
    rule: RuleId | None
    category: Category | None
    source: str
    words: ItemId | None
    detected_automatically: bool
    opened_at: datetime
    due_at: datetime
    paused_at: datetime | None
    claimed_by: str | None
    claimed_human: str | None
    claim_until: datetime | None
    round: int
    decision: DecisionId | None
    decided_at: datetime | None
    merged_into: CaseId | None
    joined: int
    version: int

    def overdue(self, now: datetime) -> bool:
        """Tell whether it should have been settled; one that waits is not late."""
        return self.state in (State.OPEN, State.CLAIMED) and now > self.due_at

    def claim_holds(self, now: datetime) -> bool:
        """Tell whether somebody has it and their time is not over."""
        return self.state is State.CLAIMED and self.claim_until is not None and now < self.claim_until


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """How a reviewer wants a case settled. `about_right` says whether the decision that it is about was right.

    `reason` is what the person is told; it lies in the vault, and `reason_code` in the record. `unfounded` says that
    what was filed is so manifestly: see `filers`.
    """

    outcome: Outcome
    reason_code: str
    reason: str
    until: datetime | None = None
    per_minute: int | None = None
    about_right: bool | None = None
    unfounded: bool = False

    def same(self, other: "Ruling") -> bool:
        """Tell whether two come to the same for the person, whatever the words."""
        mine, theirs = ((each.outcome, each.about_right, each.unfounded) for each in (self, other))
        return mine == theirs

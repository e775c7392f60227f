"""Privacy requests and their answers as values, the port that whoever holds something fills, and what is refused."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from seawall.store import Transaction
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.vocabulary.ids import PrivacyId
from seawall.vocabulary.retention import PERIODS, Retention


class Wish(StrEnum):
    """What somebody asks for."""

    EXPORT = "export"
    DELETE = "delete"
    CORRECT = "correct"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"


class Whose(StrEnum):
    """Whose data it is: an end user's account, a person who works here, or a whole project."""

    ACCOUNT = "account"
    PERSON = "person"
    PROJECT = "project"


class Checked(StrEnum):
    """How it was found out that whoever asks is who they say."""

    SIGNED_IN = "signed_in"
    VOUCHED_BY_PROJECT = "vouched_by_project"
    ADDRESS_ANSWERED = "address_answered"
    IDENTITY_DOCUMENT = "identity_document"
    IN_PERSON = "in_person"


class State(StrEnum):
    """Where a request is."""

    OPEN = "open"
    ANSWERED = "answered"
    REFUSED = "refused"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's wish about their data. `answer` tells in numbers and codes what was done."""

    id: PrivacyId
    wish: Wish
    kind: Whose
    subjects: tuple[str, ...]
    state: State
    asked_at: datetime
    due_at: datetime
    taken_by: str
    checked: Checked | None = None
    checked_by: str | None = None
    checked_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    answer: dict[str, Any] | None = None

    def overdue(self, now: datetime) -> bool:
        """Tell whether it should have been answered."""
        return self.closed_at is None and now >= self.due_at


class Subject(msgspec.Struct, frozen=True):
    """One account, person or project."""

    kind: Whose
    id: str


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What a deletion left, how much, and why. `until` says when it goes by itself, where that is known."""

    what: str
    count: int
    why: str
    until: str | None = None


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """What one holder removed and kept. `rebuild` names files that left and must be made anew without it."""

    count: int
    kept: tuple[Kept, ...] = ()
    rebuild: tuple[str, ...] = ()


class Stock(msgspec.Struct, frozen=True, kw_only=True):
    """How much is held, and how much of it is on hold, by what holds it. Nothing is learned from who `opted_out`."""

    held: dict[str, int]
    on_hold: dict[str, int]
    opted_out: tuple[str, ...]


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """A legal hold or preservation order on something that is stored of a subject; `reason` is empty where untold."""

    hold: str
    item: str
    retention: Retention
    by: str
    at: datetime
    reason: str = ""


class Holder(Protocol):
    """Something that holds data of people. Every later user of content brings one; `app` lists them."""

    @property
    def name(self) -> str:
        """Say what is held, as answers name it."""

    def holds(self, tx: Transaction, subject: Subject) -> Iterable[Mapping[str, Any]]:
        """Give what is held of a subject, each as what JSON can carry."""

    def erase(self, tx: Transaction, subject: Subject, *, by: str) -> Removed:
        """Remove what may be removed of a subject."""


class Archive(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that holds data of people, in the order in which it is erased, and for how long it is kept."""

    holders: Sequence[Holder] = ()
    periods: Mapping[Retention, timedelta | None] = msgspec.field(default_factory=lambda: PERIODS)
    backups_kept_days: int = 35


class NoSuchPrivacyRequest(NotFound):
    """No privacy request has that id."""

    code = "access.no_such_privacy_request"

    def __init__(self, request: str) -> None:
        super().__init__(f"There is no privacy request {request!r}.", hint="`seawall privacy list` shows all.")


class PrivacyRequestClosed(Conflict):
    """The request was answered or refused."""

    code = "access.privacy_request_closed"

    def __init__(self, request: str, state: State) -> None:
        super().__init__(f"Privacy request {request} is {state.value}.", hint="Take another one in.")


class AnotherWish(Conflict):
    """The request asks for something else."""

    code = "access.another_wish"

    def __init__(self, request: Request) -> None:
        super().__init__(f"{request.id} asks to {request.wish.value}.", hint="Take a request in for this.")


class IdentityUnchecked(SeawallError):
    """Nobody has looked whether whoever asks is who they say."""

    code, status = "access.identity_unchecked", 403

    def __init__(self, request: str) -> None:
        super().__init__(
            f"Nobody has checked who asks in {request}.", hint=f"First: seawall privacy check {request} --how …"
        )


class SameHand(SeawallError):
    """Whoever checked who asks does not answer too: one person alone could read anybody's data."""

    code, status = "access.same_hand", 403

    def __init__(self, person: str) -> None:
        super().__init__(f"{person} checked who asks here.", hint="Somebody else must answer.")


class BadWish(InvalidInput):
    """A request cannot be as it was given."""

    code = "access.bad_wish"

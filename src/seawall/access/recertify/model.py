"""Campaigns as values, what a source gives, and what is refused."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import msgspec

from seawall.access.people import Edges
from seawall.store import Transaction
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError

ADMINISTRATORS = "administrators"


class Standing(StrEnum):
    """Where an item is. `kept` was confirmed by nobody and stays all the same; `gone` ended by itself."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    KEPT = "kept"
    GONE = "gone"


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was given: to whom, what it is, who answers for it, by when it is confirmed."""

    thing: str
    holder: str
    what: str
    owner: str
    review_at: datetime


class Source(Protocol):
    """What can be confirmed. `name` is stored; things are named by ids that are never used twice."""

    @property
    def name(self) -> str:
        """Return the name of the kind of thing."""

    def given(self, tx: Transaction, until: datetime | None) -> Sequence[Due]:
        """Return what is to be confirmed by a moment, or everything that is given."""

    def find(self, tx: Transaction, thing: str) -> Due | None:
        """Return one thing; None where it ended."""

    def confirm(self, tx: Transaction, edges: Edges, thing: str, *, by: str, review: timedelta) -> None:
        """Confirm it, and record that."""

    def withdraw(self, tx: Transaction, edges: Edges, thing: str, *, by: str, reason_code: str) -> None:
        """Take it away, and record that."""

    def indispensable(self, tx: Transaction, thing: str) -> bool:
        """Tell whether taking it away would leave nobody who could give it again."""


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """A round of questions with a deadline."""

    id: str
    begun_by: str
    begun_at: datetime
    deadline: datetime
    closed_at: datetime | None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One question. `owner` is who answers it; `administrators` where no owner is left."""

    id: str
    campaign: str
    source: str
    thing: str
    holder: str
    what: str
    owner: str
    orphaned: bool
    review_at: datetime
    state: Standing
    decided_by: str | None
    decided_at: datetime | None
    reminded_at: datetime | None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How many items are where."""

    open: int = 0
    confirmed: int = 0
    withdrawn: int = 0
    kept: int = 0
    gone: int = 0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign with all its items."""

    campaign: Campaign
    outcome: Outcome
    items: tuple[Item, ...]


class NoSuchCampaign(NotFound):
    """No campaign has that id."""

    code = "access.no_such_campaign"


class NoSuchItem(NotFound):
    """No item of a campaign has that id."""

    code = "access.no_such_item"


class NothingDue(Conflict):
    """There is nothing to ask."""

    code = "access.nothing_due"


class ItemDecided(Conflict):
    """The item was decided, or its time is over."""

    code = "access.item_decided"


class BadDeadline(InvalidInput):
    """A campaign cannot end then."""

    code = "access.bad_deadline"


class NotYours(SeawallError):
    """Somebody else answers this."""

    code, status = "access.not_yours", 403

"""The closed list of events that leave, and what each one carries beside its time: ids and codes, never words."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec


class Channel(StrEnum):
    """A way on which an event leaves."""

    WEBHOOK = "webhook"
    EMAIL = "email"


class State(StrEnum):
    """Where a delivery is: dead ones are tried again when somebody says so."""

    WAITING = "waiting"
    TAKEN = "taken"
    DEAD = "dead"


# What an endpoint can ask for.
KINDS: dict[str, str] = {
    "case.opened": "Something came up that a person must settle.",
    "case.decided": "A case was settled.",
    "appeal.filed": "A decision is to be looked at again.",
    "appeal.answered": "An appeal was answered.",
    "notice.laid": "A notice waits to be handed to somebody.",
    "notice.given": "A notice was taken over.",
}
TEST = "webhook.tested"
# Told by e-mail alone, to whoever reported or said something.
REPORT_ANSWERED = "report.answered"
FILER_TOLD = "filer.told"
FEEDBACK_ANSWERED = "feedback.answered"
# Told by e-mail alone, to somebody who works here: how much waits.
STAFF_TOLD = "staff.told"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened. `about` is the id of what it is about; `id` is the same however often it is sent."""

    id: str
    kind: str
    project: str
    about: str
    at: datetime
    body: dict[str, Any]


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where events go to. Its secret lies in the vault; `earlier` is the one before, good until `earlier_until`."""

    id: str
    project: str
    url: str
    private: bool
    kinds: tuple[str, ...]
    secret: str
    added_at: datetime
    added_by: str
    ended_at: datetime | None
    earlier: str | None
    earlier_until: datetime | None

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """Return the items of the vault with the secrets that sign at a moment, the newest first."""
        both = self.earlier is not None and self.earlier_until is not None and now < self.earlier_until
        return (self.secret, self.earlier or "") if both else (self.secret,)


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One event on its way to one place, and how that went so far.

    `address` is an item of the vault, or the id of somebody who works here.
    """

    id: str
    event: str
    channel: Channel
    endpoint: str | None
    address: str | None
    language: str
    state: State
    attempts: int
    again_at: datetime | None
    taken_at: datetime | None
    error: str | None


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt: the status that came back, or the code of what went wrong. Nothing that was said."""

    number: int
    at: datetime
    status: int | None
    error: str | None

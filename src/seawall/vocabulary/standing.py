"""Where an account is: from good to banned, until when, and at what rate it may go on."""

from datetime import datetime
from enum import StrEnum

import msgspec


class State(StrEnum):
    """The states of an account, from best to worst."""

    GOOD = "good"
    WARNED = "warned"
    RESTRICTED = "restricted"
    SUSPENDED = "suspended"
    BANNED = "banned"


class Standing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The standing of one account. `until` is None for what has no end; `per_minute` limits a restricted account."""

    state: State = State.GOOD
    until: datetime | None = None
    per_minute: int | None = None
    weight: float = 0.0

    def at(self, now: datetime) -> "Standing":
        """Return the standing as of a moment: what has run out no longer holds."""
        if self.state is not State.GOOD and self.until is not None and now >= self.until:
            return Standing(weight=self.weight)
        return self

    @property
    def refused(self) -> bool:
        """Tell whether nothing of this account is served."""
        return self.state in (State.SUSPENDED, State.BANNED)


GOOD = Standing()

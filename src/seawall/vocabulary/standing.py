"""Where an account is: from good to banned, until when, and at what rate it may go on."""

from collections.abc import Iterable
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
    """The standing of one account. `until` is None for what has no end; `per_minute` limits a restricted account.

    `limits` are what a restricted account may not use: `tools`, `media`, `model:NAME`; see `limits_of`.
    """

    state: State = State.GOOD
    until: datetime | None = None
    per_minute: int | None = None
    limits: tuple[str, ...] = ()
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
NO_TOOLS, NO_MEDIA, NO_MODEL = "tools", "media", "model:"


def limits_of(*, tools: bool = True, media: bool = True, without_models: Iterable[str] = ()) -> tuple[str, ...]:
    """Return what may not be used, in the order in which a standing has it."""
    barred = {NO_MODEL + name for name in without_models}
    barred |= {name for name, allowed in ((NO_TOOLS, tools), (NO_MEDIA, media)) if not allowed}
    return tuple(sorted(barred))

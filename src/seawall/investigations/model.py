"""Investigations as values: what is looked into, how exchanges are looked for, and where a search is."""

from datetime import datetime
from enum import StrEnum

import msgspec

from seawall.vocabulary.ids import ItemId, ProjectId

PAGE, MOST = 50, 200
# More than so many hits are counted as "at least": a search is to be narrowed then.
COUNTED = 1000
# So many are listed by similarity, and so many may have a pattern.
NEAREST, MOST_HITS = 100, 5000


class How(StrEnum):
    """By what exchanges are looked for."""

    TEXT = "text"
    EXPRESSION = "expression"
    CATEGORY = "category"
    DETECTOR = "detector"
    RELEASE = "release"
    TOOL = "tool"
    NETWORK = "network"
    SIMILAR = "similar"
    ACCOUNT = "account"
    KEY = "key"
    LINKED = "linked"


# What reads contents one by one, which takes its time.
PATTERNS = frozenset({How.TEXT, How.EXPRESSION})
# What somebody types, which is nobody else's business, rather than an id or a closed word.
TYPED = PATTERNS | {How.TOOL, How.NETWORK, How.SIMILAR}
# What can be taken from an exchange instead of being typed.
LIKE = frozenset({How.NETWORK, How.SIMILAR})


class State(StrEnum):
    """Where a search through contents, or a screening of the past, is."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"


UNFINISHED = (State.QUEUED, State.RUNNING)


class Investigation(msgspec.Struct, frozen=True, kw_only=True):
    """Something that people look into. `readers` are all who may see it; None leaves that to the roles."""

    id: str
    name_item: ItemId
    readers: tuple[str, ...] | None
    opened_by: str
    opened_at: datetime
    closed_by: str | None
    closed_at: datetime | None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody looks for. `value` is an id or a closed word, `typed` what they wrote, `like` an exchange."""

    how: How
    value: str = ""
    typed: str = ""
    like: str = ""
    since: datetime | None = None
    until: datetime | None = None
    project: ProjectId | None = None
    least: float = 0.0


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """A search that was made. `read` counts the exchanges that were read for it; not `whole` means there is more."""

    id: str
    investigation: str
    how: How
    value: str
    like: str
    item: ItemId | None
    since: datetime | None
    until: datetime | None
    project: ProjectId | None
    least: float
    sealed: bool
    by: str
    at: datetime
    state: State
    reached: str
    read: int
    hits: int
    whole: bool

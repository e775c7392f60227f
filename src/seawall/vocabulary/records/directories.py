"""Records of directories: what may provision people here, its tokens, its groups and the roles that these give."""

from typing import ClassVar

from seawall.vocabulary.ids import DirectoryId, GroupId, PersonId
from seawall.vocabulary.records.record import Audience, Record


class _OfDirectory(Record, frozen=True, kw_only=True):
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    directory: DirectoryId
    by: str


class DirectoryAdded(_OfDirectory, frozen=True, kw_only=True):
    """A directory may add people from now on; the owner vouches for them."""

    kind: ClassVar[str] = "directory.added"
    private: ClassVar[frozenset[str]] = frozenset({"by", "owner"})
    owner: PersonId


class DirectoryEnded(_OfDirectory, frozen=True, kw_only=True):
    """A directory may change nothing any more; the people whom it added stay as they are."""

    kind: ClassVar[str] = "directory.ended"
    people: int


class DirectoryTaken(_OfDirectory, frozen=True, kw_only=True):
    """Somebody else made a token of a directory, and vouches for whom it adds from then on."""

    kind: ClassVar[str] = "directory.taken"
    private: ClassVar[frozenset[str]] = frozenset({"by", "owner"})
    owner: PersonId


class DirectoryTokenIssued(_OfDirectory, frozen=True, kw_only=True):
    """A token of a directory was made; the ones before it work until `others_end_at`."""

    kind: ClassVar[str] = "directory.token_issued"
    token: str
    ends_at: str
    others_end_at: str


class DirectoryPersonRemoved(_OfDirectory, frozen=True, kw_only=True):
    """A directory deleted a person: what they proved themselves with and their roles ended with it."""

    kind: ClassVar[str] = "directory.person_removed"
    private: ClassVar[frozenset[str]] = frozenset({"by", "person"})
    person: PersonId


class DirectoryPersonReturned(_OfDirectory, frozen=True, kw_only=True):
    """A directory added a person again whom it had deleted. `vouched_by` is who vouches for them now."""

    kind: ClassVar[str] = "directory.person_returned"
    private: ClassVar[frozenset[str]] = frozenset({"by", "person", "vouched_by"})
    person: PersonId
    vouched_by: PersonId | None


class _OfGroup(_OfDirectory, frozen=True, kw_only=True):
    group: GroupId


class GroupAdded(_OfGroup, frozen=True, kw_only=True):
    """A directory made a group known."""

    kind: ClassVar[str] = "group.added"


class GroupChanged(_OfGroup, frozen=True, kw_only=True):
    """A group is called something else."""

    kind: ClassVar[str] = "group.changed"


class GroupRemoved(_OfGroup, frozen=True, kw_only=True):
    """A group is gone, and with it the roles that it gave."""

    kind: ClassVar[str] = "group.removed"


class GroupJoined(_OfGroup, frozen=True, kw_only=True):
    """A person became a member of a group."""

    kind: ClassVar[str] = "group.joined"
    private: ClassVar[frozenset[str]] = frozenset({"by", "person"})
    person: PersonId


class GroupLeft(_OfGroup, frozen=True, kw_only=True):
    """A person is no member of a group any more."""

    kind: ClassVar[str] = "group.left"
    private: ClassVar[frozenset[str]] = frozenset({"by", "person"})
    person: PersonId


class GroupMapped(_OfGroup, frozen=True, kw_only=True):
    """From now on a group gives its members exactly these roles."""

    kind: ClassVar[str] = "group.mapped"
    roles: tuple[str, ...]

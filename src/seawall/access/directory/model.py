"""Directories and their groups as values, and what is refused about them."""

from datetime import datetime

import msgspec

from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.vocabulary.ids import DirectoryId, GroupId, PersonId


class Directory(msgspec.Struct, frozen=True, kw_only=True):
    """What may provision people and groups here. The owner vouches for whom it adds."""

    id: DirectoryId
    name: str
    owner: PersonId
    added_at: datetime
    ended_at: datetime | None

    @property
    def actor(self) -> str:
        """Return what records and grants call it where it acts."""
        return f"directory:{self.id}"


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token of a directory, without its secret."""

    id: str
    issued_by: str
    issued_at: datetime
    ends_at: datetime
    used_at: datetime | None


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A token as it is shown once. `others_end_at` is when the ones before it stop working."""

    directory: DirectoryId
    secret: str
    ends_at: datetime
    others_end_at: datetime


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A group of a directory, and the roles that it gives."""

    id: GroupId
    name: str
    members: int
    roles: tuple[str, ...]


class NoSuchDirectory(NotFound):
    """No directory that works has that id or name."""

    code = "access.no_such_directory"

    def __init__(self, directory: str) -> None:
        super().__init__(f"There is no directory {directory!r}.", hint="`seawall directories list` shows all.")


class NoSuchGroup(NotFound):
    """The directory has no such group, or several of that name."""

    code = "access.no_such_group"


class DirectoryNameTaken(Conflict):
    """Another directory has the name."""

    code = "access.directory_name_taken"


class BadDirectory(InvalidInput):
    """A name, an owner or a period cannot be used."""

    code = "access.bad_directory"


class TokenRefused(SeawallError):
    """A token is not one of a directory that works."""

    code, status = "access.token_refused", 401

    def __init__(self) -> None:
        super().__init__("This token opens nothing.", hint="Rotate it: seawall directories rotate NAME")

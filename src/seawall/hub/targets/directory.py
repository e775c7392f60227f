"""A directory of this machine, such as one that a web server shows: the edition beside it, then one link."""

from pathlib import Path

import msgspec

from seawall.hub.folder import FolderInUse, NotWritten, put, read_all
from seawall.hub.targets.model import Before, Edition, TargetFailed, TargetInUse


class Directory(msgspec.Struct, frozen=True, kw_only=True):
    """A directory, which becomes a link to the edition."""

    name: str
    path: Path

    def put(self, edition: Edition, before: Before) -> None:
        """Let it show an edition. Raises TargetFailed, TargetInUse."""
        try:
            put(read_all(edition.folder), self.path, edition.digest)
        except FolderInUse:
            raise TargetInUse(self.name, str(self.path)) from None
        except NotWritten as error:
            raise TargetFailed(self.name, error.message.removesuffix(".")) from None

"""What a target takes and what can be wrong with it."""

from pathlib import Path
from typing import Protocol

import msgspec

from seawall.vocabulary.errors import Conflict, SeawallError


class TargetFailed(SeawallError):
    """An edition could not be brought to a target. What it showed before is there still, or the next try mends it."""

    code, status = "hub.target_failed", 503

    def __init__(self, name: str, what: str) -> None:
        super().__init__(
            f"The target {name!r} did not take the edition: {what}.",
            hint=f"It is tried again by itself; at once: seawall hub deliver --target {name}",
        )


class TargetInUse(Conflict):
    """A target holds something that is no hub, and would be replaced."""

    code = "hub.target_in_use"

    def __init__(self, name: str, place: str) -> None:
        super().__init__(
            f"The target {name!r} ({place}) holds something that is no hub.",
            hint="Name a place of its own in `hub_targets`, or empty it.",
        )


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """An edition as files in a folder. `digest` is that of its manifest."""

    folder: Path
    digest: str
    number: int


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """What a target has: the digest of the edition that it showed last, and whether every try since was finished."""

    shown: str = ""
    finished: bool = True


class Target(Protocol):
    """Somewhere to publish to."""

    @property
    def name(self) -> str:
        """What the settings call it."""

    def put(self, edition: Edition, before: Before) -> None:
        """Let it show an edition. The same edition again changes nothing. Raises TargetFailed, TargetInUse."""

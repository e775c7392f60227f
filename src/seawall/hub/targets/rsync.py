"""A folder that rsync reaches, here or over ssh: the edition beside it, linked to the one before, then one link.

TO -> .TO.editions/<digest>      files first, into a folder of their own; the link is replaced last, by rename

Nothing but rsync is asked of the other side, so an account that may do no more than rsync is enough.
"""

import posixpath
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from seawall.hub.targets.model import Before, Edition, TargetFailed, TargetInUse
from seawall.hub.targets.programs import run

# "Partial transfer": among others, something stands where the link would.
_PARTIAL = 23
_IDLE_S = 60


class Rsync(msgspec.Struct, frozen=True, kw_only=True):
    """A folder as rsync names it (`host:/srv/www/hub`); `shell` is the remote shell."""

    name: str
    to: str
    shell: str = "ssh -o BatchMode=yes"
    within_s: float = 1800

    def put(self, edition: Edition, before: Before) -> None:
        """Let it show an edition. Raises TargetFailed, TargetInUse."""
        host, path = _parted(self.to)
        parent, base = posixpath.split(path.rstrip("/"))
        kept = f".{base}.editions"
        with TemporaryDirectory() as made:
            here = Path(made)
            (here / kept).mkdir()
            self._run(["--dirs"], here / kept, f"{host}{parent}/")
            # Whole, as accounts that may only rsync are refused what goes up in a path.
            linked = [f"--link-dest={parent.rstrip('/')}/{kept}/{before.shown}"]
            linked = linked if before.shown not in ("", edition.digest) else []
            self._run(
                ["--recursive", "--delete", *linked], f"{edition.folder}/", f"{host}{parent}/{kept}/{edition.digest}/"
            )
            self._link(here / base, f"{kept}/{edition.digest}", f"{host}{parent}/")
            # The one before stays, for whoever is reading it.
            spared = [f"--filter=protect /{each}" for each in (edition.digest, before.shown) if each]
            self._run(["--recursive", "--delete", *spared], f"{here / kept}/", f"{host}{parent}/{kept}/")

    def _link(self, link: Path, leads: str, to: str) -> None:
        link.symlink_to(leads, target_is_directory=True)
        try:
            self._run(["--links"], link, to)
        except TargetFailed as error:
            if f"ended with {_PARTIAL} " in error.message and "make way" in error.message:
                raise TargetInUse(self.name, self.to) from None
            raise

    def _run(self, how: Sequence[str], source: object, to: str) -> None:
        # Times differ from edition to edition, bytes mostly do not: by them unchanged files are linked.
        common = ["--checksum", "--perms", "--chmod=D755,F644", f"--timeout={_IDLE_S}", f"--rsh={self.shell}"]
        run(self.name, ["rsync", *common, *how, "--", str(source), to], within_s=self.within_s)


def _parted(to: str) -> tuple[str, str]:
    """Return the host with its colon, or nothing, and the path."""
    head, mark, tail = to.partition(":")
    return (head + mark, tail) if mark and "/" not in head else ("", to)

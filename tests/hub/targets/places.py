"""Editions to publish, and places to publish them to, as whoever reads these sees them."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from obstore.store import ObjectStore

from seawall.hub.doors import EDITIONS, FORM, LAST, leads
from seawall.hub.folder import paths, write
from seawall.hub.manifest import GROWTH, MANIFEST, PROOF, Manifest, digest, entries
from seawall.hub.targets import S3, Directory, Edition, Git, Rsync, Target

COMMON = {LAST: b"v", FORM: b'<meta http-equiv="refresh" content="0; url={{to}}">', "hub.css": b"p {}"}
FIRST = COMMON | {"index.html": b"one", "a/x.html": b"x", "a/old.html": b"old", "big.txt": b"b" * 200_000}
SECOND = COMMON | {"index.html": b"two", "a/x.html": b"y", "b/new.html": b"new", "big.txt": b"c" * 200_000}


def edition(files: dict[str, bytes], number: int, folder: Path) -> Edition:
    """Return an edition with its manifest and what lies beside that."""
    manifest = Manifest(
        name="Lark", edition=number, previous=None, as_of="2026-01-02T09:00:00+00:00", origin="log.test", key="k",
        files=entries(files),
    ).encode()  # fmt: skip
    name = digest(manifest)
    beside = {MANIFEST: manifest, PROOF: f"proof {number}".encode(), GROWTH: b"{}"}
    return Edition(folder=write(files | beside, folder / name), digest=name, number=number)


class Place(Protocol):
    """Somewhere that a target publishes to, as whoever reads it sees it."""

    target: Target

    def shows(self) -> dict[str, bytes]:
        """Return every file that a reader can get."""

    def mended(self) -> None:
        """Let it work again."""

    def hold(self, path: str, held: bytes) -> None:
        """Put something there that is no hub."""

    def breaks(self, coming: Edition) -> Target:
        """Return the target as it is when everything breaks off in the middle."""


def in_folder(folder: Path) -> dict[str, bytes]:
    return {path: (folder / path).read_bytes() for path in paths(folder)} if folder.exists() else {}


class InDirectory:
    def __init__(self, folder: Path) -> None:
        self.folder = folder / "www"
        self.target: Target = Directory(name="www", path=self.folder)

    def shows(self) -> dict[str, bytes]:
        return in_folder(self.folder)

    def hold(self, path: str, held: bytes) -> None:
        self.folder.mkdir()
        (self.folder / path).write_bytes(held)

    def breaks(self, coming: Edition) -> Target:
        # Where its folder is to be there is a file.
        self.taken = self.folder.with_name(".www.editions") / f"{coming.digest}.new"
        self.taken.write_bytes(b"")
        return self.target

    def mended(self) -> None:
        self.taken.unlink()


class OverRsync(InDirectory):
    """Through a remote shell that runs what it is told on this machine, as rsync's own tests do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "www"
        self.shell = self._script(folder / "shell", 'shift; exec sh -c "$*"')
        # Of what is sent so much arrives.
        self.cut = self._script(folder / "cut", 'shift; head -c 60000 | sh -c "$*"')
        self.target = self._to(self.shell)

    def _script(self, file: Path, body: str) -> Path:
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(0o755)
        return file

    def _to(self, shell: Path, *, within_s: float = 60) -> Target:
        return Rsync(name="www", to=f"host:{self.folder}", shell=str(shell), within_s=within_s)

    def breaks(self, coming: Edition) -> Target:
        # The other side waits for what never comes.
        return self._to(self.cut, within_s=5)

    def mended(self) -> None:
        return


class OnBranch:
    def __init__(self, folder: Path) -> None:
        self.repository, self.scratch = folder / "bare.git", folder / "clone"
        self._git(folder, "init", "--quiet", "--bare", str(self.repository))
        self.target: Target = Git(name="pages", repository=str(self.repository), branch="site/hub")

    def _git(self, at: Path, *words: str) -> str:
        who = {f"GIT_{each}_{what}": "test" for each in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        done = subprocess.run(["git", *words], cwd=at, check=True, capture_output=True, text=True, env=os.environ | who)
        return done.stdout

    def shows(self) -> dict[str, bytes]:
        shutil.rmtree(self.scratch, ignore_errors=True)
        if "site/hub" not in self._git(self.repository, "branch", "--list"):
            return {}
        self._git(self.repository.parent, "clone", "--quiet", "--branch", "site/hub", str(self.repository), "clone")
        return {path: held for path, held in in_folder(self.scratch).items() if not path.startswith(".git/")}

    def commits(self) -> list[str]:
        return self._git(self.repository, "log", "--format=%s", "site/hub").splitlines()

    def hold(self, path: str, held: bytes) -> None:
        work = self.repository.parent / "theirs"
        self._git(self.repository.parent, "clone", "--quiet", str(self.repository), "theirs")
        (work / path).write_bytes(held)
        self._git(work, "checkout", "--quiet", "-b", "site/hub")
        self._git(work, "add", ".")
        self._git(work, "commit", "--quiet", "-m", "ours")
        self._git(work, "push", "--quiet", "origin", "site/hub")

    def breaks(self, coming: Edition) -> Target:
        hook = self.repository / "hooks" / "pre-receive"
        hook.write_text("#!/bin/sh\nexit 1\n")
        hook.chmod(0o755)
        return self.target

    def mended(self) -> None:
        (self.repository / "hooks" / "pre-receive").unlink()


class Breaking:
    """A store that is gone after so many uploads."""

    def __init__(self, store: ObjectStore, uploads: int) -> None:
        self._store, self._left = store, uploads

    def __getattr__(self, name: str) -> Callable[..., object]:
        if name == "put":
            self._left -= 1
            if self._left < 0:
                raise ConnectionResetError
        return getattr(self._store, name)  # type: ignore[no-any-return]


class InStore:
    def __init__(self, store: ObjectStore) -> None:
        self.store = store
        self.target: Target = S3(name="cdn", place="bucket/hub", open=lambda: store)

    def shows(self) -> dict[str, bytes]:
        """Return the edition behind the front door; where there is no door, all that there is."""
        names = [str(each["path"]) for several in self.store.list() for each in several]
        held = {name: bytes(self.store.get(name).bytes()) for name in names}
        shown = f"{EDITIONS}{leads(held.get('index.html'))}/"
        return {name.removeprefix(shown): each for name, each in held.items() if name.startswith(shown)} or held

    def hold(self, path: str, held: bytes) -> None:
        self.store.put(path, held)

    def breaks(self, coming: Edition) -> Target:
        return S3(name="cdn", place="bucket", open=lambda: Breaking(self.store, uploads=2))  # type: ignore[arg-type, return-value]

    def mended(self) -> None:
        return

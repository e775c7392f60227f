"""Every target takes an edition whole, follows the next one, replaces nothing that is no hub, survives what breaks off.

S3 runs against obstore's own store in memory, and against rclone's server, which checks every signature. What a store
shows between any two steps: test_doors.py. A real sshd: test_ssh.py.
"""

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import msgspec
import pytest
from obstore.store import MemoryStore, ObjectStore, S3Store

from seawall.hub.folder import paths, write
from seawall.hub.manifest import GROWTH, MANIFEST, PROOF, Manifest, digest, entries
from seawall.hub.targets import S3, Before, Directory, Edition, Git, Rsync, Target, TargetFailed, TargetInUse
from tests.app.running import until
from tests.pages import ROOT

FORM_OF_DOORS = b'<meta http-equiv="refresh" content="0; url={{to}}">'
FIRST = {"index.html": b"one", "verification.html": b"v", "door.txt": FORM_OF_DOORS, "hub.css": b"p {}", "a/x.html": b"x", "a/old.html": b"old", "big.txt": b"b" * 200_000}
SECOND = {"index.html": b"two", "verification.html": b"v", "door.txt": FORM_OF_DOORS, "hub.css": b"p {}", "a/x.html": b"y", "b/new.html": b"new", "big.txt": b"c" * 200_000}


def edition(files: dict[str, bytes], number: int, folder: Path) -> Edition:
    """Return an edition with its manifest and what lies beside that."""
    manifest = Manifest(
        name="Lark", edition=number, previous=None, as_of="2026-01-02T09:00:00+00:00", origin="log.test", key="k",
        files=entries(files),
    ).encode()  # fmt: skip
    name = digest(manifest)
    beside = {MANIFEST: manifest, PROOF: f"proof {number}".encode(), GROWTH: b"{}"}
    return Edition(folder=write(files | beside, folder / name), digest=name, number=number)


@pytest.fixture
def first(tmp_path: Path) -> Edition:
    return edition(FIRST, 1, tmp_path / "editions")


@pytest.fixture
def second(tmp_path: Path) -> Edition:
    return edition(SECOND, 2, tmp_path / "editions")


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
    """A store that is gone after so many uploads or copies."""

    def __init__(self, store: ObjectStore, *, uploads: int = 10**6, copies: int = 10**6) -> None:
        self._store, self._left = store, {"put": uploads, "copy": copies}

    def __getattr__(self, name: str) -> Callable[..., object]:
        if name in self._left:
            self._left[name] -= 1
            if self._left[name] < 0:
                raise ConnectionResetError
        return getattr(self._store, name)  # type: ignore[no-any-return]


class InStore:
    def __init__(self, store: ObjectStore) -> None:
        self.store = store
        self.target: Target = S3(name="cdn", place="bucket/hub", open=lambda: store)

    def shows(self) -> dict[str, bytes]:
        names = [str(each["path"]) for several in self.store.list() for each in several]
        return {name: bytes(self.store.get(name).bytes()) for name in names if not name.startswith(".seawall/")}

    def hold(self, path: str, held: bytes) -> None:
        self.store.put(path, held)

    def breaks(self, coming: Edition) -> Target:
        return S3(name="cdn", place="bucket", open=lambda: Breaking(self.store, uploads=2))  # type: ignore[arg-type, return-value]

    def mended(self) -> None:
        return


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an S3 server with a bucket."""
    if not S3RVER.exists():
        pytest.skip("s3rver is not installed: npm install --prefix .bench/s3 s3rver@3.7.1")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("s3")
    words = [S3RVER, "-d", folder, "-a", "127.0.0.1", "-p", str(port), "--configure-bucket", "bucket", "--silent"]
    server = subprocess.Popen([str(word) for word in words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _answers(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _answers(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def in_bucket(address: str, prefix: str, key: str = "S3RVER") -> S3Store:
    return S3Store(
        "bucket", prefix=prefix, client_options={"allow_http": True}, retry_config={"max_retries": 0},
        config={"endpoint": address, "region": "us-east-1", "access_key_id": key, "secret_access_key": "S3RVER"},
    )  # fmt: skip


KINDS = ("directory", "rsync", "git", "s3 in memory", "s3 over http")


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    match request.param:
        case "directory":
            return InDirectory(tmp_path)
        case "rsync":
            if shutil.which("rsync") is None:
                pytest.skip("rsync is not installed here")
            return OverRsync(tmp_path)
        case "git":
            return OnBranch(tmp_path)
        case "s3 in memory":
            return InStore(MemoryStore())
        case _:
            address = request.getfixturevalue("bucket")
            return InStore(in_bucket(address, tmp_path.name))


def test_a_target_shows_each_edition_whole_and_the_same_again_changes_nothing(
    place: Place, first: Edition, second: Edition
) -> None:
    place.target.put(first, Before())
    assert place.shows() == in_folder(first.folder)
    place.target.put(second, Before(shown=first.digest))
    assert place.shows() == in_folder(second.folder)
    place.target.put(second, Before(shown=second.digest))
    assert place.shows() == in_folder(second.folder)
    place.target.put(first, Before(shown=second.digest))
    assert place.shows() == in_folder(first.folder)


def test_what_breaks_off_leaves_the_former_site_whole_and_a_retry_finishes(
    place: Place, first: Edition, second: Edition
) -> None:
    place.target.put(first, Before())
    with pytest.raises(TargetFailed):
        place.breaks(second).put(second, Before(shown=first.digest))
    assert place.shows() == in_folder(first.folder)
    place.mended()
    place.target.put(second, Before(shown=first.digest, finished=False))
    assert place.shows() == in_folder(second.folder)


def test_what_is_no_hub_is_not_replaced(place: Place, first: Edition) -> None:
    place.hold("theirs.txt", b"theirs")
    with pytest.raises(TargetInUse):
        place.target.put(first, Before())
    assert place.shows() == {"theirs.txt": b"theirs"}


@pytest.mark.parametrize("copies", range(12))
def test_a_store_that_breaks_while_pages_change_is_mended_by_the_next_edition(
    copies: int, first: Edition, second: Edition, tmp_path: Path
) -> None:
    """Also where the next edition has again what the one before the broken one had."""
    place = InStore(MemoryStore())
    place.target.put(first, Before())
    broken = S3(name="cdn", place="b", open=lambda: Breaking(place.store, copies=copies))  # type: ignore[arg-type, return-value]
    try:
        broken.put(second, Before(shown=first.digest))
    except TargetFailed:
        shown = place.shows()
        # Whatever was shown is there still, in one version or the other.
        assert set(FIRST) <= set(shown)
        if shown["index.html"] == b"two":
            assert set(SECOND) <= set(shown)
    third = edition(FIRST, 3, tmp_path / "editions")
    place.target.put(third, Before(shown=first.digest, finished=False))
    assert place.shows() == in_folder(third.folder)


def test_only_what_changed_is_uploaded(first: Edition, second: Edition) -> None:
    place = InStore(MemoryStore())
    place.target.put(first, Before())
    # Four files changed or are new, three stand beside the manifest and carry their own proof.
    enough = S3(name="cdn", place="b", open=lambda: Breaking(place.store, uploads=7))  # type: ignore[arg-type, return-value]
    enough.put(second, Before(shown=first.digest))
    assert place.shows() == in_folder(second.folder)


def test_files_of_a_store_say_what_they_are(first: Edition) -> None:
    store = MemoryStore()
    S3(name="cdn", place="b", open=lambda: store).put(first, Before())
    kinds = {name: store.get(name).attributes["Content-Type"] for name in ("index.html", "hub.css", MANIFEST)}
    assert kinds == {
        "index.html": "text/html; charset=utf-8", "hub.css": "text/css; charset=utf-8", MANIFEST: "application/json",
    }  # fmt: skip


def test_a_wrong_key_is_refused_by_the_store_and_named_nowhere(bucket: str, first: Edition) -> None:
    wrong = S3(name="cdn", place="bucket/hub", open=lambda: in_bucket(bucket, "wrong", "UNKNOWNKEY"))
    with pytest.raises(TargetFailed) as refused:
        wrong.put(first, Before())
    assert "UNKNOWNKEY" not in refused.value.message
    assert refused.value.__cause__ is None


def test_each_edition_is_one_commit_and_what_somebody_pushed_meanwhile_is_not_lost(
    tmp_path: Path, first: Edition, second: Edition
) -> None:
    place = OnBranch(tmp_path)
    place.target.put(first, Before())
    place.target.put(second, Before(shown=first.digest))
    place.target.put(second, Before(shown=second.digest))
    assert place.commits() == ["Edition 2 of the hub", "Edition 1 of the hub"]
    # Between reading the branch and pushing to it somebody else pushes.
    hook = place.repository / "hooks" / "pre-receive"
    hook.write_text(f"#!/bin/sh\nrm {hook}\ngit update-ref refs/heads/site/hub refs/heads/site/hub~1\n")
    hook.chmod(0o755)
    with pytest.raises(TargetFailed):
        place.target.put(first, Before(shown=second.digest))
    place.target.put(first, Before(shown=second.digest, finished=False))
    assert place.shows() == in_folder(first.folder)


def test_rsync_links_what_did_not_change_and_keeps_the_edition_before(
    tmp_path: Path, first: Edition, second: Edition
) -> None:
    if shutil.which("rsync") is None:
        pytest.skip("rsync is not installed here")
    place = OverRsync(tmp_path)
    place.target.put(first, Before())
    place.target.put(second, Before(shown=first.digest))
    kept = place.folder.with_name(".www.editions")
    assert {each.name for each in kept.iterdir()} == {first.digest, second.digest}
    same = {(kept / each.digest / "hub.css").stat().st_ino for each in (first, second)}
    assert len(same) == 1
    third = edition(FIRST | {"z.html": b"z"}, 3, tmp_path / "editions")
    place.target.put(third, Before(shown=second.digest))
    assert {each.name for each in kept.iterdir()} == {second.digest, third.digest}


def test_what_a_program_says_is_told_without_what_opens_an_address(first: Edition) -> None:
    target = Git(name="pages", repository="https://ada:secret@localhost:1/x.git", branch="hub", within_s=30)
    with pytest.raises(TargetFailed, match="git ended with 128") as failed:
        target.put(first, Before())
    assert "secret" not in failed.value.message
    gone = msgspec.structs.replace(target, repository="/nowhere", token="token-of-git")
    with pytest.raises(TargetFailed) as failed:
        gone.put(first, Before())
    assert "token-of-git" not in failed.value.message

"""Every target takes an edition whole, follows the next one, replaces nothing that is no hub, survives what breaks off.

S3 runs against obstore's own store in memory, and against rclone's server, which checks every signature. What a store
shows between any two steps: test_doors.py. A real sshd: test_ssh.py.
"""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import msgspec
import pytest
from obstore.store import MemoryStore, ObjectStore

from seawall.hub.doors import EDITIONS, FORM, LAST, leads
from seawall.hub.folder import paths, write
from seawall.hub.manifest import GROWTH, MANIFEST, PROOF, Manifest, digest, entries
from seawall.hub.targets import S3, Before, Directory, Edition, Git, Rsync, Target, TargetFailed, TargetInUse
from tests.hub.s3_peer import KEY, MISSING, RCLONE, SECRET, Peer

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


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    if RCLONE is None:
        pytest.skip(MISSING)
    made = Peer(tmp_path_factory.mktemp("s3"))
    yield made
    made.stop()


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
            return InStore(request.getfixturevalue("peer").store(tmp_path.name))


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


@pytest.mark.parametrize("kind", ["directory", "rsync"])
def test_a_reader_finds_one_whole_edition_at_every_moment(
    kind: str, tmp_path: Path, first: Edition, second: Edition
) -> None:
    """Also while the edition that is shown is brought there once more."""
    if kind == "rsync" and shutil.which("rsync") is None:
        pytest.skip("rsync is not installed here")
    place = OverRsync(tmp_path) if kind == "rsync" else InDirectory(tmp_path)
    place.target.put(first, Before())
    known, wrong, over = [in_folder(first.folder), in_folder(second.folder)], list[str](), threading.Event()

    def read() -> None:
        while not over.is_set():
            # As a web server that keeps to where the link led when it was asked.
            found = in_folder(place.folder.resolve())
            if found not in known:
                wrong.append(str(sorted(found)))

    reader = threading.Thread(target=read)
    reader.start()
    shown = first
    for coming in (second, second, first, first):
        place.target.put(coming, Before(shown=shown.digest))
        shown = coming
    over.set()
    reader.join()
    assert wrong == []


def test_what_is_no_hub_is_not_replaced(place: Place, first: Edition) -> None:
    place.hold("theirs.txt", b"theirs")
    # Nor when it is tried again.
    for before in (Before(), Before(finished=False)):
        with pytest.raises(TargetInUse):
            place.target.put(first, before)
    assert place.shows() == {"theirs.txt": b"theirs"}


def test_files_of_a_store_say_what_they_are(first: Edition) -> None:
    store = MemoryStore()
    S3(name="cdn", place="b", open=lambda: store).put(first, Before())
    names = ("index.html", "hub.css", f"{EDITIONS}{first.digest}/{MANIFEST}")
    assert [store.get(name).attributes["Content-Type"] for name in names] == [
        "text/html; charset=utf-8", "text/css; charset=utf-8", "application/json",
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", [{"secret": "another-secret"}, {"key": "UNKNOWNKEY"}])
def test_a_wrong_key_is_refused_by_the_store_changes_nothing_and_is_named_nowhere(
    wrong: dict[str, str], peer: Peer, first: Edition, second: Edition
) -> None:
    prefix = next(iter(wrong))
    place = InStore(peer.store(prefix))
    place.target.put(first, Before())
    refused = S3(name="cdn", place="bucket", open=lambda: peer.store(prefix, **wrong))
    with pytest.raises(
        TargetFailed,
        match=r"the store refuses the access key, .* \((SignatureDoesNotMatch|InvalidAccessKeyId):",
    ) as told:
        refused.put(second, Before(shown=first.digest))
    assert not any(each in told.value.message for each in (*wrong.values(), KEY, SECRET))
    assert told.value.__cause__ is None
    assert place.shows() == in_folder(first.folder)


_KILLED = """
    import os, signal, sys
    from pathlib import Path
    from obstore.store import from_url
    from seawall.hub.targets import S3, Before, Edition

    address, key, secret, prefix, folder, digest, number, left = sys.argv[1:]
    config = {"endpoint": address, "access_key_id": key, "secret_access_key": secret, "region": "us-east-1"}
    real = from_url(f"s3://bucket/{prefix}", config=config, client_options={"allow_http": True})
    count = iter(range(int(left)))

    class Dying:
        def __getattr__(self, name):
            if name == "put" and next(count, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            return getattr(real, name)

    edition = Edition(folder=Path(folder), digest=digest, number=int(number))
    S3(name="cdn", place="bucket", open=Dying).put(edition, Before())
"""


@pytest.mark.parametrize("left", [3, 10, 11, 14])
def test_a_publisher_that_is_killed_leaves_one_edition_whole_and_the_next_finishes(
    left: int, peer: Peer, first: Edition, second: Edition, tmp_path: Path
) -> None:
    """While files come, before the switch, right after it, and between doors."""
    place = InStore(peer.store(f"killed-{left}"))
    place.target.put(first, Before())
    words = [peer.address, KEY, SECRET, f"killed-{left}", second.folder, second.digest, second.number, left]
    command = [sys.executable, "-c", textwrap.dedent(_KILLED), *map(str, words)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert place.shows() == in_folder((second if left > 10 else first).folder)
    third = edition(FIRST, 3, tmp_path / "editions")
    place.target.put(third, Before(shown=first.digest, finished=False))
    assert place.shows() == in_folder(third.folder)
    assert leads(bytes(place.store.get(LAST).bytes())) == third.digest


def test_a_bucket_that_is_not_there_is_told_as_such(peer: Peer, first: Edition) -> None:
    elsewhere = S3(name="cdn", place="b", open=lambda: peer.store("x", bucket="none"))
    with pytest.raises(TargetFailed, match="the store knows no such bucket"):
        elsewhere.put(first, Before())


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

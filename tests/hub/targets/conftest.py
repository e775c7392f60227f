"""Two editions, an S3 peer, and every kind of place."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from seawall.hub.targets import Edition
from tests.hub.s3_peer import MISSING, RCLONE, Peer
from tests.hub.targets.places import FIRST, SECOND, InDirectory, InStore, OnBranch, OverRsync, Place, edition


@pytest.fixture
def first(tmp_path: Path) -> Edition:
    return edition(FIRST, 1, tmp_path / "editions")


@pytest.fixture
def second(tmp_path: Path) -> Edition:
    return edition(SECOND, 2, tmp_path / "editions")


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

"""A store: what its files say of themselves, and what is refused, missing or killed in the middle.

What a store shows between any two steps: tests/hub/test_doors.py.
"""

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from seawall.hub.doors import EDITIONS, LAST, leads
from seawall.hub.manifest import MANIFEST
from seawall.hub.targets import S3, Before, Edition, TargetFailed
from tests.hub.s3_peer import KEY, SECRET, Peer
from tests.hub.targets.places import FIRST, InStore, edition, in_folder


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

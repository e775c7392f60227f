"""Every target takes an edition whole, follows the next one, replaces nothing that is no hub, survives what breaks off.

S3 runs against obstore's own store in memory, and against rclone's server, which checks every signature.
"""

import shutil
import threading
from pathlib import Path

import msgspec
import pytest

from seawall.hub.targets import Before, Edition, Git, TargetFailed, TargetInUse
from tests.hub.targets.places import FIRST, InDirectory, OnBranch, OverRsync, Place, edition, in_folder


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

"""Put a site into a folder, whole or not at all: `DIR` is a link to one edition, and changes in one step.

DIR -> .DIR.editions/<digest>       made beside, made lasting, then the link is replaced
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from seawall.vocabulary.errors import Conflict, SeawallError

_KEPT, _AT_ONCE = 3, 8


class FolderInUse(Conflict):
    """A site would take the place of files that are none of a site."""

    code = "hub.folder_in_use"


class NotWritten(SeawallError):
    """A site could not be written. What was there before is there still."""

    code, status = "hub.not_written", 503


def put(files: Mapping[str, bytes], folder: Path, name: str) -> Path:
    """Make a folder show these files, as the edition of that name. Raises FolderInUse, NotWritten."""
    if folder.exists() and not folder.is_symlink() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderInUse(
            f"{folder} holds other files.", hint="Name a folder that does not exist yet, or an empty one."
        )
    try:
        made = write(files, editions_of(folder) / name)
        show(folder, made)
    except OSError as error:
        raise NotWritten(
            f"The site could not be written to {folder}: {error.strerror}.",
            hint="Make room or mend the rights, and build again; what was shown is shown still.",
        ) from error
    return made


def editions_of(folder: Path) -> Path:
    """Return where the editions of a folder lie."""
    return folder.with_name(f".{folder.name}.editions")


def write(files: Mapping[str, bytes], target: Path) -> Path:
    """Write files into a fresh folder and give it its name once all of them will last."""
    fresh = target.with_name(f"{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    folders = {(fresh / path).parent for path in files}
    for each in folders:
        each.mkdir(parents=True, exist_ok=True)
    # Waiting for the disk is most of it, and many files are made lasting together as soon as one.
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        list(threads.map(lambda path: _write_one(fresh / path, files[path]), files))
        list(threads.map(_last, folders))
    if target.exists():
        _mend(target, fresh)
    else:
        fresh.rename(target)
        _last(target.parent)
    return target


def _mend(target: Path, fresh: Path) -> None:
    """Bring what has that name already, and may be shown at this moment, to what it should be, file by file."""
    there, wanted = set(paths(target)), set(paths(fresh))
    for path in sorted(wanted):
        file = target / path
        if path not in there or file.read_bytes() != (fresh / path).read_bytes():
            file.parent.mkdir(parents=True, exist_ok=True)
            (fresh / path).replace(file)
            _last(file.parent)
    for path in there - wanted:
        (target / path).unlink()
    # The newest few are kept, and this one is new again.
    os.utime(target)
    shutil.rmtree(fresh)


def _write_one(file: Path, held: bytes) -> None:
    with file.open("wb") as out:
        out.write(held)
        out.flush()
        os.fdatasync(out.fileno())


def show(folder: Path, edition: Path) -> None:
    """Let a folder lead to an edition, in one step, and drop what is older than the few before."""
    link = folder.with_name(f".{folder.name}.link")
    link.unlink(missing_ok=True)
    link.symlink_to(edition.relative_to(folder.parent), target_is_directory=True)
    if folder.is_dir() and not folder.is_symlink():
        folder.rmdir()
    link.replace(folder)
    _last(folder.parent)
    _drop(edition)


def paths(folder: Path) -> Iterator[str]:
    """Return the path of every file of a site."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() or file.is_symlink():
            yield file.relative_to(folder).as_posix()


def read_all(folder: Path) -> dict[str, bytes]:
    """Return every file of a site."""
    return {path: (folder / path).read_bytes() for path in paths(folder)}


def _drop(shown: Path) -> None:
    others = sorted(
        (each for each in shown.parent.iterdir() if each != shown and not each.name.endswith(".new")),
        key=lambda each: each.stat().st_mtime,
    )
    for each in others[:-_KEPT]:
        shutil.rmtree(each, ignore_errors=True)


def _last(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)

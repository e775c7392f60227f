"""A bucket of an S3-compatible store, or a part of one: what is new first, pages next, manifest and start page last.

    .seawall/<digest> -> new files -> changed pages -> manifest with its proof -> index.html -> what is gone

A bucket has no link that could be replaced in one step. So everything is uploaded under its digest first, where nobody
reads it, and what breaks off there has changed nothing. The rest are copies within the store, some seconds in which a
reader may see pages of two editions; no link leads nowhere meanwhile. A try that follows one that broke off takes
nothing for granted. The prefix is the hub's alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec

from seawall.hub.folder import read_all
from seawall.hub.manifest import BESIDE, MANIFEST, Manifest, ManifestUnreadable
from seawall.hub.serve import kind_of
from seawall.hub.targets.model import Before, Edition, TargetFailed, TargetInUse

if TYPE_CHECKING:
    from obstore.store import ObjectStore

STAGED = ".seawall/"
START = "index.html"
_AT_ONCE = 8


class S3(msgspec.Struct, frozen=True, kw_only=True):
    """A store as obstore opens it; `place` is what messages call it."""

    name: str
    place: str
    open: Callable[[], "ObjectStore"]

    def put(self, edition: Edition, before: Before) -> None:
        """Let it show an edition. Raises TargetFailed, TargetInUse."""
        from obstore.exceptions import BaseError

        try:
            _put(self, self.open(), read_all(edition.folder), before)
        except (BaseError, OSError) as error:
            # What the library says may hold addresses and what was sent to them.
            raise TargetFailed(self.name, f"the store answered with {type(error).__name__}") from None


def _put(target: S3, store: "ObjectStore", files: Mapping[str, bytes], before: Before) -> None:
    there = {str(each["path"]) for several in store.list() for each in several}
    had = _known(target, store, there, before)
    names = {path: _staged(path, held) for path, held in files.items()}
    changed = [path for path in files if path in BESIDE or had.get(path) != sha256(files[path]).hexdigest()]
    with ThreadPoolExecutor(_AT_ONCE) as pool:

        def at_once(act: Callable[[Any], object], of: Iterable[Any]) -> None:
            for done in [pool.submit(act, one) for one in of]:
                done.result()

        fresh = {names[path]: path for path in changed}
        at_once(lambda name: _upload(store, name, files[fresh[name]]), fresh)
        for several in _in_order(changed, there):
            at_once(lambda path: store.copy(names[path], path), several)
    # One by one: of many at once some stores take none when a folder runs empty meanwhile.
    for name in sorted({*(there - set(files)), *fresh}):
        store.delete(name)


def _known(target: S3, store: "ObjectStore", there: set[str], before: Before) -> dict[str, str]:
    """Return the files that are certainly there, with their digests. Raises TargetInUse where it is no hub."""
    if not any(path for path in there if not path.startswith(STAGED)):
        return {}
    held = bytes(store.get(MANIFEST).bytes()) if MANIFEST in there else b""
    try:
        manifest = Manifest.parse(held)
    except ManifestUnreadable:
        if before.finished or before.shown:
            raise TargetInUse(target.name, target.place) from None
        # The first try broke off before its manifest.
        return {}
    if not before.finished or sha256(held).hexdigest() != before.shown:
        return {}
    return {each.path: each.sha256 for each in manifest.files if each.path in there}


def _upload(store: "ObjectStore", name: str, held: bytes) -> None:
    kind = kind_of(Path(name).suffix)
    store.put(name, held, attributes={"Content-Type": kind, "Cache-Control": "no-cache"})


def _in_order(changed: Iterable[str], there: set[str]) -> Iterator[list[str]]:
    """Return what is copied together: new files, changed ones, the manifest with its proof, the start page."""
    ranks: dict[int, list[str]] = {}
    for path in changed:
        rank = 3 if path == START else 2 if path in BESIDE else 1 if path in there else 0
        ranks.setdefault(rank, []).append(path)
    yield from (ranks[rank] for rank in sorted(ranks))


def _staged(path: str, held: bytes) -> str:
    # By its digest, and by its ending, from which the store knows what it is.
    return f"{STAGED}{sha256(held).hexdigest()}{PurePosixPath(path).suffix}"

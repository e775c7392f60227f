"""A bucket of an S3-compatible store, or a part of one: an edition whole beside, then one object, which is the switch.

    editions/<digest>/... -> index.html -> copies -> doors -> the last door -> editions that are old

A bucket has no link that could be replaced in one step, and no transaction over two objects. So what is shown is one
object: the start page is a door into an edition (see `hub/doors.py`), and so is every other page's address. Whatever
breaks off, each address leads into one whole edition; the next try finishes what was begun. Of two that publish at once
the slower one notices, by the versions of what it replaces, and stops. The prefix is the hub's alone.
"""

import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from seawall.hub.doors import EDITIONS, FORM, LAST, START, door, has_door, leads
from seawall.hub.folder import read_all
from seawall.hub.manifest import MANIFEST, Manifest, ManifestUnreadable
from seawall.hub.serve import kind_of
from seawall.hub.targets.model import Before, Edition, TargetFailed, TargetInUse

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_AT_ONCE = 8
_MEANWHILE = "somebody else published to it meanwhile"
_REFUSED = "the store refuses the access key, or what it asks for"
_SAID = {
    "SignatureDoesNotMatch": f"{_REFUSED} (SignatureDoesNotMatch: is the secret right?)",
    "InvalidAccessKeyId": f"{_REFUSED} (InvalidAccessKeyId: it does not know the key)",
    "AccessDenied": f"{_REFUSED} (AccessDenied)",
    "NoSuchBucket": "the store knows no such bucket",
    "PermissionDeniedError": _REFUSED,
    "UnauthenticatedError": _REFUSED,
    "PreconditionError": _MEANWHILE,
    "AlreadyExistsError": _MEANWHILE,
}
_CODE = re.compile(r"<Code>([A-Za-z]{1,60})</Code>")
# Of a store that knows no conditional writes: the slower of two publishers is not stopped there.
_NO_CONDITIONS = "501 Not Implemented"


class S3(msgspec.Struct, frozen=True, kw_only=True):
    """A store as obstore opens it; `place` is what messages call it. An edition is kept so long after the next."""

    name: str
    place: str
    open: Callable[[], "ObjectStore"]
    keep: timedelta = timedelta(days=90)

    def put(self, edition: Edition, before: Before) -> None:
        """Let it show an edition. Raises TargetFailed, also where somebody else published meanwhile, TargetInUse."""
        from obstore.exceptions import BaseError

        try:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                _put(self, _Bucket(self.open(), pool), edition)
        except (BaseError, OSError) as error:
            raise TargetFailed(self.name, _said(error)) from None


def _said(error: Exception) -> str:
    """Return what a store said: its code, as all else may hold addresses and what was sent to them."""
    found = _CODE.search(str(error))
    kinds = [found[1]] if found else []
    kinds.append(type(error).__name__)
    return next((_SAID[each] for each in kinds if each in _SAID), f"the store answered with {kinds[0]}")


def _put(target: S3, bucket: "_Bucket", edition: Edition) -> None:
    there = bucket.look()
    shown = leads(bucket.read(START)) if START in there else ""
    if not shown and any(not name.startswith(EDITIONS) for name in there):
        raise TargetInUse(target.name, target.place)
    last = leads(bucket.read(LAST)) if LAST in there else ""
    # What was begun is finished first, unless somebody damaged it: that keeps no other edition from taking its place.
    if shown not in ("", edition.digest, last) and _whole(bucket, shown, there):
        _open_doors(target, bucket, shown, lambda path: bucket.read(f"{EDITIONS}{shown}/{path}"))
    files = read_all(edition.folder)
    bucket.each(lambda path: bucket.write(f"{EDITIONS}{edition.digest}/{path}", files[path]), sorted(files))
    start = door(files[FORM], START, edition.digest)
    if shown != edition.digest or bucket.read(START) != start:
        bucket.write(START, start, there)
    _open_doors(target, bucket, edition.digest, files.__getitem__)
    bucket.drop(_old(bucket.look(), target.keep))


def _whole(bucket: "_Bucket", edition: str, there: "dict[str, _Object]") -> bool:
    home = f"{EDITIONS}{edition}/"
    try:
        files = Manifest.parse(bucket.read(home + MANIFEST) if home + MANIFEST in there else b"").files
    except ManifestUnreadable:
        return False
    return all(home + each.path in there for each in files)


def _open_doors(target: S3, bucket: "_Bucket", edition: str, read: Callable[[str], bytes]) -> None:
    """Let every address lead into the edition that is shown. Raises TargetFailed where it is shown no more."""

    def still_shown() -> None:
        if leads(bucket.read(START)) != edition:
            raise TargetFailed(target.name, _MEANWHILE)

    there = bucket.look()
    still_shown()
    form, paths = read(FORM), {each.path for each in Manifest.parse(read(MANIFEST)).files} - {START}
    doors = {path for path in paths if has_door(path)}
    gone = {path for path in there if not path.startswith(EDITIONS)} - paths - {START}
    bucket.each(lambda path: bucket.write(path, read(path), there), sorted(paths - doors))
    bucket.drop((path for path in gone if not has_door(path)), still_shown)
    bucket.each(lambda path: bucket.write(path, door(form, path, edition), there), sorted(doors - {LAST}))
    bucket.drop((path for path in gone if has_door(path)), still_shown)
    bucket.write(LAST, door(form, LAST, edition), there)


def _old(there: "dict[str, _Object]", keep: timedelta) -> list[str]:
    """Return what belongs to editions after which others came long ago, by the clock of the store."""
    came: dict[str, datetime] = {}
    for name, each in there.items():
        if name.startswith(EDITIONS):
            edition = name.split("/")[1]
            came[edition] = max(each.at, came.get(edition, each.at))
    order = sorted(came, key=lambda edition: came[edition])
    old = {older for older, newer in pairwise(order) if came[order[-1]] - came[newer] > keep}
    return [name for name in there if name.startswith(EDITIONS) and name.split("/")[1] in old]


class _Object(msgspec.Struct, frozen=True, kw_only=True):
    """When an object was written, and what names that version of it."""

    at: datetime
    version: dict[str, str]


class _Bucket:
    """A store, by paths; several are written at once."""

    def __init__(self, store: "ObjectStore", pool: ThreadPoolExecutor) -> None:
        self._store, self._pool = store, pool

    def look(self) -> dict[str, _Object]:
        """Return what there is."""
        listed = [each for several in self._store.list() for each in several]
        return {str(each["path"]): _Object(at=each["last_modified"], version=_version(each)) for each in listed}

    def read(self, path: str) -> bytes:
        return bytes(self._store.get(path).bytes())

    def write(self, path: str, held: bytes, there: dict[str, _Object] | None = None) -> None:
        """Write an object; only where it is what was there, where that is given."""
        from obstore.exceptions import GenericError

        attributes: Any = {"Content-Type": kind_of(Path(path).suffix), "Cache-Control": "no-cache"}
        put = partial(self._store.put, path, held, attributes=attributes)
        if there is None:
            put()
            return
        mode: Any = there[path].version if path in there else "create"
        try:
            put(mode=mode)
        except GenericError as error:
            if _NO_CONDITIONS not in str(error):
                raise
            put()

    def each(self, act: Callable[[str], object], paths: Iterable[str]) -> None:
        """Do several at once, and wait for all."""
        for done in [self._pool.submit(act, path) for path in paths]:
            done.result()

    def drop(self, paths: Iterable[str], may: Callable[[], None] = lambda: None) -> None:
        """Delete objects. Stores delete whatever is there by now, so `may` has a last look before each."""
        # One by one: of many at once some stores take none when a folder runs empty meanwhile.
        for path in sorted(paths):
            may()
            self._store.delete(path)


def _version(listed: Any) -> dict[str, str]:
    told = {name: listed[name] for name in ("e_tag", "version") if listed[name] is not None}
    # Some stores list without its quotes what they compare with them.
    if "e_tag" in told and not told["e_tag"].endswith('"'):
        told["e_tag"] = f'"{told["e_tag"]}"'
    return told

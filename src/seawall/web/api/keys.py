"""Keys of all projects: list, end. They are made in their project."""

from datetime import datetime

import msgspec
from fastapi import Request
from pydantic import BaseModel

from seawall.access import keys
from seawall.web.paging import page
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/keys", tags=["keys"])


class KeyShown(BaseModel):
    """A key without its secret."""

    key: str
    project: str
    name: str
    owner: str
    prefix: str
    zero_retention: bool | None
    created_at: datetime
    revoked_at: datetime | None


class KeysPage(BaseModel):
    """A page of keys; `next` is the `after` of the page that follows."""

    keys: list[KeyShown]
    next: str


@routes.get("", needs=may("project.read"))
def every(request: Request, project: str | None = None, after: str = "", limit: int = 100) -> KeysPage:
    """List keys, newest first."""
    with house_of(request).database.begin() as tx:
        taken, following = page(keys.list_keys(tx, project), lambda each: str(each.key), after, limit)
    return KeysPage(keys=[KeyShown(**msgspec.to_builtins(each)) for each in taken], next=following)


@routes.delete("/{key}", needs=may("key.revoke"))
def revoke(key: str, request: Request, signed: Caller) -> dict[str, str]:
    """End a key now, in every gateway process."""
    edges = house_of(request).edges
    with house_of(request).database.begin() as tx:
        keys.revoke_key(tx, key, by=signed.person.id, record=edges.record, clock=edges.clock)
    return {"revoked": key}

"""Usage policies that were published, with the documents of each. To publish one is an act that others agree to."""

from datetime import datetime
from typing import Any

import msgspec
from fastapi import Request
from pydantic import BaseModel

from seawall.policy import publishing
from seawall.web.paging import page
from seawall.web.routes import Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/policies", tags=["policies"])
_MOST = 1_000_000


class VersionShown(BaseModel):
    """One publication."""

    version: int
    digest: str
    name: str
    by: str
    published_at: datetime


class VersionsPage(BaseModel):
    """A page of publications; `next` is the `after` of the page that follows."""

    versions: list[VersionShown]
    next: str


@routes.get("", needs=may("policy.read"))
def every(request: Request, after: str = "", limit: int = 100) -> VersionsPage:
    """List what was published, newest first."""
    with house_of(request).database.begin() as tx:
        found = publishing.versions(tx, _MOST)
    taken, following = page(found, lambda each: str(each.version), after, limit)
    return VersionsPage(versions=[VersionShown(**msgspec.to_builtins(each)) for each in taken], next=following)


@routes.get("/documents", needs=may("policy.read"))
def documents(request: Request, version: str = "") -> dict[str, Any]:
    """Show the documents of a version, by number or digest; of the one in force where none is named."""
    with house_of(request).database.begin() as tx:
        found: dict[str, Any] = msgspec.to_builtins(publishing.load_documents(tx, version), str_keys=True)
    return found

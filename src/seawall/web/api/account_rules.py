"""Rules about accounts: what is in force and what came of it, trying a draft, putting one into force to be watched.

That rules act by themselves is an act that others agree to: `account_rules.enforce`.
"""

from datetime import timedelta
from typing import Any

import msgspec
from fastapi import Request
from pydantic import BaseModel, Field

from seawall.enforce.rules import listing, publishing
from seawall.enforce.rules.previewing import preview as previewed
from seawall.policy.accounts.reading import read
from seawall.web.paging import page
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/account-rules", tags=["account rules"])
_LONGEST, _MOST, _TRIED = 200_000, 500, 10_000


class FileGiven(BaseModel):
    """The file of rules, as a text."""

    file: str = Field(max_length=_LONGEST)


class DraftGiven(FileGiven):
    """The same, and on how many decisions of how many days it is tried."""

    days: float = Field(default=30, gt=0, le=90)
    limit: int = Field(default=_TRIED, ge=1, le=_TRIED)


@routes.get("", needs=may("policy.read"))
def show(request: Request, days: float = 30) -> dict[str, Any]:
    """Show the rules in force, and what came of each in so many days."""
    told: dict[str, Any] = msgspec.to_builtins(in_force(request, days))
    return told


def in_force(request: Request, days: float) -> publishing.InForce:
    """Return the rules in force, and what came of each in so many days."""
    house = house_of(request)
    with house.database.begin() as tx:
        return publishing.shown(tx, since=house.edges.clock() - timedelta(days=max(0.0, min(days, 90.0))))


@routes.get("/versions", needs=may("policy.read"))
def versions(request: Request, after: str = "", limit: int = 100) -> dict[str, Any]:
    """List what was in force, newest first."""
    with house_of(request).database.begin() as tx:
        found = publishing.versions(tx, 1_000_000)
    taken, following = page(found, lambda each: str(each.version), after, limit)
    return {"versions": msgspec.to_builtins(taken), "next": following}


@routes.get("/{rule}/came", needs=may("account.read"))
def came(rule: str, request: Request, after: str = "", limit: int = 100) -> dict[str, Any]:
    """List what came of a rule, newest first: which accounts, at which exchanges."""
    found, following = came_of(rule, request, after, limit)
    return {"came": msgspec.to_builtins(found), "next": following}


def came_of(rule: str, request: Request, after: str, limit: int) -> tuple[list[listing.Firing], str]:
    """Return what came of a rule, and after what the next page begins."""
    most = max(1, min(limit, _MOST))
    with house_of(request).database.begin() as tx:
        found = listing.newest(tx, rule, limit=most, after=after)
    return found, found[-1].id if len(found) == most else ""


@routes.post("/preview", needs=may("policy.draft"))
def preview(given: DraftGiven, request: Request) -> dict[str, Any]:
    """Say what the rules of a file would have done in the past. Nothing is changed."""
    house, rules = house_of(request), read(given.file)
    since = house.edges.clock() - timedelta(days=given.days)
    with house.database.begin() as tx:
        told: dict[str, Any] = msgspec.to_builtins(previewed(tx, rules, since=since, limit=given.limit))
    return told


@routes.post("/publish", needs=may("policy.draft"))
def publish(given: FileGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Put the rules of a file into force. One that would begin to act by itself is refused: others must agree."""
    house, rules = house_of(request), read(given.file)
    edges = house.edges
    with house.database.begin() as tx:
        made = publishing.publish(tx, rules, by=signed.person.id, record=edges.record, clock=edges.clock)
    told: dict[str, Any] = msgspec.to_builtins(made)
    return told

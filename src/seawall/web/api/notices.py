"""Notices on their way, for staff: where each is on each channel, and which nobody took over. Never their words."""

from typing import Any

import msgspec
from fastapi import Request

from seawall.cases.notices import underway
from seawall.web.routes import Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/notices", tags=["notices"])


@routes.get("", needs=may("notice.read"))
def every(request: Request, undelivered: bool = False, after: str = "", limit: int = 100) -> dict[str, Any]:
    """List notices, newest first; with `undelivered` those that nobody took over."""
    most = max(1, min(limit, 500))
    with house_of(request).database.begin() as tx:
        found = underway(tx, undelivered=undelivered, after=after, limit=most)
    return {"notices": msgspec.to_builtins(found), "next": found[-1].id if len(found) == most else ""}

"""How a route does a dangerous act: with the approval of others, or by saying which request to make.

@routes.post("/{project}/keys", needs=SIGNED_IN)
def make(project: str, given: KeyGiven, request: Request, signed: Caller) -> dict[str, object]:
    return done(request, signed, "key.create_zero_retention", {"project": project, ...}, given.approval)
"""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from seawall.access.approvals.acts import carry_out, needed
from seawall.web.signed import Signed, house_of


def done(
    request: Request, signed: Signed, action: str, given: Mapping[str, Any], approval: str | None
) -> dict[str, Any]:
    """Carry an act out under an approval, and return what is shown once.

    Raises ApprovalNeeded without one, which says what to ask for, and what `carry_out` does.
    """
    house = house_of(request)
    with house.database.begin() as tx:
        if approval is not None:
            found = carry_out(tx, house.table, signed.actor, approval, action=action, given=given)
            return dict(found.shown)
        missing = needed(tx, house.table, signed.actor, action, given)
    # After the commit: what was handed in is kept, so that the request can name it.
    raise missing


def attached(shown: Mapping[str, Any]) -> Response:
    """Return the file that an act gave, this once. A browser keeps it and shows nothing of it."""
    told = {"content-disposition": f'attachment; filename="{shown["name"]}"', "cache-control": "no-store"}
    return Response(b64decode(shown["file"]), media_type="application/octet-stream", headers=told)

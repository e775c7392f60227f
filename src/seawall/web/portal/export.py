"""What is stored of somebody, as a file, on the fresh word of the operator's product. The link is used up by it."""

from fastapi import Request
from fastapi.responses import Response

from seawall.access import privacy
from seawall.access.privacy import Checked, Whose, Wish
from seawall.cases.links import Opens, revoke
from seawall.web.offices import office_of
from seawall.web.portal.language import entered
from seawall.web.portal.page import page
from seawall.web.routes import PORTAL, Routes
from seawall.web.signed import house_of

routes = Routes("/portal/export", tags=["portal"])


@routes.get("/{token}", needs=PORTAL)
def ask(token: str, request: Request) -> Response:
    """Say what the button does."""
    with house_of(request).database.begin() as tx:
        link = entered(request, tx, token, Opens.EXPORT)
    return page(request, "export.html", link=token, until=link.ends_at)


@routes.post("/{token}", needs=PORTAL)
def give(token: str, request: Request) -> Response:
    """Answer as a privacy request that the product vouches for, and use the link up."""
    house, office = house_of(request), office_of(request)
    with house.database.begin() as tx:
        link = entered(request, tx, token, Opens.EXPORT)
        asked = privacy.take(tx, house.edges, Wish.EXPORT, Whose.ACCOUNT, [link.account], by=link.id)
        privacy.check(tx, house.edges, asked.id, how=Checked.VOUCHED_BY_PROJECT, by=link.key)
        _, body = privacy.export(tx, house.edges, house.archive, asked.id, by="portal")
        revoke(tx, office, link.id, project=link.project, by="portal")
    headers = {
        "content-disposition": f'attachment; filename="{asked.id}.jsonl"',
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex, nofollow, noarchive",
    }
    return Response(body, media_type="application/x-ndjson", headers=headers)

"""Where records of the audit flow to: how far each is, what failed; ask for another, remove one."""

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.audit.streams import NoSuchStream
from seawall.web.api import audit as api
from seawall.web.console.listing import Column, Row, listed
from seawall.web.console.page import page, sent_to
from seawall.web.routes import Caller, Routes, may

HOME = "/console/audit/streams"
routes = Routes(HOME, tags=["console"])
_STEPS = (("Audit", "/console/audit"), ("Streams", HOME))
_COLUMNS = (
    Column(key="target", label="To", free=True),
    Column(key="way", label="Way", choices=("webhook", "syslog")),
    Column(key="form", label="Form"),
    Column(key="kinds", label="Kinds"),
    Column(key="behind", label="Behind", number=True),
    Column(key="sent", label="Sent", number=True),
    Column(key="state", label="State"),
    Column(key="id", label="Identifier", mono=True),
)
_LEAD = (
    "Records flow to these systems as they are numbered, at least once. No content is in them; sealed records leave as "
    "their numbers alone. Others agree to each before it begins."
)


@routes.get("", needs=may("audit.read"))
def every(request: Request) -> Response:
    """List where records flow to."""
    add = {
        "action": "audit.stream_add",
        "path": "/console/approvals/ask/audit.stream_add",
        "label": "Ask for another",
    }
    nothing = {"nothing": "Records flow nowhere.", "hint": "Whoever looks after security asks for a stream."}
    told = {"title": "Streams of the audit", "lead": _LEAD, "add": add}
    rows = [_row(each) for each in api.flows(request)]
    return listed(request, "list.html", "streams", _COLUMNS, rows, **told, **nothing)


@routes.get("/{stream}", needs=may("audit.read", of="stream"))
def show(stream: str, request: Request) -> Response:
    """Show one stream."""
    return page(request, "stream.html", steps=_STEPS, it=_known(request, stream), path=_where(stream))


@routes.get("/{stream}/remove", needs=may("audit.stream_remove", of="stream"))
def ask_removal(stream: str, request: Request) -> Response:
    """Say what removing does."""
    found = _known(request, stream)
    return page(
        request,
        "confirm.html",
        title="Remove the stream",
        steps=(*_STEPS, (found.target, _where(stream))),
        action=f"{_where(stream)}/remove",
        will=(
            f"No record flows to {found.target} any more, from now on. What it has stays there.",
            "Its secret is erased. That you removed it is a record.",
        ),
        submit="Remove it",
        back=_where(stream),
        error=None,
    )


@routes.post("/{stream}/remove", needs=may("audit.stream_remove", of="stream"))
def remove(stream: str, request: Request, signed: Caller) -> Response:
    """Remove it."""
    api.remove_flow(stream, request, signed)
    return sent_to(HOME, "stream_removed")


def _known(request: Request, stream: str) -> api.StreamShown:
    flows: list[api.StreamShown] = api.flows(request)
    found = next((each for each in flows if each.id == stream), None)
    if found is None:
        raise NoSuchStream(f"There is no stream {stream!r}.", hint="The list shows all.")
    return found


def _where(stream: str) -> str:
    return f"{HOME}/{quote(stream, safe='')}"


def _row(each: api.StreamShown) -> Row:
    cells = each.model_dump(include={"id", "target", "way", "form", "behind", "sent"})
    cells |= {"kinds": tuple(each.kinds) or "all", "state": f"failed: {each.error}" if each.error else "goes on"}
    return Row(cells=cells, href=_where(each.id))

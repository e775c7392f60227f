"""Where records of the audit flow to: how far each is, what failed; ask for another, remove one."""

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.audit.streams import NoSuchStream
from seawall.vocabulary.errors import Conflict, InvalidInput, SeawallError
from seawall.web.api import approvals
from seawall.web.api import audit as api
from seawall.web.api.approvals_shapes import Wanted
from seawall.web.console.approvals import where as approval_at
from seawall.web.console.asking import REASON, permitted
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.listing import Column, Row, listed
from seawall.web.console.page import confirmation, page, sent_to
from seawall.web.errors import BadFields
from seawall.web.routes import SIGNED_IN, Caller, Routes, may

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
)
_ACT = "audit.stream_add"
_FIELDS = (
    Field(
        name="way",
        label="How",
        kind="select",
        options=(("webhook", "signed webhook: its receipt counts"), ("syslog", "syslog")),
        words=("way",),
    ),
    Field(
        name="target",
        label="Where to",
        hint="https://…, or syslog+tls://, syslog+tcp:// or syslog+udp:// with host and port.",
        required=True,
        longest=2000,
    ),
    Field(
        name="form",
        label="Written as",
        kind="select",
        options=(("ocsf", "OCSF"), ("jsonl", "JSON Lines"), ("cef", "CEF"), ("csv", "CSV")),
    ),
    Field(
        name="kinds",
        label="Only these kinds",
        hint="Such as person.*, role.granted; all without any.",
        longest=2000,
        words=("kind of record",),
    ),
    Field(
        name="secret",
        label="Secret of the webhook",
        kind="password",
        hint="What signs it: 32 characters or more, by chance. It is sealed at once and shown to nobody.",
        longest=4000,
    ),
    Field(
        name="authority",
        label="What TLS trusts",
        kind="area",
        hint="A certificate authority of yours, as PEM. Without it the usual ones.",
        longest=100_000,
    ),
    Field(name="private", label="It is not on the public internet", kind="tick"),
    Field(name="from_now", label="Leave out what was recorded before", kind="tick"),
    REASON,
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
        "path": f"{HOME}/add",
        "label": "Ask for another",
    }
    nothing = {"nothing": "Records flow nowhere.", "hint": "Whoever looks after security asks for a stream."}
    told = {"title": "Streams of the audit", "lead": _LEAD, "add": add}
    rows = [_row(each) for each in api.flows(request)]
    return listed(request, "list.html", "streams", _COLUMNS, rows, **told, **nothing)


@routes.get("/add", needs=SIGNED_IN)
def ask(request: Request, signed: Caller) -> Response:
    """Ask where records are to flow to."""
    permitted(request, signed, _ACT)
    return _form(request, {})


@routes.post("/add", needs=SIGNED_IN)
def put(request: Request, signed: Caller, given: Entered) -> Response:
    """Ask others to agree to it."""
    permitted(request, signed, _ACT)
    parameters: dict[str, object] = {name: given.get(name, "").strip() for name in ("target", "kinds", "authority")}
    parameters |= {name: given.get(name, "") for name in ("way", "form", "secret")}
    parameters |= {name: name in given for name in ("private", "from_now")}
    try:
        wanted = {"act": _ACT, "parameters": parameters, "reason": given.get("reason", "")}
        made = approvals.ask(read(Wanted, wanted), request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _form(request, given, error)
    return sent_to(approval_at(made.id), "asked")


@routes.get("/{stream}", needs=may("audit.read", of="stream"))
def show(stream: str, request: Request) -> Response:
    """Show one stream."""
    return page(request, "stream.html", steps=_STEPS, it=_known(request, stream), path=_where(stream))


@routes.get("/{stream}/remove", needs=may("audit.stream_remove", of="stream"))
def ask_removal(stream: str, request: Request) -> Response:
    """Say what removing does."""
    found = _known(request, stream)
    return confirmation(
        request,
        title="Remove the stream",
        steps=(*_STEPS, (found.target, _where(stream))),
        will=(
            f"No record flows to {found.target} any more, from now on. What it has stays there.",
            "Its secret is erased. That you removed it is a record.",
        ),
        submit="Remove it",
    )


@routes.post("/{stream}/remove", needs=may("audit.stream_remove", of="stream"))
def remove(stream: str, request: Request, signed: Caller) -> Response:
    """Remove it."""
    api.remove_flow(stream, request, signed)
    return sent_to(HOME, "stream_removed")


def _form(request: Request, values: Mapping[str, str], error: SeawallError | None = None) -> Response:
    return page(
        request,
        "form.html",
        title="Let records flow elsewhere",
        lead="Others agree first: whoever runs that system reads who did what here. No content is in it.",
        steps=_STEPS,
        fields=_FIELDS,
        values=values,
        error=error,
        submit="Ask others",
        back=HOME,
    )


def _known(request: Request, stream: str) -> api.StreamShown:
    flows: list[api.StreamShown] = api.flows(request)
    found = next((each for each in flows if each.id == stream), None)
    if found is None:
        raise NoSuchStream(f"There is no stream {stream!r}.", hint="The list shows all.")
    return found


def _where(stream: str) -> str:
    return f"{HOME}/{quote(stream, safe='')}"


def _row(each: api.StreamShown) -> Row:
    cells = each.model_dump(include={"target", "way", "form", "behind", "sent"})
    cells |= {"kinds": tuple(each.kinds) or "all", "state": f"failed: {each.error}" if each.error else "goes on"}
    return Row(cells=cells, href=_where(each.id))

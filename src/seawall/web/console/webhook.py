"""One endpoint: what it is told, how each delivery fares; try it, make a new secret, switch it off, send again."""

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.outbox import endpoints, replay
from seawall.outbox.deliver import attempts_of, event_of, find
from seawall.outbox.errors import NoSuchDelivery
from seawall.outbox.kinds import Delivery, State
from seawall.outbox.replay import Receipt
from seawall.store import Transaction
from seawall.web.api import webhooks as api
from seawall.web.console.listing import Column, Row, listed
from seawall.web.console.naming import project_names, readable_names
from seawall.web.console.page import confirmation, page, sent_to
from seawall.web.console.webhooks import STEPS, secret_page, where
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/console/webhooks/{endpoint}", tags=["console"])
STATES = tuple(each.value for each in State)
_COLUMNS = (
    Column(key="id", label="Delivery", mono=True),
    Column(key="event", label="Event"),
    Column(key="about", label="About", mono=True),
    Column(key="state", label="State", choices=STATES),
    Column(key="attempts", label="Attempts", number=True),
    Column(key="again_at", label="Tried again"),
    Column(key="taken_at", label="Taken"),
    Column(key="error", label="Last error", mono=True),
)
_MOST = 500


@routes.get("", needs=may("webhook.read"))
def show(endpoint: str, request: Request, signed: Caller) -> Response:
    """Show an endpoint with its newest deliveries."""
    with house_of(request).database.begin() as tx:
        known = endpoints.find(tx, endpoint)
        found = replay.lying(tx, endpoint=endpoint, limit=_MOST)
    return listed(
        request,
        "webhook.html",
        "deliveries",
        _COLUMNS,
        [_row(endpoint, each) for each in found],
        steps=STEPS,
        known=known,
        project=project_names(request, signed).get(known.project, known.project),
        names=readable_names(request, signed, [known.added_by]),
        path=where(endpoint),
        most=_MOST,
    )


@routes.post("/test", needs=may("webhook.change"))
def test(endpoint: str, request: Request, signed: Caller) -> Response:
    """Send an event that tells of nothing."""
    api.test(endpoint, request, signed)
    return sent_to(where(endpoint), "webhook_tested")


@routes.get("/rotate", needs=may("webhook.change"))
def ask_rotation(endpoint: str, request: Request) -> Response:
    """Say what a new secret does."""
    will = (
        "You are shown the new secret, once.",
        "For a day each event is signed with both, so that you can enter the new one before the old one ends.",
    )
    return _confirmed(request, endpoint, "Make a new secret", will, "Make it")


@routes.post("/rotate", needs=may("webhook.change"))
def rotate(endpoint: str, request: Request, signed: Caller) -> Response:
    """Make a new secret and show it once."""
    made = api.rotate(endpoint, request, signed)
    return secret_page(request, endpoint, made["secret"], "The new secret", "The one before works for a day from now.")


@routes.get("/end", needs=may("webhook.change"))
def ask_end(endpoint: str, request: Request) -> Response:
    """Say what switching it off does."""
    will = (
        "Nothing goes there any more. What waits for it is dead, and stays so.",
        "Its secret is erased. It cannot be undone; the same address can be added anew.",
    )
    return _confirmed(request, endpoint, "Switch it off", will, "Switch it off")


@routes.post("/end", needs=may("webhook.change"))
def end(endpoint: str, request: Request, signed: Caller) -> Response:
    """Let nothing go there any more."""
    api.end(endpoint, request, signed)
    return sent_to("/console/webhooks", "webhook_ended")


@routes.get("/deliveries/{delivery}", needs=may("webhook.read"))
def delivery(endpoint: str, delivery: str, request: Request) -> Response:
    """Show one delivery with its attempts."""
    with house_of(request).database.begin() as tx:
        known, found = endpoints.find(tx, endpoint), _of(tx, endpoint, delivery)
        tried, event = attempts_of(tx, delivery), event_of(tx, found.event)
    return page(
        request,
        "delivery.html",
        steps=(*STEPS, (known.url, where(endpoint))),
        known=found,
        event=event,
        tried=tried,
        path=f"{where(endpoint)}/deliveries/{quote(delivery, safe='')}",
    )


@routes.post("/deliveries/{delivery}/replay", needs=may("webhook.change"))
def again(endpoint: str, delivery: str, request: Request, signed: Caller) -> Response:
    """Have a delivery tried again."""
    with house_of(request).database.begin() as tx:
        _of(tx, endpoint, delivery)
    api.again(delivery, request, signed)
    return sent_to(f"{where(endpoint)}/deliveries/{quote(delivery, safe='')}", "delivery_replayed")


def _of(tx: Transaction, endpoint: str, delivery: str) -> Delivery:
    """Return a delivery to an endpoint. Raises NoSuchDelivery."""
    found = find(tx, delivery)
    if found.endpoint != endpoint:
        raise NoSuchDelivery(delivery)
    return found


def _row(endpoint: str, found: Receipt) -> Row:
    cells = {
        "id": found.delivery,
        "event": found.kind,
        "about": found.about,
        "state": found.state.value,
        "attempts": found.attempts,
        "again_at": found.again_at,
        "taken_at": found.taken_at,
        "error": found.error,
    }
    return Row(cells=cells, href=f"{where(endpoint)}/deliveries/{quote(found.delivery, safe='')}")


def _confirmed(request: Request, endpoint: str, title: str, will: tuple[str, ...], submit: str) -> Response:
    with house_of(request).database.begin() as tx:
        known = endpoints.find(tx, endpoint)
    return confirmation(
        request,
        title=f"{title}: {known.url}",
        steps=(*STEPS, (known.id, where(endpoint))),
        will=will,
        submit=submit,
    )

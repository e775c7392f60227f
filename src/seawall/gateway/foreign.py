"""What events of an upstream do not say to the client: its errors in its own words, and another gateway's decisions."""

from seawall.gateway.errors import UpstreamRefused
from seawall.gateway.wire import ErrorKind, Event
from seawall.gateway.wire.reading import decode_reply
from seawall.gateway.wire.request import encode


def without_foreign_notice(event: Event) -> Event:
    """Return the event without what another gateway upstream says of its decisions: it must not pass for ours."""
    body = decode_reply(event.data)
    return Event(event.name, encode(body)) if body.pop("seawall", None) is not None else event


def refuse_error(event: Event) -> None:
    """Raise UpstreamRefused for an event that tells of an error; its words may quote anything, so they do not pass."""
    told = event.name == "error" or (event.data.startswith(b'{"error"') and b'"choices"' not in event.data)
    if told:
        overloaded = b"overloaded" in event.data
        kind = ErrorKind.OVERLOADED if overloaded else ErrorKind.UPSTREAM
        raise UpstreamRefused("The upstream failed in mid-stream.", status=529 if overloaded else 502, kind=kind)

"""How a parcel reaches the other side: as a signed webhook, or as syslog messages (RFC 5424).

A webhook counts as taken when it answers 2xx; a redirect is a failure. Syslog over TCP or TLS counts as taken when the
system took all bytes, over UDP always: choose a webhook where a lost line must not pass.
"""

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

from seawall.audit.classes import mapped
from seawall.audit.entry import Entry
from seawall.audit.formats import Form, form_of
from seawall.audit.signing import signed
from seawall.audit.streams import Parcel, Send, Stream
from seawall.net import GuardedClient
from seawall.net.lines import Peer, Transport, send
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.errors import InvalidInput, SeawallError
from seawall.vocabulary.ids import ItemId

WAYS = ("webhook", "syslog")
# A number for examples (RFC 5612): Seawall has none of its own.
_ELEMENT = "seawall@32473"
_FACILITY = 13  # log audit
_SEVERITY = {1: 6, 2: 5, 3: 4, 4: 3, 5: 2}
_PORTS: dict[str, tuple[Transport, int]] = {"udp": ("udp", 514), "tcp": ("tcp", 601), "tls": ("tls", 6514)}
_MOST = 64 * 1024


class BadTarget(InvalidInput):
    """Records cannot flow there."""

    code = "audit.bad_target"


class NotTaken(SeawallError):
    """The other side did not take what was sent."""

    code, status = "audit.not_taken", 502


def checked(way: str, target: str) -> str:
    """Return a target that can be used. Raises BadTarget."""
    parts = urlsplit(target)
    schemes = ("https", "http") if way == "webhook" else tuple(f"syslog+{each}" for each in _PORTS)
    if parts.scheme not in schemes or not parts.hostname or parts.username or parts.fragment:
        raise BadTarget(
            f"{target!r} is no target of a {way}.", hint=f"It begins with {' or '.join(f'{s}://' for s in schemes)}."
        )
    return target


def sender(unseal: Callable[[Transaction, ItemId], str], clock: Clock) -> Send:
    """Return what sends parcels, each the way of its stream."""

    def deliver(tx: Transaction, stream: Stream, parcel: Parcel) -> None:
        if stream.way == "webhook":
            secret = unseal(tx, stream.secret).encode() if stream.secret is not None else b""
            asyncio.run(_post(stream, parcel, secret, int(clock().timestamp())))
        else:
            send(_peer(stream), [_frame(stream, each) for each in messages(stream, parcel)])

    return deliver


async def _post(stream: Stream, parcel: Parcel, secret: bytes, now: int) -> None:
    form = form_of(stream.form)
    body = form.head + b"".join(parcel.lines(form.line))
    headers = {"content-type": form.media, **signed(secret, parcel.name, now, body)}
    async with (
        GuardedClient(connections=1) as client,
        client.post(stream.target, body, headers, private=stream.private, timeout_s=15.0) as reply,
    ):
        await reply.read(_MOST)
        if not 200 <= reply.status < 300:
            raise NotTaken(f"{urlsplit(stream.target).hostname} answers {reply.status}.", hint="It is tried again.")


def messages(stream: Stream, parcel: Parcel) -> list[bytes]:
    """Return a parcel as syslog messages."""
    form = form_of(stream.form)
    before = (parcel.previous, *(entry.index for entry in parcel.entries))
    return [_message(form, entry, previous) for entry, previous in zip(parcel.entries, before, strict=False)]


def _message(form: Form, entry: Entry, previous: int | None) -> bytes:
    priority = _FACILITY * 8 + _SEVERITY[mapped(entry.kind).severity]
    told = {"index": entry.index, "previous": previous, "generation": entry.generation}
    element = " ".join(f'{name}="{value}"' for name, value in told.items() if value is not None)
    head = f"<{priority}>1 {entry.at.isoformat()} - seawall - {entry.kind[:32]} [{_ELEMENT} {element}] "
    return head.encode() + b"\xef\xbb\xbf" + form.line(entry, previous).rstrip(b"\r\n")


def _frame(stream: Stream, message: bytes) -> bytes:
    """Return a message as its transport frames it: alone in a datagram, else behind its length (RFC 6587, 5425)."""
    return message if stream.target.startswith("syslog+udp:") else f"{len(message)} ".encode() + message


def _peer(stream: Stream) -> Peer:
    parts = urlsplit(stream.target)
    transport, port = _PORTS[parts.scheme.partition("+")[2]]
    return Peer(
        host=parts.hostname or "",
        port=parts.port or port,
        transport=transport,
        private=stream.private,
        authority=stream.authority,
    )

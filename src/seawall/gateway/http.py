"""The little of HTTP that the gateway needs, as raw ASGI."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from seawall.gateway.errors import BodyTooLong

Header = tuple[bytes, bytes]
JSON: Header = (b"content-type", b"application/json")


class ClientGone(Exception):
    """The client closed the connection before its request was whole."""


def headers_of(scope: Mapping[str, Any]) -> dict[bytes, bytes]:
    """Return the headers of a request by lower-case name; of one that is sent twice, the last."""
    return dict(scope["headers"])


def key_of(headers: Mapping[bytes, bytes]) -> str | None:
    """Return the key that a request carries, in either API's header."""
    given = headers.get(b"x-api-key")
    if given is None:
        scheme, _, rest = headers.get(b"authorization", b"").partition(b" ")
        given = rest.strip() if scheme.lower() == b"bearer" else None
    return given.decode("latin-1") if given else None


def address_of(scope: Mapping[str, Any]) -> str | None:
    """Return the address of whoever opened the connection; a load balancer must preserve it."""
    client = scope.get("client")
    return client[0] if client else None


async def read_body(receive: Any, headers: Mapping[bytes, bytes], limit: int) -> bytes:
    """Return the whole body. Raises BodyTooLong, ClientGone."""
    stated = headers.get(b"content-length", b"0")
    if stated.isdigit() and int(stated) > limit:
        raise BodyTooLong(limit)
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise BodyTooLong(limit)
        parts.append(part)
        if not message.get("more_body"):
            return parts[0] if len(parts) == 1 else b"".join(parts)


async def send_whole(send: Any, status: int, body: bytes, headers: Iterable[Header] = (JSON,)) -> None:
    """Answer with a body."""
    given = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": given})
    await send({"type": "http.response.body", "body": body})


async def send_json(send: Any, status: int, body: Any) -> None:
    """Answer with JSON."""
    await send_whole(send, status, msgspec.json.encode(body))

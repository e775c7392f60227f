"""The request as the upstream gets it, and what its errors mean for the client."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

import msgspec

from seawall.access import Upstream
from seawall.gateway.errors import UpstreamRefused
from seawall.gateway.exchange import Exchange
from seawall.gateway.translate import request_to_chat, request_to_messages
from seawall.gateway.wire import Body, ErrorKind, encode
from seawall.gateway.wire.messages import COUNT_TOKENS
from seawall.net import NetError, Reply
from seawall.screen import Screen
from seawall.vocabulary.decisions import Rewrite
from seawall.vocabulary.findings import Surface

_PATHS = {"messages": "/v1/messages", "chat": "/v1/chat/completions"}
_PASSED = (b"anthropic-version", b"anthropic-beta", b"openai-beta", b"idempotency-key")
_ERROR_BYTES = 64 * 1024
_MESSAGE_CHARACTERS = 500


def body_of(exchange: Exchange) -> Body:
    """Return the body for the upstream: rewritten, steered, in its API. Raises Untranslatable."""
    request, api = exchange.request, exchange.api
    body = api.replace(request, rewritten(exchange)) if exchange.verdict.rewrites else request.body
    if exchange.verdict.steer:
        body = api.steer(body, exchange.verdict.steer)
    body = {**body, "model": exchange.upstream.model}
    if exchange.upstream.api == api.name:
        return body
    if exchange.upstream.api == "messages":
        return request_to_messages(body)
    return request_to_chat(body, limit_field=exchange.upstream.limit_field)


def rewritten(exchange: Exchange) -> list[tuple[tuple[str | int, ...], str]]:
    """Return the texts of the request that change, with their places."""
    pieces = exchange.request.pieces
    changed: dict[int, str] = {}
    for each in reversed(exchange.verdict.rewrites):
        changed[each.piece] = masked(changed.get(each.piece, pieces[each.piece].text), each)
    return [(pieces[number].path, text) for number, text in changed.items()]


def masked(text: str, rewrite: Rewrite) -> str:
    """Return a text with one range replaced. Apply rewrites from the last to the first."""
    return text[: rewrite.span.start] + rewrite.mask + text[rewrite.span.end :]


def call(exchange: Exchange, body: Body, headers: Mapping[bytes, bytes]) -> AbstractAsyncContextManager[Reply]:
    """Send a body upstream."""
    upstream = exchange.upstream
    path = _PATHS[upstream.api] + ("/count_tokens" if exchange.api is COUNT_TOKENS else "")
    return exchange.live.client.post(
        upstream.base_url.rstrip("/") + path,
        encode(body),
        _headers(upstream, headers, stream=exchange.request.stream),
        private=upstream.private,
        timeout_s=upstream.timeout_s,
        connect_s=exchange.live.connect_s,
        retries=upstream.retries,
    )


def _headers(upstream: Upstream, given: Mapping[bytes, bytes], *, stream: bool) -> dict[str, str]:
    headers = {name.decode(): given[name].decode("latin-1") for name in _PASSED if name in given}
    headers["content-type"] = "application/json"
    headers["accept"] = "text/event-stream" if stream else "application/json"
    if upstream.api == "messages":
        headers.setdefault("anthropic-version", "2023-06-01")
        if upstream.credential:
            headers["x-api-key"] = upstream.credential
    elif upstream.credential:
        headers["authorization"] = f"Bearer {upstream.credential}"
    return headers


async def refused(reply: Reply, screen: Screen) -> UpstreamRefused:
    """Return what an error of the upstream is for the client. Its own words pass when they are clean."""
    said = _message(await _told(reply))
    if said and screen.match(said, Surface.OUTPUT):
        said = ""
    status, retry_after = reply.status, reply.headers.get("retry-after", "")
    if status in (401, 403):
        told = "The upstream refused the credential of this gateway."
        return UpstreamRefused(
            told, status=status, kind=ErrorKind.UPSTREAM, hint="Set it anew: seawall projects model-add"
        )
    if status == 429:
        return UpstreamRefused(
            said or "The upstream is at its rate limit.", status=429, kind=ErrorKind.RATE_LIMIT, retry_after=retry_after
        )
    if 400 <= status < 500:
        kind = {404: ErrorKind.NOT_FOUND, 413: ErrorKind.REQUEST_TOO_LARGE}.get(status, ErrorKind.INVALID_REQUEST)
        return UpstreamRefused(said or f"The upstream refused the request ({status}).", status=status, kind=kind)
    kind = {503: ErrorKind.OVERLOADED, 529: ErrorKind.OVERLOADED, 504: ErrorKind.TIMEOUT}.get(
        status, ErrorKind.UPSTREAM
    )
    return UpstreamRefused(f"The upstream failed ({status}).", status=status, kind=kind, retry_after=retry_after)


async def _told(reply: Reply) -> bytes:
    """Return the body of an error; nothing where it is long or cut, as the status says what went wrong."""
    try:
        return await reply.read(_ERROR_BYTES)
    except NetError:
        return b""


def _message(raw: bytes) -> str:
    """Return the message in an error body of either API; empty where there is none."""
    try:
        body: Any = msgspec.json.decode(raw)
    except (ValueError, RecursionError):
        return ""
    error = body.get("error") if isinstance(body, dict) else None
    said = error.get("message") if isinstance(error, dict) else error
    return said[:_MESSAGE_CHARACTERS] if isinstance(said, str) else ""

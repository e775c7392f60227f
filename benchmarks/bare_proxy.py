"""The floor: a proxy that screens with seven Hyperscan patterns both ways and does nothing else. ASGI, for uvicorn.

UPSTREAM names where it sends to. It streams without holding anything back, so it is no safeguard: it shows what any
gateway of this construction costs before it does its work.
"""

import os
from typing import Any

import aiohttp
import hyperscan
import msgspec

_PATTERNS = (
    rb"\b\d{3}-\d{2}-\d{4}\b", rb"AKIA[0-9A-Z]{16}", rb"ghp_[0-9A-Za-z]{36}", rb"\b4\d{3}([ -]?\d{4}){3}\b",
    rb"[\w.+-]{1,40}@[\w-]{1,40}\.[\w.]{1,20}", rb"code name osprey", rb"code name heron",
)  # fmt: skip
_DATABASE = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
_DATABASE.compile(expressions=list(_PATTERNS), ids=list(range(7)), flags=[hyperscan.HS_FLAG_SINGLEMATCH] * 7)
_decode = msgspec.json.decode
_session: list[aiohttp.ClientSession] = []


def _hit(text: str) -> bool:
    hits: list[int] = []
    _DATABASE.scan(text.encode(), match_event_handler=lambda number, *_: hits.append(number))
    return bool(hits)


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Pass one exchange, or drop it where a pattern hits."""
    if scope["type"] != "http":
        return
    if not _session:
        _session.append(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
    body = b""
    while scope["method"] == "POST":
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    if scope["method"] != "POST":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    given = _decode(body)
    if any(_hit(each["content"]) for each in given["messages"]):
        raise ValueError("refused")
    address = os.environ["UPSTREAM"] + scope["path"]
    async with _session[0].post(address, data=body, headers={"content-type": "application/json"}) as reply:
        kind = b"text/event-stream" if given.get("stream") else b"application/json"
        if given.get("stream"):
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
            async for part in reply.content.iter_any():
                _hit(part.decode())
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
            return
        raw = await reply.read()
        if _hit(_decode(raw)["choices"][0]["message"]["content"]):
            raise ValueError("refused")
        length = str(len(raw)).encode()
        headers = [(b"content-type", kind), (b"content-length", length)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": raw})

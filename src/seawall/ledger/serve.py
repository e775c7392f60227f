"""The published log over HTTP, as raw ASGI: tiles for ever, the checkpoint never from a cache."""

import asyncio
import re
from pathlib import Path
from typing import Any

# Nothing but what the log itself writes has a path here, so nothing else on the disk can be asked for.
_PATH = re.compile(
    r"(?:bodies/)?checkpoint|tile/(?:entries|[0-9]{1,2})/(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/[0-9]{1,3})?"
    r"|bodies/(?:x[0-9]{3}/)*[0-9]{3}\.jsonl|keys/(?:x[0-9]{3}/)*[0-9]{3}"
)


class LedgerFiles:
    """Serve a log's directory. `path` in the scope is taken below ``/ledger/``."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        name = scope["path"].removeprefix("/ledger/")
        if scope["method"] not in ("GET", "HEAD"):
            await _answer(send, 405, b"Only GET and HEAD.\n", "text/plain; charset=utf-8", "no-store")
            return
        held = await asyncio.to_thread(self._read, name) if _PATH.fullmatch(name) else None
        if held is None:
            await _answer(send, 404, b"The log has no such file.\n", "text/plain; charset=utf-8", "no-store")
            return
        moving = name.endswith("checkpoint")
        kind = "text/plain; charset=utf-8" if moving else "application/octet-stream"
        kind = "application/jsonl" if name.endswith(".jsonl") else kind
        cache = "no-cache" if moving else "public, max-age=31536000, immutable"
        await _answer(send, 200, held, kind, cache, head=scope["method"] == "HEAD")

    def _read(self, name: str) -> bytes | None:
        try:
            return (self._directory / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None


async def _answer(send: Any, status: int, body: bytes, kind: str, cache: str, *, head: bool = False) -> None:
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", cache.encode()),
        (b"access-control-allow-origin", b"*"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})

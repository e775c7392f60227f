"""The published hub over HTTP, as raw ASGI: plain files, each with the policy that it states itself.

Nothing but files of the edition is served, and nothing is changed on the way: what a reader gets is what was signed.
"""

import asyncio
import re
from pathlib import Path
from typing import Any

from seawall.hub.manifest import digest

PREFIX = "/hub"
_PATH = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]*/)*(?:[A-Za-z0-9_][A-Za-z0-9._-]*)?")
_STATED = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([^"<>]{1,2000})">')
_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".xml": "application/atom+xml; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
}
_TEXT = "text/plain; charset=utf-8"
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    # Anybody's program may read it: it is public, and carries its own proof.
    (b"access-control-allow-origin", b"*"),
    (b"cache-control", b"no-cache"),
)
_NO_PAGE = b"default-src 'none'; frame-ancestors 'none'"


def kind_of(suffix: str) -> str:
    """Return the media type of a file of a hub, by its ending."""
    return _KINDS.get(suffix, _TEXT)


class HubFiles:
    """Serve a site's folder. `path` in the scope is taken below ``/hub/``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["method"] not in ("GET", "HEAD"):
            await _answer(send, 405, b"Only GET and HEAD.\n", (b"allow", b"GET, HEAD"))
            return
        if scope["path"] == PREFIX:
            await _answer(send, 308, b"", (b"location", b"/hub/"))
            return
        name = scope["path"].removeprefix(f"{PREFIX}/")
        held = await asyncio.to_thread(self._read, name) if _PATH.fullmatch(name) else None
        if held is None:
            await _answer(send, 404, b"The hub has no such page. It begins at /hub/.\n")
            return
        tag = f'"{digest(held)}"'.encode()
        known = dict(scope["headers"]).get(b"if-none-match")
        if known == tag:
            await _answer(send, 304, b"", (b"etag", tag))
            return
        kind = kind_of(Path(name or "index.html").suffix or ".html")
        more = ((b"etag", tag), (b"content-security-policy", _policy(held, kind)))
        await _answer(send, 200, held, *more, kind=kind, head=scope["method"] == "HEAD")

    def _read(self, name: str) -> bytes | None:
        path = self._folder / (f"{name}index.html" if name.endswith("/") or not name else name)
        try:
            return path.read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None


def _policy(held: bytes, kind: str) -> bytes:
    """Return what a page states of itself, to which only a header can add that nobody may frame it."""
    stated = _STATED.search(held[:4096]) if kind.startswith("text/html") else None
    return _NO_PAGE if stated is None else stated[1].replace(b"&#39;", b"'") + b"; frame-ancestors 'none'"


async def _answer(
    send: Any, status: int, body: bytes, *more: tuple[bytes, bytes], kind: str = _TEXT, head: bool = False
) -> None:
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()), *_HEADERS, *more]
    if b"content-security-policy" not in dict(headers):
        headers.append((b"content-security-policy", _NO_PAGE))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})

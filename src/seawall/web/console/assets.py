"""Styles and scripts: a fixed list of files, each under an address with its digest, so that it may be kept for good."""

from hashlib import sha256
from pathlib import Path

from fastapi.responses import Response

from seawall.web.errors import NoSuchPage
from seawall.web.routes import ANYONE, Routes

routes = Routes("/console/static", tags=["console"])

_FOLDER = Path(__file__).parent.parent / "static"
_KINDS = {
    "console.css": "text/css",
    "portal.css": "text/css",
    "htmx.min.js": "text/javascript",
    "passkey.js": "text/javascript",
    "keys.js": "text/javascript",
}
_HELD = {name: (_FOLDER / name).read_bytes() for name in _KINDS}
_DIGESTS = {name: sha256(held).hexdigest()[:16] for name, held in _HELD.items()}
_FOR_GOOD = "public, max-age=31536000, immutable"


def asset(name: str) -> str:
    """Return the address of a file."""
    return f"/console/static/{_DIGESTS[name]}/{name}"


@routes.get("/{digest}/{name}", needs=ANYONE)
def serve(digest: str, name: str) -> Response:
    """Serve a file; one that was asked for by another digest is not to be kept."""
    if name not in _KINDS:
        raise NoSuchPage
    kept = _FOR_GOOD if digest == _DIGESTS[name] else "no-cache"
    return Response(_HELD[name], media_type=_KINDS[name] + "; charset=utf-8", headers={"cache-control": kept})

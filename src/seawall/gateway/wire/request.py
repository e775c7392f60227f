"""What a wire format makes of a request: its pieces of text, each with its place, and what the live path asks about.

Bodies are plain decoded JSON. Send `encode(body)` upstream, never the client's own bytes: of a key that stands twice,
only the value that was screened survives decoding. Limits: text inside images, audio and binary documents is counted
in `images`, not read.
"""

from typing import Any

import msgspec

from seawall.vocabulary.errors import InvalidInput, SeawallError
from seawall.vocabulary.findings import Surface

Body = dict[str, Any]
Path = tuple[str | int, ...]


class BadRequest(InvalidInput):
    """A request body that does not follow its API. `field` names the place, such as ``messages[2].content``."""

    code, status = "gateway.bad_request", 400

    def __init__(self, field: str, problem: str, *, hint: str = "") -> None:
        super().__init__(f"{field}: {problem}" if field else problem, hint=hint)
        self.field = field


class BadReply(SeawallError):
    """An upstream's answer or event that does not follow its API."""

    code, status = "gateway.bad_reply", 502


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One text of an exchange. `path` leads to it in the body; `newest` is false for what was judged before."""

    surface: Surface
    text: str
    newest: bool = True
    path: Path = ()


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request as the live path sees it. `images` counts what cannot be read: images, audio
    (asked for or sent), binary documents."""

    body: Body
    model: str
    stream: bool = False
    end_user: str | None = None
    pieces: tuple[Piece, ...] = ()
    images: int = 0
    tools: tuple[str, ...] = ()
    choices: int = 1
    include_usage: bool = False


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens that an upstream counted; `input_tokens` includes those that it read from a cache."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0


def encode(body: Body) -> bytes:
    """Return a body as JSON bytes."""
    return msgspec.json.encode(body)


def field_name(path: Path) -> str:
    """Return a path as people write it: ``messages[2].content``."""
    parts = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(parts).removeprefix(".")

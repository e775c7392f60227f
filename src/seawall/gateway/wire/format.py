"""What every wire format offers. `messages.MESSAGES`, `messages.COUNT_TOKENS` and `chat.CHAT` are the values.

Nothing here reads or writes anything, and no method changes what it is given: edited bodies are copies that share
what was not edited.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

from seawall.gateway.wire.request import Body, Path, Piece, Request, Usage
from seawall.gateway.wire.sse import Event
from seawall.gateway.wire.stream import StreamFormat


class ErrorKind(StrEnum):
    """What went wrong, in words that both APIs have a name for."""

    INVALID_REQUEST = "invalid_request"
    AUTHENTICATION = "authentication"
    PERMISSION = "permission"
    NOT_FOUND = "not_found"
    REQUEST_TOO_LARGE = "request_too_large"
    RATE_LIMIT = "rate_limit"
    UPSTREAM = "upstream"
    OVERLOADED = "overloaded"
    TIMEOUT = "timeout"
    INTERNAL = "internal"


class WireFormat(Protocol):
    """One API: its requests, replies, refusals, errors and streams."""

    @property
    def name(self) -> str:
        """Return ``messages`` or ``chat``."""

    @property
    def statuses(self) -> Mapping[ErrorKind, int]:
        """Return the HTTP status that this API uses for each kind of error."""

    def parse(self, raw: bytes) -> Request:
        """Read a request body. Raises BadRequest."""

    def replace(self, request: Request, edits: Sequence[tuple[Path, str]]) -> Body:
        """Return the request's body with the texts at these paths replaced."""

    def steer(self, body: Body, instructions: Sequence[str]) -> Body:
        """Return the body with instructions added to its system prompt."""

    def reply_pieces(self, reply: Body) -> tuple[Piece, ...]:
        """Return every text of an answer. Raises BadReply."""

    def replace_reply(self, reply: Body, edits: Sequence[tuple[Path, str]]) -> Body:
        """Return the answer with the texts at these paths replaced."""

    def reply_usage(self, reply: Body) -> Usage:
        """Return what the upstream counted; zeros where it did not."""

    def stop_reason(self, reply: Body) -> str | None:
        """Return why the answer ended, in the words of this API."""

    def refusal(
        self,
        request: Request,
        *,
        reason: str,
        decision: str,
        id: str,  # noqa: A002 - the name that both APIs use
        usage: Usage | None = None,
        created: int = 0,
    ) -> Body:
        """Return a whole answer that refuses. `created` is in seconds since 1970; only Chat Completions shows it."""

    def annotate(self, reply: Body, seawall: Mapping[str, Any], append_text: str | None = None) -> Body:
        """Return the answer with the `seawall` field and, where given, a text after the model's own."""

    def error(self, status: int, kind: str, message: str, *, code: str = "", hint: str = "") -> bytes:
        """Return the body of an error response."""

    def error_event(self, kind: str, message: str, *, code: str = "", hint: str = "") -> Event:
        """Return the event that tells of an error in mid-stream."""

    def stream(self, request: Request, *, id: str, created: int = 0) -> StreamFormat:  # noqa: A002
        """Return the state of a fresh stream; `id` and `created` serve where upstream never gave its own."""

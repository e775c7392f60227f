"""The Messages API as a wire format. `MESSAGES` serves /v1/messages, `COUNT_TOKENS` /v1/messages/count_tokens.

Limits: an edit to a thinking block leaves a signature that no longer fits; the provider refuses such a block when it
comes back.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from seawall.gateway.wire import messages_reply
from seawall.gateway.wire.format import ErrorKind, WireFormat
from seawall.gateway.wire.messages_request import read_request
from seawall.gateway.wire.messages_stream import MessagesStream
from seawall.gateway.wire.paths import put_all
from seawall.gateway.wire.request import Body, Path, Piece, Request, Usage
from seawall.gateway.wire.sse import Event

_ERRORS: dict[str, tuple[int, str]] = {
    ErrorKind.INVALID_REQUEST: (400, "invalid_request_error"),
    ErrorKind.AUTHENTICATION: (401, "authentication_error"),
    ErrorKind.PERMISSION: (403, "permission_error"),
    ErrorKind.NOT_FOUND: (404, "not_found_error"),
    ErrorKind.REQUEST_TOO_LARGE: (413, "request_too_large"),
    ErrorKind.RATE_LIMIT: (429, "rate_limit_error"),
    ErrorKind.UPSTREAM: (502, "api_error"),
    ErrorKind.OVERLOADED: (529, "overloaded_error"),
    ErrorKind.TIMEOUT: (504, "timeout_error"),
    ErrorKind.INTERNAL: (500, "api_error"),
}


class MessagesFormat:
    """Requests, answers, errors and streams of the Messages API."""

    name = "messages"
    statuses: Mapping[ErrorKind, int] = {kind: _ERRORS[kind][0] for kind in ErrorKind}

    def __init__(self, *, counting: bool = False) -> None:
        self._counting = counting

    def parse(self, raw: bytes) -> Request:
        """Read a request body. Raises BadRequest."""
        return read_request(raw, counting=self._counting)

    def replace(self, request: Request, edits: Sequence[tuple[Path, str]]) -> Body:
        """Return the request's body with the texts at these paths replaced."""
        changed: Body = put_all(request.body, edits)
        return changed

    def steer(self, body: Body, instructions: Sequence[str]) -> Body:
        """Return the body with instructions added to its system prompt."""
        if not instructions:
            return body
        added, system = "\n\n".join(instructions), body.get("system")
        if isinstance(system, list):
            return {**body, "system": [*system, {"type": "text", "text": added}]}
        return {**body, "system": f"{system}\n\n{added}" if system else added}

    def reply_pieces(self, reply: Body) -> tuple[Piece, ...]:
        """Return every text of an answer; a count of tokens has none. Raises BadReply."""
        return () if self._counting else messages_reply.reply_pieces(reply)

    def replace_reply(self, reply: Body, edits: Sequence[tuple[Path, str]]) -> Body:
        """Return the answer with the texts at these paths replaced."""
        changed: Body = put_all(reply, edits)
        return changed

    def reply_usage(self, reply: Body) -> Usage:
        """Return what the upstream counted; zeros where it did not."""
        return messages_reply.read_usage(reply if self._counting else reply.get("usage"))

    def stop_reason(self, reply: Body) -> str | None:
        """Return why the answer ended."""
        reason = reply.get("stop_reason")
        return reason if isinstance(reason, str) else None

    def refusal(
        self,
        request: Request,
        *,
        reason: str,
        decision: str,
        id: str,  # noqa: A002 - the name that the API uses
        usage: Usage | None = None,
        created: int = 0,
    ) -> Body:
        """Return a whole answer that refuses, with the reason as its text."""
        content = [{"type": "text", "text": reason}] if reason else []
        said = messages_reply.begun(id, request.model, usage or Usage()) | messages_reply.refusing(reason)
        return {**said, "content": content, "seawall": {"decision": decision, "refused": True}}

    def annotate(self, reply: Body, seawall: Mapping[str, Any], append_text: str | None = None) -> Body:
        """Return the answer with the `seawall` field and, where given, a text after the model's own."""
        return messages_reply.annotated(reply, seawall, append_text)

    def error(self, status: int, kind: str, message: str, *, code: str = "", hint: str = "") -> bytes:
        """Return the body of an error response."""
        return self.error_event(kind, message, code=code, hint=hint).data

    def error_event(self, kind: str, message: str, *, code: str = "", hint: str = "") -> Event:
        """Return the event that tells of an error in mid-stream."""
        seawall = {name: value for name, value in (("code", code), ("hint", hint)) if value}
        body: Body = {"type": "error", "error": {"type": _ERRORS[kind][1], "message": message}}
        return Event("error", msgspec.json.encode(body | ({"seawall": seawall} if seawall else {})))

    def stream(self, request: Request, *, id: str, created: int = 0) -> MessagesStream:  # noqa: A002
        """Return the state of a fresh stream."""
        return MessagesStream(request, id=id)


MESSAGES: WireFormat = MessagesFormat()
COUNT_TOKENS: WireFormat = MessagesFormat(counting=True)

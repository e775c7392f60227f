"""The Chat Completions API as a wire format: `CHAT`."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from seawall.gateway.wire import chat_reply
from seawall.gateway.wire.chat_request import read_request
from seawall.gateway.wire.chat_stream import ChatStream
from seawall.gateway.wire.format import ErrorKind, WireFormat
from seawall.gateway.wire.paths import put_all
from seawall.gateway.wire.request import Body, Path, Piece, Request, Usage
from seawall.gateway.wire.sse import Event

_ERRORS: dict[str, tuple[int, str, str | None]] = {
    ErrorKind.INVALID_REQUEST: (400, "invalid_request_error", None),
    ErrorKind.AUTHENTICATION: (401, "invalid_request_error", "invalid_api_key"),
    ErrorKind.PERMISSION: (403, "permission_error", None),
    ErrorKind.NOT_FOUND: (404, "invalid_request_error", "not_found"),
    ErrorKind.REQUEST_TOO_LARGE: (413, "invalid_request_error", "request_too_large"),
    ErrorKind.RATE_LIMIT: (429, "rate_limit_error", "rate_limit_exceeded"),
    ErrorKind.UPSTREAM: (502, "server_error", "upstream_error"),
    ErrorKind.OVERLOADED: (503, "server_error", "overloaded"),
    ErrorKind.TIMEOUT: (504, "server_error", "timeout"),
    ErrorKind.INTERNAL: (500, "server_error", None),
}
_SYSTEM = ("system", "developer")


class ChatFormat:
    """Requests, answers, errors and streams of the Chat Completions API."""

    name = "chat"
    statuses: Mapping[ErrorKind, int] = {kind: _ERRORS[kind][0] for kind in ErrorKind}

    def parse(self, raw: bytes) -> Request:
        """Read a request body. Raises BadRequest."""
        return read_request(raw)

    def replace(self, request: Request, edits: Sequence[tuple[Path, str]]) -> Body:
        """Return the request's body with the texts at these paths replaced."""
        changed: Body = put_all(request.body, edits)
        return changed

    def steer(self, body: Body, instructions: Sequence[str]) -> Body:
        """Return the body with instructions added to its leading system message: some models take only one."""
        if not instructions:
            return body
        added, first = "\n\n".join(instructions), body["messages"][0]
        if first["role"] not in _SYSTEM:
            return {**body, "messages": [{"role": "system", "content": added}, *body["messages"]]}
        content = first["content"]
        if isinstance(content, list):
            content = [*content, {"type": "text", "text": added}]
        else:
            content = f"{content}\n\n{added}" if content else added
        return {**body, "messages": [{**first, "content": content}, *body["messages"][1:]]}

    def reply_pieces(self, reply: Body) -> tuple[Piece, ...]:
        """Return every text of an answer, of every choice. Raises BadReply."""
        return chat_reply.reply_pieces(reply)

    def replace_reply(self, reply: Body, edits: Sequence[tuple[Path, str]]) -> Body:
        """Return the answer with the texts at these paths replaced, edited choices without log probabilities."""
        return chat_reply.replaced(reply, edits)

    def reply_usage(self, reply: Body) -> Usage:
        """Return what the upstream counted; zeros where it did not."""
        return chat_reply.read_usage(reply.get("usage"))

    def stop_reason(self, reply: Body) -> str | None:
        """Return why the first choice ended."""
        choices = reply.get("choices")
        first = choices[0] if isinstance(choices, list) and choices else None
        reason = first.get("finish_reason") if isinstance(first, dict) else None
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
        """Return a whole answer that refuses, in every choice, with the reason as its refusal."""
        message = {"role": "assistant", "content": None, "refusal": reason or None}
        choice = {"finish_reason": "content_filter", "logprobs": None, "message": message}
        return {
            "id": id,
            "object": "chat.completion",
            "created": created,
            "model": request.model,
            "choices": [{"index": index, **choice} for index in range(request.choices)],
            "usage": chat_reply.write_usage(usage or Usage()),
            "seawall": {"decision": decision, "refused": True},
        }

    def annotate(self, reply: Body, seawall: Mapping[str, Any], append_text: str | None = None) -> Body:
        """Return the answer with the `seawall` field and, where given, a text after every choice that is text."""
        return chat_reply.annotated(reply, seawall, append_text)

    def error(self, status: int, kind: str, message: str, *, code: str = "", hint: str = "") -> bytes:
        """Return the body of an error response."""
        return self.error_event(kind, message, code=code, hint=hint).data

    def error_event(self, kind: str, message: str, *, code: str = "", hint: str = "") -> Event:
        """Return the event that tells of an error in mid-stream."""
        _, type_, short = _ERRORS[kind]
        seawall = {name: value for name, value in (("code", code), ("hint", hint)) if value}
        body: Body = {"error": {"message": message, "type": type_, "param": None, "code": short}}
        return Event("", msgspec.json.encode(body | ({"seawall": seawall} if seawall else {})))

    def stream(self, request: Request, *, id: str, created: int = 0) -> ChatStream:  # noqa: A002
        """Return the state of a fresh stream."""
        return ChatStream(request, id=id, created=created)


CHAT: WireFormat = ChatFormat()

"""What an upstream can do wrong, each as the answer of the scripted upstream."""

import asyncio
import json
from typing import Any

from aiohttp import web

from tests.gateway.upstream import Answer

BEGUN = "The bridge was painted green "


def refuses(status: int, said: str = "no such luck", headers: dict[str, str] | None = None) -> Answer:
    """Answer with an error of the upstream's API."""

    async def answer(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        error = {"type": "error", "error": {"type": "some_error", "message": said}}
        return web.json_response(error, status=status, headers=headers)

    return answer


def says(raw: bytes, content_type: str = "application/json", status: int = 200) -> Answer:
    """Answer with these bytes."""

    async def answer(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        return web.Response(body=raw, status=status, headers={"content-type": content_type})

    return answer


async def silent(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """Take the request and say nothing."""
    await asyncio.sleep(60)
    return web.Response()


def streams(*events: bytes, then: str = "end", pause_s: float = 0.0) -> Answer:
    """Send events of a stream, then end, cut the connection, or stay silent."""

    async def answer(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        for event in events:
            await response.write(event)
            if pause_s:
                await asyncio.sleep(pause_s)
        if then == "silent":
            await asyncio.sleep(60)
        if then == "cut":
            # What was written is to arrive before the end does.
            await asyncio.sleep(0.25)
            assert request.transport is not None
            request.transport.abort()
        return response

    return answer


def messages_event(kind: str, **fields: Any) -> bytes:
    """Return one event of Messages as it goes over the wire."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


def chunk(delta: dict[str, Any], finish: str | None = None, index: int = 0, **more: Any) -> bytes:
    """Return one chunk of Chat Completions as it goes over the wire."""
    choices = [{"index": index, "delta": delta, "finish_reason": finish}]
    head = {"id": "chatcmpl-up", "object": "chat.completion.chunk", "created": 1, "model": "up"}
    return f"data: {json.dumps({**head, 'choices': choices, **more})}\n\n".encode()


def begun(api: str) -> list[bytes]:
    """Return the events of an answer that has said `BEGUN` and counted seven tokens."""
    if api == "chat":
        usage = {"prompt_tokens": 9, "completion_tokens": 7, "total_tokens": 16}
        return [chunk({"role": "assistant", "content": ""}), chunk({"content": BEGUN}), chunk({}, usage=usage)]
    message = {
        "id": "msg_up", "type": "message", "role": "assistant", "model": "up", "content": [], "stop_reason": None,
        "stop_sequence": None, "usage": {"input_tokens": 9, "output_tokens": 1},
    }  # fmt: skip
    return [
        messages_event("message_start", message=message),
        messages_event("content_block_start", index=0, content_block={"type": "text", "text": ""}),
        messages_event("content_block_delta", index=0, delta={"type": "text_delta", "text": BEGUN}),
    ]


def error_event(api: str, said: str = "something broke", kind: str = "api_error") -> bytes:
    """Return the event with which an upstream tells of an error in mid-stream."""
    if api == "chat":
        return f"data: {json.dumps({'error': {'message': said, 'type': kind}})}\n\n".encode()
    return messages_event("error", error={"type": kind, "message": said})

"""A scripted upstream of both APIs on loopback: it says what a test tells it to, and remembers what it was asked."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

Answer = Callable[[web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]


class Upstream:
    """`says` is the text of the next answers; `answer` replaces the whole behaviour; `asked` are the bodies it got."""

    def __init__(self) -> None:
        self.says = "Hello there, how can I help?"
        self.calls: list[tuple[str, str]] = []
        self.chunk = 7
        self.pause_s = 0.0
        self.answer: Answer | None = None
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.cancelled = asyncio.Event()
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=2**26)
        app.router.add_post("/v1/messages", self._take)
        app.router.add_post("/v1/messages/count_tokens", self._take)
        app.router.add_post("/v1/chat/completions", self._take)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = "http://{}:{}".format(*self._runner.addresses[0][:2])

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.asked.append(body)
        self.headers.append(dict(request.headers))
        try:
            if self.answer is not None:
                return await self.answer(request, body)
            if request.path.endswith("count_tokens"):
                return web.json_response({"input_tokens": 11})
            if request.path == "/v1/messages":
                return await self._messages(request, body)
            return await self._chat(request, body)
        except asyncio.CancelledError:
            self.cancelled.set()
            raise

    def parts(self) -> list[str]:
        """Return the text in portions."""
        return [self.says[at : at + self.chunk] for at in range(0, len(self.says), self.chunk)]

    async def _messages(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        usage = {"input_tokens": 9, "output_tokens": 5}
        blocks: list[dict[str, Any]] = [{"type": "text", "text": self.says}] if self.says else []
        blocks += [
            {"type": "tool_use", "id": f"tu_{n}", "name": name, "input": json.loads(given)}
            for n, (name, given) in enumerate(self.calls)
        ]
        whole = {
            "id": "msg_up", "type": "message", "role": "assistant", "model": body["model"], "content": blocks,
            "stop_reason": "tool_use" if self.calls else "end_turn", "stop_sequence": None, "usage": usage,
        }  # fmt: skip
        if not body.get("stream"):
            return web.json_response(whole)
        response = await _stream(request)
        await self._event(response, {"type": "message_start", "message": {**whole, "content": [], "stop_reason": None}})
        for index, block in enumerate(blocks):
            text = block["type"] == "text"
            begun = {**block, "text": ""} if text else {**block, "input": {}}
            await self._event(response, {"type": "content_block_start", "index": index, "content_block": begun})
            given = self.calls[index - bool(self.says)][1] if not text else ""
            pieces = self.parts() if text else [given[at : at + self.chunk] for at in range(0, len(given), self.chunk)]
            for part in pieces:
                delta = (
                    {"type": "text_delta", "text": part} if text else {"type": "input_json_delta", "partial_json": part}
                )
                await self._event(response, {"type": "content_block_delta", "index": index, "delta": delta})
            await self._event(response, {"type": "content_block_stop", "index": index})
        delta = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
        await self._event(response, {"type": "message_delta", "delta": delta, "usage": {"output_tokens": 5}})
        await self._event(response, {"type": "message_stop"})
        await response.write_eof()
        return response

    async def _event(self, response: web.StreamResponse, body: dict[str, Any]) -> None:
        await response.write(f"event: {body['type']}\ndata: {json.dumps(body)}\n\n".encode())
        if self.pause_s:
            await asyncio.sleep(self.pause_s)

    async def _chat(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        count = body.get("n") or 1
        usage = {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14}
        head = {"id": "chatcmpl-up", "created": 1, "model": body["model"]}
        calls = [
            {"id": f"call_{n}", "type": "function", "function": {"name": name, "arguments": given}}
            for n, (name, given) in enumerate(self.calls)
        ]
        reason = "tool_calls" if calls else "stop"
        if not body.get("stream"):
            message: dict[str, Any] = {"role": "assistant", "content": self.says or None}
            message |= {"tool_calls": calls} if calls else {}
            choices = [{"index": n, "message": message, "finish_reason": reason} for n in range(count)]
            return web.json_response({**head, "object": "chat.completion", "choices": choices, "usage": usage})
        response = await _stream(request)
        head["object"] = "chat.completion.chunk"

        async def put(delta: dict[str, Any], finish: str | None = None) -> None:
            for n in range(count):
                chunk = {**head, "choices": [{"index": n, "delta": delta, "finish_reason": finish}]}
                await response.write(f"data: {json.dumps(chunk)}\n\n".encode())
            if self.pause_s:
                await asyncio.sleep(self.pause_s)

        await put({"role": "assistant", "content": ""})
        for part in self.parts():
            await put({"content": part})
        for n, call in enumerate(calls):
            given = call["function"]["arguments"]  # type: ignore[index]
            named = {**call, "index": n, "function": {"name": call["function"]["name"], "arguments": ""}}  # type: ignore[index]
            await put({"tool_calls": [named]})
            for at in range(0, len(given), self.chunk):
                await put({"tool_calls": [{"index": n, "function": {"arguments": given[at : at + self.chunk]}}]})
        await put({}, reason)
        if (body.get("stream_options") or {}).get("include_usage"):
            await response.write(f"data: {json.dumps({**head, 'choices': [], 'usage': usage})}\n\n".encode())
        await response.write(b"data: [DONE]\n\n")
        await response.write_eof()
        return response


async def _stream(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"content-type": "text/event-stream"})
    await response.prepare(request)
    return response

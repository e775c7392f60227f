"""A stand-in for an OpenAI-compatible server on loopback: it answers both APIs with what a test tells it to."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

Says = str | Callable[[dict[str, Any]], str]


class Endpoint:
    """`says` is the next answer, or makes it from the body; `asked` are the paths and bodies that came in."""

    def __init__(self) -> None:
        self.says: Says = ""
        self.logprobs: list[dict[str, float]] | None = None
        self.status, self.pause_s, self.raw = 200, 0.0, None
        self.usage: dict[str, int] | None = {"total_tokens": 50}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/v1/completions", self._answer)
        app.router.add_post("/v1/chat/completions", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = "http://{}:{}".format(*self._runner.addresses[0][:2])

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append((request.path, body))
        self.headers.append(dict(request.headers))
        await asyncio.sleep(self.pause_s)
        if self.raw is not None:
            return web.Response(body=self.raw, status=self.status)
        text = self.says if isinstance(self.says, str) else self.says(body)
        chat = request.path.endswith("chat/completions")
        choice: dict[str, Any] = {"index": 0, "finish_reason": "stop"}
        choice |= {"message": {"role": "assistant", "content": text}} if chat else {"text": text}
        if self.logprobs is not None:
            choice["logprobs"] = _chat(self.logprobs) if chat else {"top_logprobs": self.logprobs}
        whole = {"id": "x", "object": "chat.completion" if chat else "text_completion", "choices": [choice]}
        return web.json_response(whole | ({"usage": self.usage} if self.usage else {}), status=self.status)


def _chat(places: list[dict[str, float]]) -> dict[str, Any]:
    tops = [[{"token": token, "logprob": share} for token, share in place.items()] for place in places]
    return {"content": [{"token": top[0]["token"], "top_logprobs": top} for top in tops]}

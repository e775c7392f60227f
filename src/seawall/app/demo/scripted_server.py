"""A scripted upstream in the shape of Chat Completions, on loopback: `python -m seawall.app.demo.scripted_server`.

The model `mirror` says what it was sent, instructions and last message, so that one can see what reached it. Every
other model says one sentence, or calls the first tool that it is offered. Nothing is kept.
"""

import asyncio
import json
import re
import signal
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiohttp import web

from seawall.app.demo.children import READY
from seawall.app.demo.scenario import MIRROR

_MOST: Final = 2**26


def message_for(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the assistant's message for a request."""
    said, last = _texts(body["messages"]), body["messages"][-1]
    if body["model"] == MIRROR:
        return {"role": "assistant", "content": "\n".join(f"This reached me: {text}" for text in said)}
    if body.get("tools") and last["role"] == "user":
        return {"role": "assistant", "content": None, "tool_calls": [_call(body["tools"][0]["function"])]}
    words = len(said[-1].split()) if said else 0
    return {"role": "assistant", "content": f"This answer is scripted. The last message had {words} words."}


def _texts(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what instructs the model and what was said last."""
    told = [each for each in messages if each["role"] in ("system", "developer")]
    return [_text(each.get("content")) for each in (*told, messages[-1])]


def _text(content: Any) -> str:
    if isinstance(content, list):
        return " ".join(part["text"] for part in content if part.get("type") == "text")
    return content or ""


def _usage(body: Mapping[str, Any], message: Mapping[str, Any]) -> dict[str, int]:
    """Return how much was read and said, in words."""
    read = sum(len(_text(each.get("content")).split()) for each in body["messages"])
    said = len((message["content"] or "").split())
    return {"prompt_tokens": read, "completion_tokens": said, "total_tokens": read + said}


def _call(function: Mapping[str, Any]) -> dict[str, Any]:
    names = function.get("parameters", {}).get("properties", {})
    arguments = json.dumps(dict.fromkeys(names, "Lisbon"))
    return {"id": "call_1", "type": "function", "function": {"name": function["name"], "arguments": arguments}}


async def answer(request: web.Request) -> web.StreamResponse:
    """Answer a request, whole or as a stream."""
    body = await request.json()
    message = message_for(body)
    head = {"id": "chatcmpl-scripted", "created": 0, "model": body["model"]}
    reason = "tool_calls" if message.get("tool_calls") else "stop"
    if body.get("stream"):
        return await _stream(request, body, head, message, reason)
    choice = {"index": 0, "message": message, "finish_reason": reason}
    return web.json_response({**head, "object": "chat.completion", "choices": [choice], "usage": _usage(body, message)})


async def _stream(
    request: web.Request, body: Mapping[str, Any], head: dict[str, Any], message: Mapping[str, Any], reason: str
) -> web.StreamResponse:
    response = web.StreamResponse(headers={"content-type": "text/event-stream"})
    await response.prepare(request)
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": part} for part in re.findall(r"\s*\S+\s*$|\s*\S+", message["content"] or "")]
    deltas += [{"tool_calls": [{**call, "index": n}]} for n, call in enumerate(message.get("tool_calls", ()))]
    chunks: list[dict[str, Any]] = [
        {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas
    ]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
    if (body.get("stream_options") or {}).get("include_usage"):
        chunks.append({"choices": [], "usage": _usage(body, message)})
    for chunk in chunks:
        sent = {**head, "object": "chat.completion.chunk", **chunk}
        await response.write(f"data: {json.dumps(sent)}\n\n".encode())
    await response.write(b"data: [DONE]\n\n")
    await response.write_eof()
    return response


async def serve() -> None:
    """Serve on a free port until told to stop."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    app = web.Application(client_max_size=_MOST)
    app.router.add_post("/v1/chat/completions", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    print(f"{READY}http://{host}:{port}", flush=True)
    await stop.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve())

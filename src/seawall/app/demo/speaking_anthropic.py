"""Speak through the official Anthropic SDK."""

from collections.abc import Iterable
from typing import Any

import anthropic

from seawall.app.demo.speaking import MOST_TOKENS, Ask, Heard, Line, Told, arguments_of, schema, told_in

_SAYS = {"user": "user", "result": "user", "assistant": "assistant", "call": "assistant"}


class AnthropicSpeaker:
    """One key's client."""

    def __init__(self, url: str, secret: str) -> None:
        self._client = anthropic.Anthropic(base_url=url, api_key=secret, max_retries=0)

    def ask(self, ask: Ask) -> Heard:
        """Send a request and return what comes back, an error of the API included."""
        create: Any = self._client.messages.with_raw_response.create
        try:
            reply = create(
                model=ask.model,
                max_tokens=MOST_TOKENS,
                metadata={"user_id": ask.user},
                messages=_messages(ask.lines),
                tools=_tools(ask) or anthropic.omit,
                stream=ask.stream,
            )
            told = told_in(reply.headers)
            parsed = reply.parse()
            return _streamed(parsed, told) if ask.stream else _whole(parsed, told)
        except anthropic.APIStatusError as error:
            return Heard(status=error.status_code, refused=True, told=told_in(error.response.headers))


def _messages(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Return the lines as messages; those of one side that follow one another are one message."""
    messages: list[dict[str, Any]] = []
    for line in lines:
        role = _SAYS[line.role]
        if not messages or messages[-1]["role"] != role:
            messages.append({"role": role, "content": []})
        messages[-1]["content"].append(_block(line))
    return messages


def _block(line: Line) -> dict[str, Any]:
    if line.role == "call":
        return {"type": "tool_use", "id": line.id, "name": line.name, "input": line.arguments}
    if line.role == "result":
        return {"type": "tool_result", "tool_use_id": line.id, "content": line.text}
    return {"type": "text", "text": line.text}


def _tools(ask: Ask) -> list[dict[str, Any]]:
    return [
        {"name": name, "description": about, "input_schema": schema(parameters)}
        for name, (about, parameters) in ask.tools.items()
    ]


def _whole(message: Any, told: Told) -> Heard:
    text = "".join(block.text for block in message.content if block.type == "text")
    calls = tuple(
        Line(role="call", id=block.id, name=block.name, arguments=dict(block.input))
        for block in message.content
        if block.type == "tool_use"
    )
    return Heard(text=text.strip(), calls=calls, refused=message.stop_reason == "refusal", told=told)


def _streamed(events: Iterable[Any], told: Told) -> Heard:
    text, refused = "", False
    begun: dict[int, Any] = {}
    written: dict[int, str] = {}
    for event in events:
        if event.type == "content_block_start" and event.content_block.type == "tool_use":
            begun[event.index], written[event.index] = event.content_block, ""
        elif event.type == "content_block_delta" and event.delta.type == "text_delta":
            text += event.delta.text
        elif event.type == "content_block_delta" and event.delta.type == "input_json_delta":
            written[event.index] += event.delta.partial_json
        elif event.type == "message_delta":
            refused = event.delta.stop_reason == "refusal"
    calls = tuple(
        Line(role="call", id=block.id, name=block.name, arguments=arguments_of(written[index]))
        for index, block in begun.items()
    )
    return Heard(text=text.strip(), calls=calls, refused=refused, told=told)

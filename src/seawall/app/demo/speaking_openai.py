"""Speak through the official OpenAI SDK, for moderation too."""

import json
from collections.abc import Iterable
from typing import Any

import openai

from seawall.app.demo.speaking import MOST_TOKENS, Ask, Heard, Line, Told, arguments_of, schema, told_in


class OpenAISpeaker:
    """One key's client."""

    def __init__(self, url: str, secret: str) -> None:
        self._client = openai.OpenAI(base_url=f"{url}/v1", api_key=secret, max_retries=0)

    def ask(self, ask: Ask) -> Heard:
        """Send a request and return what comes back, an error of the API included."""
        create: Any = self._client.chat.completions.with_raw_response.create
        try:
            reply = create(
                model=ask.model,
                max_tokens=MOST_TOKENS,
                user=ask.user,
                messages=[_message(line) for line in ask.lines],
                tools=_tools(ask) or openai.omit,
                stream=ask.stream,
            )
            told = told_in(reply.headers)
            parsed = reply.parse()
            return _streamed(parsed, told) if ask.stream else _whole(parsed, told)
        except openai.APIStatusError as error:
            return Heard(status=error.status_code, refused=True, told=told_in(error.response.headers))

    def moderate(self, text: str) -> tuple[bool, tuple[str, ...]]:
        """Ask what the detectors say of a text: whether it is flagged, and the categories in Seawall's words."""
        result: Any = self._client.moderations.create(input=text).results[0]
        return result.flagged, tuple((result.model_extra or {}).get("seawall", {}).get("categories", ()))


def _message(line: Line) -> dict[str, Any]:
    if line.role == "call":
        function = {"name": line.name, "arguments": json.dumps(line.arguments)}
        call = {"id": line.id, "type": "function", "function": function}
        return {"role": "assistant", "content": None, "tool_calls": [call]}
    if line.role == "result":
        return {"role": "tool", "tool_call_id": line.id, "content": line.text}
    return {"role": line.role, "content": line.text}


def _tools(ask: Ask) -> list[dict[str, Any]]:
    return [
        {"type": "function", "function": {"name": name, "description": about, "parameters": schema(parameters)}}
        for name, (about, parameters) in ask.tools.items()
    ]


def _whole(completion: Any, told: Told) -> Heard:
    choice = completion.choices[0]
    calls = tuple(
        Line(role="call", id=call.id, name=call.function.name, arguments=arguments_of(call.function.arguments))
        for call in choice.message.tool_calls or ()
    )
    text = (choice.message.content or "").strip()
    return Heard(text=text, calls=calls, refused=choice.finish_reason == "content_filter", told=told)


def _streamed(chunks: Iterable[Any], told: Told) -> Heard:
    text, refused = "", False
    begun: dict[int, list[str]] = {}
    for chunk in chunks:
        for choice in chunk.choices:
            text += choice.delta.content or ""
            refused |= choice.finish_reason == "content_filter"
            for call in choice.delta.tool_calls or ():
                parts = begun.setdefault(call.index, ["", "", ""])
                for place, part in enumerate((call.id, call.function.name, call.function.arguments)):
                    parts[place] += part or ""
    calls = tuple(
        Line(role="call", id=name, name=called, arguments=arguments_of(raw)) for name, called, raw in begun.values()
    )
    return Heard(text=text.strip(), calls=calls, refused=refused, told=told)

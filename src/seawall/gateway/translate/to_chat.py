"""A request of Messages as one of Chat Completions.

Dropped, as they change no answer or have no place: cache marks, earlier thinking, citations settings, diagnostics.
A failed tool result is marked by words before its text. A stray `n` is dropped too: Messages shows one answer.
"""

import json
from typing import Any

from seawall.gateway.translate.to_chat_parts import content_parts, joined_text
from seawall.gateway.translate.untranslatable import Untranslatable, bad_request, refuse_fields, shaped, without
from seawall.gateway.wire.request import Body, Path

API = "Chat Completions"
FAILED = "The tool failed: "
_NO_COUNTERPART = ("top_k", "container", "mcp_servers", "context_management", "inference_geo", "user_profile_id")
_TRANSLATED = frozenset(
    {"model", "messages", "system", "max_tokens", "stop_sequences", "tools", "tool_choice", "metadata", "thinking"}
    | {"output_config", "service_tier", "speed", "cache_control", "diagnostics", "n", *_NO_COUNTERPART}
)
_CHOICES = {"auto": "auto", "any": "required", "none": "none"}
_TIERS = {"auto": "auto", "standard_only": "default"}


@shaped(bad_request)
def request_to_chat(body: Body, *, limit_field: str = "max_tokens") -> Body:
    """Return the request for an upstream of Chat Completions. Raises Untranslatable and BadRequest.

    `limit_field` names the field for the limit of tokens: newer models of OpenAI want `max_completion_tokens`.
    """
    refuse_fields(body, _NO_COUNTERPART, API)
    if body.get("speed") not in (None, "standard"):
        raise Untranslatable(("speed",), API)
    chat = {**without(body, _TRANSLATED), "model": body["model"], "messages": _messages(body)}
    if body.get("max_tokens") is not None:
        chat[limit_field] = body["max_tokens"]
    if body.get("stop_sequences"):
        chat["stop"] = body["stop_sequences"]
    if body.get("stream"):
        chat["stream_options"] = {"include_usage": True}
    end_user = (body.get("metadata") or {}).get("user_id")
    return chat | ({"user": end_user} if end_user else {}) | _tools(body) | _settings(body)


def _settings(body: Body) -> Body:
    settings: Body = {}
    thinking = body.get("thinking") or {}
    if thinking.get("type", "disabled") not in ("disabled", "adaptive"):
        raise Untranslatable(("thinking",), API)
    config = body.get("output_config") or {}
    if config.get("effort"):
        settings["reasoning_effort"] = config["effort"]
    if config.get("format"):
        if config["format"].get("type") != "json_schema":
            raise Untranslatable(("output_config", "format"), API)
        schema = {"name": "answer", "schema": config["format"].get("schema", {}), "strict": True}
        settings["response_format"] = {"type": "json_schema", "json_schema": schema}
    if body.get("service_tier"):
        tier = _TIERS.get(body["service_tier"])
        if tier is None:
            raise Untranslatable(("service_tier",), API)
        settings["service_tier"] = tier
    return settings


def _tools(body: Body) -> Body:
    settings: Body = {}
    if body.get("tools"):
        settings["tools"] = [_tool(tool, ("tools", index)) for index, tool in enumerate(body["tools"])]
    choice = body.get("tool_choice")
    if choice:
        settings["tool_choice"] = _choice(choice)
        if choice.get("disable_parallel_tool_use"):
            settings["parallel_tool_calls"] = False
    return settings


def _tool(tool: Body, path: Path) -> Body:
    if tool.get("type") not in (None, "custom"):
        raise Untranslatable((*path, "type"), API, f"the tool type {tool['type']!r} has no counterpart")
    refuse_fields(tool, ("defer_loading", "input_examples"), API, path)
    if tool.get("allowed_callers") not in (None, ["direct"]):
        raise Untranslatable((*path, "allowed_callers"), API)
    function = {"name": tool["name"], "parameters": tool.get("input_schema", {})}
    function |= {name: tool[name] for name in ("description", "strict") if tool.get(name) is not None}
    return {"type": "function", "function": function}


def _choice(choice: Body) -> Any:
    kind = choice.get("type")
    if kind == "tool":
        return {"type": "function", "function": {"name": choice.get("name")}}
    if kind not in _CHOICES:
        raise Untranslatable(("tool_choice", "type"), API)
    return _CHOICES[kind]


def _messages(body: Body) -> list[Body]:
    messages: list[Body] = []
    if body.get("system"):
        messages.append({"role": "system", "content": joined_text(body["system"], ("system",))})
    for index, message in enumerate(body["messages"]):
        path = ("messages", index)
        if message["role"] == "assistant":
            messages.append(_assistant(message["content"], (*path, "content")))
        elif message["role"] == "system":
            messages.append({"role": "system", "content": joined_text(message["content"], (*path, "content"))})
        else:
            messages += _user(message["content"], (*path, "content"))
    return messages


def _user(content: Any, path: Path) -> list[Body]:
    """Return a user turn, its tool results as messages of their own, everything in its order."""
    if isinstance(content, str):
        return [{"role": "user", "content": content}]
    messages: list[Body] = []
    said: list[Body] = []
    for index, block in enumerate(content):
        if block["type"] != "tool_result":
            said += content_parts(block, (*path, index))
            continue
        if said:
            messages.append({"role": "user", "content": said})
            said = []
        messages.append(_result(block, (*path, index)))
    return [*messages, {"role": "user", "content": said}] if said or not messages else messages


def _result(block: Body, path: Path) -> Body:
    text = joined_text(block.get("content") or "", (*path, "content"))
    return {
        "role": "tool",
        "tool_call_id": block["tool_use_id"],
        "content": (FAILED if block.get("is_error") else "") + text,
    }


def _assistant(content: Any, path: Path) -> Body:
    if isinstance(content, str):
        return {"role": "assistant", "content": content}
    texts, calls = [], []
    for index, block in enumerate(content):
        if block["type"] == "text":
            texts.append(block["text"])
        elif block["type"] == "tool_use":
            arguments = json.dumps(block.get("input") or {}, ensure_ascii=False)
            function = {"name": block.get("name"), "arguments": arguments}
            calls.append({"id": block.get("id"), "type": "function", "function": function})
        elif block["type"] not in ("thinking", "redacted_thinking"):
            raise Untranslatable((*path, index), API, f"a block of type {block['type']!r} has no counterpart")
    message: Body = {"role": "assistant", "content": "".join(texts) if texts or not calls else None}
    return message | ({"tool_calls": calls} if calls else {})

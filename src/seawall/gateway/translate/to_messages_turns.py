"""Messages of Chat Completions as the system prompt and the turns of Messages.

Leading system and developer messages become the system prompt, later ones stay where they are. Messages of one role
in a row become one turn, as Messages wants the results of parallel calls in one.
"""

import json
import re
from typing import Any

from seawall.gateway.translate.untranslatable import Untranslatable
from seawall.gateway.wire.request import Body, Path

API = "Messages"
_SYSTEM = ("system", "developer")
_DATA = re.compile(r"data:([^;,]+);base64,(.*)", re.DOTALL)


def turns_of(messages: list[Body]) -> tuple[str, list[Body]]:
    """Return the system prompt, empty where there is none, and the turns. Raises Untranslatable."""
    leading = 0
    while leading < len(messages) and messages[leading]["role"] in _SYSTEM:
        leading += 1
    prompts = [_text(message, ("messages", index)) for index, message in enumerate(messages[:leading])]
    turns: list[Body] = []
    for index in range(leading, len(messages)):
        _add(turns, *_turn(messages[index], ("messages", index)))
    return "\n\n".join(prompts), turns


def _add(turns: list[Body], role: str, blocks: list[Body]) -> None:
    if turns and turns[-1]["role"] == role:
        turns[-1]["content"] += blocks
    elif blocks:
        turns.append({"role": role, "content": blocks})


def _turn(message: Body, path: Path) -> tuple[str, list[Body]]:
    role = message["role"]
    if role in _SYSTEM:
        return "system", [{"type": "text", "text": _text(message, path)}]
    if role == "user":
        return "user", _blocks(message.get("content"), path)
    if role == "tool":
        content = message.get("content")
        inside = content if isinstance(content, str) else _blocks(content, path)
        return "user", [{"type": "tool_result", "tool_use_id": message.get("tool_call_id"), "content": inside}]
    if role == "assistant":
        return "assistant", _answer(message, path)
    raise Untranslatable((*path, "role"), API, f"the role {role!r} has no counterpart")


def _text(message: Body, path: Path) -> str:
    blocks = _blocks(message.get("content"), path)
    if any(block["type"] != "text" for block in blocks):
        raise Untranslatable((*path, "content"), API, "anything but text has no place in a system message")
    return "\n\n".join(block["text"] for block in blocks)


def _answer(message: Body, path: Path) -> list[Body]:
    for name in ("function_call", "audio"):
        if message.get(name):
            raise Untranslatable((*path, name), API)
    blocks = _blocks(message.get("content"), path)
    if message.get("refusal"):
        blocks.append({"type": "text", "text": message["refusal"]})
    calls = message.get("tool_calls") or []
    return blocks + [_call(call, (*path, "tool_calls", index)) for index, call in enumerate(calls)]


def _call(call: Body, path: Path) -> Body:
    function = call.get("function")
    if not isinstance(function, dict):
        raise Untranslatable(path, API, f"a call of type {call.get('type')!r} has no counterpart")
    try:
        arguments = json.loads(function.get("arguments") or "{}")
    except (ValueError, RecursionError):
        arguments = None
    if not isinstance(arguments, dict):
        raise Untranslatable((*path, "function", "arguments"), API, "arguments that are no JSON object have no place")
    return {"type": "tool_use", "id": call.get("id"), "name": function.get("name"), "input": arguments}


def _blocks(content: Any, path: Path) -> list[Body]:
    if not content:
        return []
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [_block(part, (*path, "content", index)) for index, part in enumerate(content)]


def _block(part: Body, path: Path) -> Body:
    kind = part["type"]
    if kind in ("text", "refusal"):
        return {"type": "text", "text": part[kind]}
    if kind == "image_url":
        return {"type": "image", "source": _source(str(part["image_url"].get("url")))}
    if kind == "file":
        return _document(part["file"], path)
    raise Untranslatable(path, API, f"a part of type {kind!r} has no counterpart")


def _source(address: str) -> Body:
    data = _DATA.fullmatch(address)
    if data:
        return {"type": "base64", "media_type": data[1], "data": data[2]}
    return {"type": "url", "url": address}


def _document(file: Body, path: Path) -> Body:
    data = _DATA.fullmatch(str(file.get("file_data")))
    if data is None or data[1] != "application/pdf":
        raise Untranslatable((*path, "file"), API, "anything but a PDF document in `file_data` has no counterpart")
    source = {"type": "base64", "media_type": data[1], "data": data[2]}
    return {"type": "document", "source": source} | ({"title": file["filename"]} if file.get("filename") else {})

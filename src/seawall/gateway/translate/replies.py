"""Whole answers of one API as answers of the other.

Of an answer with several choices Messages shows the first: only one was asked for. Reasoning becomes a thinking block
without a signature, which goes nowhere when it comes back. Citations and log probabilities are dropped.
"""

import json
from typing import Any

from seawall.gateway.translate.terms import stop_to_chat, stop_to_messages, usage_to_chat, usage_to_messages
from seawall.gateway.translate.untranslatable import ReplyUntranslatable, bad_reply, shaped
from seawall.gateway.wire.messages_reply import refusing
from seawall.gateway.wire.request import Body


@shaped(bad_reply)
def reply_to_messages(reply: Body) -> Body:
    """Return an answer of Chat Completions as Messages gives it. Raises ReplyUntranslatable."""
    choices = reply.get("choices")
    message = choices[0].get("message") if isinstance(choices, list) and choices else None
    if not isinstance(choices, list) or not isinstance(message, dict):
        raise ReplyUntranslatable("The upstream's answer has no choice with a message.")
    calls = message.get("tool_calls") or []
    stop = stop_to_messages(choices[0].get("finish_reason"), called=bool(calls))
    refusal = message.get("refusal")
    ending = refusing(refusal or "") if refusal or stop == "refusal" else {"stop_reason": stop, "stop_sequence": None}
    said = {
        "id": reply.get("id") or "",
        "type": "message",
        "role": "assistant",
        "model": reply.get("model") or "",
        "content": _content(message, calls),
        **ending,
        "usage": usage_to_messages(reply.get("usage")),
    }
    return said | ({"seawall": reply["seawall"]} if "seawall" in reply else {})


def _content(message: Body, calls: list[Any]) -> list[Body]:
    content: list[Body] = []
    reasoning = message.get("reasoning_content") or message.get("reasoning")
    if isinstance(reasoning, str):
        content.append({"type": "thinking", "thinking": reasoning, "signature": ""})
    content += [{"type": "text", "text": text} for text in (_text(message), message.get("refusal")) if text]
    return content + [_tool_use(call) for call in calls]


def _text(message: Body) -> str:
    content = message.get("content")
    if not isinstance(content, list):
        return content or ""
    return "".join(part.get("text", "") for part in content if isinstance(part, dict))


def _tool_use(call: Any) -> Body:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict):
        raise ReplyUntranslatable("The upstream's answer calls a tool that is no function.")
    return {
        "type": "tool_use",
        "id": call.get("id") or "",
        "name": function.get("name") or "",
        "input": _object(function.get("arguments") or "{}"),
    }


def _object(arguments: str) -> Body:
    try:
        value = json.loads(arguments)
    except (ValueError, TypeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ReplyUntranslatable("The upstream's answer calls a tool with arguments that are no JSON object.")
    return value


@shaped(bad_reply)
def reply_to_chat(reply: Body, *, created: int = 0) -> Body:
    """Return an answer of Messages as Chat Completions gives it. Raises ReplyUntranslatable."""
    content = reply.get("content")
    if not isinstance(content, list):
        raise ReplyUntranslatable("The upstream's answer has no list `content`.")
    message = _message(content)
    if reply.get("stop_reason") == "refusal":
        message["refusal"] = (reply.get("stop_details") or {}).get("explanation")
    finish = stop_to_chat(reply.get("stop_reason"))
    said = {
        "id": reply.get("id") or "",
        "object": "chat.completion",
        "created": created,
        "model": reply.get("model") or "",
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}],
        "usage": usage_to_chat(reply.get("usage")),
    }
    return said | ({"seawall": reply["seawall"]} if "seawall" in reply else {})


def _message(content: list[Any]) -> Body:
    texts, thoughts, calls = [], [], []
    for block in content:
        kind = block.get("type") if isinstance(block, dict) else None
        if kind == "text":
            texts.append(block.get("text") or "")
        elif kind == "thinking":
            thoughts.append(block.get("thinking") or "")
        elif kind == "tool_use":
            function = {"name": block.get("name") or "", "arguments": _json(block.get("input") or {})}
            calls.append({"id": block.get("id") or "", "type": "function", "function": function})
        elif kind != "redacted_thinking":
            raise ReplyUntranslatable(f"The upstream's answer has a block of type {kind!r}.")
    message: Body = {"role": "assistant", "content": "".join(texts) if texts else None, "refusal": None}
    message |= {"reasoning_content": "".join(thoughts)} if thoughts else {}
    return message | ({"tool_calls": calls} if calls else {})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)

"""Stop reasons and token counts, from the words of one API to those of the other.

Chat Completions does not say which stop sequence ended an answer; in Messages such an answer ends as `end_turn`.
"""

from typing import Any

from seawall.gateway.wire import chat_reply, messages_reply
from seawall.gateway.wire.request import Body

_TO_MESSAGES = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "content_filter": "refusal",
}
_TO_CHAT = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "pause_turn": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}


def stop_to_messages(finish_reason: Any, *, called: bool) -> str:
    """Return the stop reason of Messages; some upstreams say `stop` after a tool call."""
    reason = _TO_MESSAGES.get(finish_reason, "end_turn") if isinstance(finish_reason, str) else "end_turn"
    return "tool_use" if called and reason == "end_turn" else reason


def stop_to_chat(stop_reason: Any) -> str:
    """Return the finish reason of Chat Completions."""
    return _TO_CHAT.get(stop_reason, "stop") if isinstance(stop_reason, str) else "stop"


def usage_to_messages(counts: Any) -> Body:
    """Return the counts of Chat Completions as Messages writes them: cached input apart from fresh."""
    return {**messages_reply.write_usage(chat_reply.read_usage(counts))}


def usage_to_chat(counts: Any) -> Body:
    """Return the counts of Messages as Chat Completions writes them: cached input within the whole."""
    return chat_reply.write_usage(messages_reply.read_usage(counts))

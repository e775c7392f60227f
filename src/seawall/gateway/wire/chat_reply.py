"""Read and rewrite whole answers of the Chat Completions API.

Limits: log probabilities spell the text out token by token, so an edited choice loses them. Audio is not read; its
transcript is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from seawall.gateway.wire.chat_request import SAID, read_call, read_function
from seawall.gateway.wire.messages_reply import count_of
from seawall.gateway.wire.paths import put_all
from seawall.gateway.wire.reading import Gathered
from seawall.gateway.wire.request import BadReply, BadRequest, Body, Path, Piece, Usage
from seawall.vocabulary.findings import Surface

KNOWN = frozenset(
    {"id", "object", "created", "model", "choices", "usage", "service_tier", "system_fingerprint", "obfuscation"}
)
KNOWN_OF_CHOICE = frozenset({"index", "finish_reason", "logprobs"})
_READ_OF_CHOICE = KNOWN_OF_CHOICE | {"message"}
_READ_OF_MESSAGE = frozenset({"role", "tool_calls", "function_call"})
_EMPTY_AS_A_RULE = frozenset(
    {"refusal", "annotations", "audio", "function_call", "tool_calls", "reasoning", "reasoning_content"}
)


def reply_pieces(reply: Body) -> tuple[Piece, ...]:
    """Return every text of an answer, of every choice. Raises BadReply."""
    choices = reply.get("choices")
    if not isinstance(choices, list):
        raise BadReply("The upstream's answer has no list `choices`.")
    gathered = Gathered()
    for index, choice in enumerate(choices):
        message = choice.get("message") if isinstance(choice, dict) else None
        if not isinstance(message, dict):
            raise BadReply(f"The upstream's answer has no `choices[{index}].message`.")
        _read_message(gathered, message, ("choices", index, "message"))
        gathered.others(("choices", index), choice, _READ_OF_CHOICE, Surface.OUTPUT, newest=True)
    gathered.others((), reply, KNOWN, Surface.OUTPUT, newest=True)
    return tuple(gathered.pieces)


def _read_message(gathered: Gathered, message: Body, path: Path) -> None:
    content = message.get("content")
    if isinstance(content, str) and _says_nothing_else(message):
        gathered.add((*path, "content"), content, Surface.OUTPUT, newest=True)
        return
    calls = message.get("tool_calls") or []
    legacy = message.get("function_call")
    try:
        for index, call in enumerate(calls):
            read_call(gathered, call, (*path, "tool_calls", index), newest=True)
        if legacy is not None:
            read_function(gathered, legacy, (*path, "function_call"), newest=True)
    except (BadRequest, TypeError, AttributeError) as error:
        raise BadReply(f"The upstream's answer has an unusable tool call: {str(error)[:120]}") from None
    audio = message.get("audio")
    if isinstance(audio, dict):
        message = {**message, "audio": {"transcript": audio.get("transcript")}}
    gathered.others(path, message, _READ_OF_MESSAGE, Surface.OUTPUT, newest=True)


def _says_nothing_else(message: Body) -> bool:
    """Tell whether a message is its content and nothing more, as nearly every one is: so it is read fast."""
    others = message.keys() - SAID
    return others <= _EMPTY_AS_A_RULE and not any(message[name] for name in others)


def replaced(reply: Body, edits: Sequence[tuple[Path, str]]) -> Body:
    """Return the answer with the texts at these paths replaced, edited choices without log probabilities."""
    edited = {path[1] for path, _ in edits if path[0] == "choices"}
    changed: Body = put_all(reply, edits)
    if not edited:
        return changed
    choices = [
        {**choice, "logprobs": None} if index in edited and "logprobs" in choice else choice
        for index, choice in enumerate(changed["choices"])
    ]
    return {**changed, "choices": choices}


def read_usage(counts: Any) -> Usage:
    """Return a `usage` object's counts; those it lacks are zero."""
    if not isinstance(counts, dict):
        return Usage()
    details = counts.get("prompt_tokens_details")
    return Usage(
        input_tokens=count_of(counts, "prompt_tokens"),
        output_tokens=count_of(counts, "completion_tokens"),
        cached_tokens=count_of(details, "cached_tokens") if isinstance(details, dict) else 0,
    )


def write_usage(usage: Usage) -> Body:
    """Return counts as this API writes them."""
    cached: Body = {"prompt_tokens_details": {"cached_tokens": usage.cached_tokens}} if usage.cached_tokens else {}
    total = usage.input_tokens + usage.output_tokens
    counts = {"prompt_tokens": usage.input_tokens, "completion_tokens": usage.output_tokens, "total_tokens": total}
    return counts | cached


def annotated(reply: Body, seawall: Mapping[str, Any], append_text: str | None) -> Body:
    """Return the answer with the `seawall` field and a text after every choice that is text."""
    changed = {**reply, "seawall": dict(seawall)}
    if append_text:
        changed["choices"] = [_with_text(choice, append_text) for choice in reply["choices"]]
    return changed


def _with_text(choice: Body, text: str) -> Body:
    content = choice["message"].get("content")
    if isinstance(content, list):
        content = [*content, {"type": "text", "text": text}]
    elif content or not choice["message"].get("tool_calls"):
        content = f"{content}\n\n{text}" if content else text
    return {**choice, "message": {**choice["message"], "content": content}}

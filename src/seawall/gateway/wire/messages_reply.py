"""Read and rewrite whole answers of the Messages API."""

from collections.abc import Mapping
from typing import Any

from seawall.gateway.wire.reading import Gathered
from seawall.gateway.wire.request import BadReply, Body, Path, Piece, Usage
from seawall.vocabulary.findings import Surface

KNOWN = frozenset(
    {"id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage", "container", "diagnostics"}
)
_KNOWN_OF_CALL = frozenset({"type", "id", "tool_use_id", "caller"})


def reply_pieces(reply: Body) -> tuple[Piece, ...]:
    """Return every text of an answer. Raises BadReply."""
    content = reply.get("content")
    if not isinstance(content, list):
        raise BadReply("The upstream's answer has no list `content`.")
    gathered = Gathered()
    for index, block in enumerate(content):
        read_block(gathered, block, ("content", index))
    gathered.others((), reply, KNOWN, Surface.OUTPUT, newest=True)
    return tuple(gathered.pieces)


def read_block(gathered: Gathered, block: Any, path: Path) -> None:
    """Take every text of a block of an answer. Raises BadReply."""
    if not isinstance(block, dict) or not isinstance(block.get("type"), str):
        raise BadReply("The upstream's answer has a content block without a type.")
    kind: str = block["type"]
    hidden = {"type", "data"} if kind == "redacted_thinking" else set(_KNOWN_OF_CALL)
    gathered.walk(path, {name: v for name, v in block.items() if name not in hidden}, surface_of(kind), newest=True)


def surface_of(kind: str) -> Surface:
    """Return the surface on which a content block of a type stands."""
    if kind.endswith("tool_use"):
        return Surface.TOOL_CALL
    return Surface.TOOL_RESULT if kind.endswith("tool_result") else Surface.OUTPUT


def count_of(counts: Body, name: str) -> int:
    """Return one count; zero where it is absent or no number."""
    count = counts.get(name)
    return count if isinstance(count, int) else 0


def read_usage(counts: Any) -> Usage:
    """Return a `usage` object's counts; those it lacks are zero."""
    if not isinstance(counts, dict):
        return Usage()
    fresh, made, read, output = (
        count_of(counts, name)
        for name in ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens")
    )
    return Usage(input_tokens=fresh + made + read, output_tokens=output, cached_tokens=read)


def write_usage(usage: Usage) -> dict[str, int]:
    """Return counts as this API writes them."""
    cached = {"cache_read_input_tokens": usage.cached_tokens} if usage.cached_tokens else {}
    fresh = usage.input_tokens - usage.cached_tokens
    return {"input_tokens": fresh, **cached, "output_tokens": usage.output_tokens}


def refusing(reason: str) -> dict[str, Any]:
    """Return the fields that say that an answer is a refusal."""
    details = {"type": "refusal", "category": None, "explanation": reason or None}
    return {"stop_reason": "refusal", "stop_sequence": None, "stop_details": details}


def begun(id: str, model: str, usage: Usage) -> Body:  # noqa: A002 - the name that the API uses
    """Return an answer in which nothing has been said yet."""
    return {
        "id": id,
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": write_usage(usage),
    }


def annotated(reply: Body, seawall: Mapping[str, Any], append_text: str | None) -> Body:
    """Return the answer with the `seawall` field and a text after the model's last one."""
    changed = {**reply, "seawall": dict(seawall)}
    if append_text and "content" in reply:
        content = list(reply["content"])
        texts = [index for index, block in enumerate(content) if block.get("type") == "text"]
        place = texts[-1] + 1 if texts else 0 if content and content[-1].get("type") == "tool_use" else len(content)
        content.insert(place, {"type": "text", "text": ("\n\n" if texts else "") + append_text})
        changed["content"] = content
    return changed

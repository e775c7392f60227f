"""What a chunk of a Chat Completions stream carries, pure: its texts with their places, and whether it says more."""

from collections.abc import Iterator
from typing import Any

from seawall.gateway.wire.chat_reply import KNOWN, KNOWN_OF_CHOICE
from seawall.gateway.wire.paths import leaves
from seawall.gateway.wire.request import BadReply, Body, Path
from seawall.gateway.wire.stream import Channel, TextDelta
from seawall.vocabulary.findings import Surface

SPOKEN = ("content", "refusal", "reasoning_content", "reasoning")
_PLAIN_CHOICE = KNOWN_OF_CHOICE | {"delta"}
_CALL_FIELDS = {"index", "id", "type"}


def checked(body: Body) -> Body:
    """Return the body of a chunk in whose choices everything that is read later is of its type. Raises BadReply."""
    choices = body.get("choices")
    if choices is not None and not isinstance(choices, list):
        raise BadReply("The upstream's chunk has `choices` that are no list.")
    for choice in choices or []:
        if not isinstance(choice, dict) or not isinstance(choice.get("index", 0), int):
            raise BadReply("The upstream's chunk has a choice without a usable index.")
        choice.setdefault("index", 0)
        choice["delta"] = choice.get("delta") or {}
        if not isinstance(choice["delta"], dict):
            raise BadReply("The upstream's chunk has a `delta` that is no object.")
        calls = choice["delta"].get("tool_calls")
        for call in calls if isinstance(calls, list) else []:
            if not isinstance(call, dict) or not isinstance(call.get("index", 0), int):
                raise BadReply("The upstream's chunk has a tool call without a usable index.")
    return body


def plain_field(body: Body) -> str | None:
    """Return the field of the one text of a chunk that says nothing else: nearly every chunk, so it is read fast."""
    choices = body.get("choices")
    if not choices or len(choices) != 1 or not body.keys() <= KNOWN or body.get("usage"):
        return None
    choice = choices[0]
    delta = choice["delta"]
    if len(delta) != 1 or choice.get("finish_reason") or choice.get("logprobs") or not choice.keys() <= _PLAIN_CHOICE:
        return None
    field: str = next(iter(delta))
    return field if field in SPOKEN and isinstance(delta[field], str) and delta[field] else None


def all_places(body: Body) -> Iterator[tuple[Channel, Path]]:
    """Yield the channels of a chunk with the paths to their texts."""
    for place, choice in enumerate(body.get("choices") or []):
        yield from places_of(choice, ("choices", place))


def places_of(choice: Body, path: Path) -> Iterator[tuple[Channel, Path]]:
    """Yield the channels of a choice with the paths to their texts in this chunk."""
    delta, index, at = choice["delta"], choice["index"], (*path, "delta")
    for field in SPOKEN:
        if isinstance(delta.get(field), str):
            yield ("choice", index, field), (*at, field)
    calls = delta.get("tool_calls")
    for place, call in enumerate(calls if isinstance(calls, list) else []):
        for kind, field in (("function", "arguments"), ("custom", "input")):
            holder = call.get(kind) if isinstance(call, dict) else None
            if isinstance(holder, dict) and isinstance(holder.get(field), str):
                channel = ("choice", index, ("tool", call.get("index", place)))
                yield channel, (*at, "tool_calls", place, kind, field)
    legacy = delta.get("function_call")
    if isinstance(legacy, dict) and isinstance(legacy.get("arguments"), str):
        yield ("choice", index, "function_call"), (*at, "function_call", "arguments")


def rest_of_call(call: Any, path: Path) -> list[TextDelta]:
    """Return what a tool call carries beside its arguments, its name above all."""
    if not isinstance(call, dict):
        return whole(call, path, Surface.TOOL_CALL)
    found: list[TextDelta] = []
    for name in call.keys() - _CALL_FIELDS:
        known = {"arguments"} if name == "function" else {"input"} if name == "custom" else set()
        found += whole(call[name], (*path, name), Surface.TOOL_CALL, known)
    return found


def whole(value: Any, path: Path, surface: Surface, known: frozenset[str] | set[str] = frozenset()) -> list[TextDelta]:
    """Return every text below a value, but for known fields, as deltas that are complete."""
    if known and isinstance(value, dict):
        value = {name: below for name, below in value.items() if name not in known}
    return [TextDelta(("whole", *place), text, surface, True) for place, text in leaves(value, path)]


def without_logprobs(body: Body, edits: list[tuple[Path, str]]) -> Body:
    """Return a chunk whose edited choices no longer spell their text out."""
    for path, _ in edits:
        if path[0] == "choices" and body["choices"][path[1]].get("logprobs"):
            body["choices"][path[1]]["logprobs"] = None  # `put_all` made this choice a copy
    return body


def tidied(choice: Body) -> Body:
    """Return the choice without texts that were emptied, save beside a role."""
    delta = {name: value for name, value in choice["delta"].items() if value != "" or "role" in choice["delta"]}
    if isinstance(delta.get("tool_calls"), list):
        delta["tool_calls"] = [call for call in delta["tool_calls"] if not _is_empty_call(call)]
        if not delta["tool_calls"]:
            del delta["tool_calls"]
    if delta.get("function_call") == {"arguments": ""}:
        del delta["function_call"]
    return {**choice, "delta": delta}


def _is_empty_call(call: Any) -> bool:
    rest = {name: value for name, value in call.items() if name not in ("index", "type")}
    return rest in ({"function": {"arguments": ""}}, {"custom": {"input": ""}})


def is_empty(choice: Body) -> bool:
    """Tell whether nothing is left to say in a choice."""
    said = {name: value for name, value in choice["delta"].items() if value is not None}
    others = choice.keys() - KNOWN_OF_CHOICE - {"delta"}
    return not said and not choice.get("finish_reason") and not others

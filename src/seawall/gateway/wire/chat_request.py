"""Read requests of the Chat Completions API.

Knows the messages and parts of its current SDK; of any other part every text is a piece. Counts, but does not read:
images, audio, files, and an answer that is wanted as audio.
"""

from typing import Any

from seawall.gateway.wire.reading import Gathered, check, decode_request, may, need, newest_turn
from seawall.gateway.wire.request import BadRequest, Body, Path, Request
from seawall.vocabulary.findings import Surface

_KNOWN = frozenset(
    {"model", "messages", "tools", "functions", "stream", "stream_options", "n", "user", "safety_identifier", "stop"}
    | {"temperature", "top_p", "max_tokens", "max_completion_tokens", "metadata", "service_tier", "reasoning_effort"}
    | {"seed", "store", "logprobs", "top_logprobs", "logit_bias", "modalities", "tool_choice", "function_call"}
    | {"parallel_tool_calls", "frequency_penalty", "presence_penalty", "verbosity", "prompt_cache_key"}
)
_KNOWN_OF_MESSAGE = frozenset({"role", "content", "name", "tool_call_id", "tool_calls", "function_call", "refusal"})
# What nearly every message is, and no more.
SAID = frozenset({"role", "content"})
_SURFACES = {"tool": Surface.TOOL_RESULT, "function": Surface.TOOL_RESULT}
_SETTINGS: dict[str, type | tuple[type, ...]] = {
    "temperature": (int, float),
    "top_p": (int, float),
    "max_tokens": int,
    "max_completion_tokens": int,
    "tool_choice": (str, dict),
    "function_call": (str, dict),
    "stop": (str, list),
}
_MAY_SAY_NOTHING = ("assistant", "function")
MAX_CHOICES = 128


def read_request(raw: bytes) -> Request:
    """Read a request. Raises BadRequest."""
    body = decode_request(raw)
    model = need(body, "model", str)
    _check_settings(body)
    gathered = Gathered()
    _read_messages(gathered, need(body, "messages", list))
    tools = _read_tools(gathered, body)
    gathered.others((), body, _KNOWN, Surface.INPUT, newest=False)
    gathered.images += "audio" in (may(body, "modalities", list) or [])
    options = may(body, "stream_options", dict) or {}
    return Request(
        body=body,
        model=model,
        stream=may(body, "stream", bool) or False,
        end_user=may(body, "safety_identifier", str) or may(body, "user", str) or None,
        pieces=tuple(gathered.pieces),
        images=gathered.images,
        tools=tools,
        choices=_choices(body),
        include_usage=may(options, "include_usage", bool, ("stream_options",)) or False,
    )


def _choices(body: Body) -> int:
    wanted: int = 1 if body.get("n") is None else check(body["n"], int, ("n",))
    if not 1 <= wanted <= MAX_CHOICES:
        raise BadRequest("n", f"must be between 1 and {MAX_CHOICES}.")
    return wanted


def _check_settings(body: Body) -> None:
    for name, kinds in _SETTINGS.items():
        if name in body:
            may(body, name, kinds)
    stops = body.get("stop")
    for index, stop in enumerate(stops if isinstance(stops, list) else []):
        check(stop, str, ("stop", index))


def _read_messages(gathered: Gathered, messages: list[Any]) -> None:
    if not messages:
        raise BadRequest("messages", "must hold at least one message.")
    roles = [_role(message, index) for index, message in enumerate(messages)]
    turn = newest_turn(roles)
    for index, (role, message) in enumerate(zip(roles, messages, strict=True)):
        newest = index in turn and role not in ("system", "developer")
        _read_message(gathered, message, role, ("messages", index), newest)


def _role(message: Any, index: int) -> str:
    checked: Body = message if isinstance(message, dict) else check(message, dict, ("messages", index))
    role: str = need(checked, "role", str, ("messages", index))
    return role


def _read_message(gathered: Gathered, message: Body, role: str, path: Path, newest: bool) -> None:
    surface = _SURFACES.get(role, Surface.INPUT)
    content = message.get("content")
    if isinstance(content, str):
        gathered.add((*path, "content"), content, surface, newest)
    elif content is not None or role not in _MAY_SAY_NOTHING:
        for index, part in enumerate(need(message, "content", (str, list), path)):
            inside = (*path, "content", index)
            _read_part(gathered, check(part, dict, inside), inside, surface, newest)
    if message.keys() == SAID:
        return
    for name in ("name", "refusal"):
        gathered.add((*path, name), may(message, name, str, path) or "", surface, newest)
    _read_calls(gathered, message, path, newest)
    gathered.others(path, message, _KNOWN_OF_MESSAGE, surface, newest)


def _read_part(gathered: Gathered, part: Body, path: Path, surface: Surface, newest: bool) -> None:
    kind = need(part, "type", str, path)
    if kind in ("text", "refusal"):
        gathered.add((*path, kind), need(part, kind, str, path), surface, newest)
        gathered.others(path, part, frozenset({"type", kind}), surface, newest)
        return
    if kind in ("image_url", "input_audio", "file"):
        gathered.images += 1
        part = {**part, kind: _without_bytes(need(part, kind, dict, path))}
    gathered.walk(path, {name: value for name, value in part.items() if name != "type"}, surface, newest)


def _without_bytes(holder: Body) -> Body:
    """Return what can be read of a part: not the bytes of an image, a sound or a file."""
    hidden = {"data", "file_data", "format", "detail"}
    return {
        name: value
        for name, value in holder.items()
        if name not in hidden and not (name == "url" and isinstance(value, str) and value.startswith("data:"))
    }


def _read_calls(gathered: Gathered, message: Body, path: Path, newest: bool) -> None:
    for index, call in enumerate(may(message, "tool_calls", list, path) or []):
        inside = (*path, "tool_calls", index)
        read_call(gathered, check(call, dict, inside), inside, newest)
    call = may(message, "function_call", dict, path)
    if call is not None:
        read_function(gathered, call, (*path, "function_call"), newest)


def read_call(gathered: Gathered, call: Body, path: Path, newest: bool) -> None:
    """Take the texts of one tool call. Raises BadRequest."""
    if "function" in call:
        read_function(gathered, need(call, "function", dict, path), (*path, "function"), newest)
    known = frozenset({"id", "type", "index", "function"})
    gathered.others(path, call, known, Surface.TOOL_CALL, newest)


def read_function(gathered: Gathered, function: Body, path: Path, newest: bool) -> None:
    """Take the texts of a function's name and arguments. Raises BadRequest."""
    gathered.add((*path, "name"), may(function, "name", str, path) or "", Surface.TOOL_CALL, newest)
    gathered.arguments((*path, "arguments"), may(function, "arguments", str, path) or "", newest)
    gathered.others(path, function, frozenset({"name", "arguments"}), Surface.TOOL_CALL, newest)


def _read_tools(gathered: Gathered, body: Body) -> tuple[str, ...]:
    names: list[str] = []
    for field in ("tools", "functions"):
        for index, tool in enumerate(may(body, field, list) or []):
            gathered.definition((field, index), check(tool, dict, (field, index)))
            named = tool if field == "functions" else tool.get("custom" if "custom" in tool else "function")
            names.append(named["name"] if isinstance(named, dict) and isinstance(named.get("name"), str) else "")
    return tuple(name for name in names if name)

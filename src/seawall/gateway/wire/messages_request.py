"""Read requests of the Messages API.

Knows the blocks of its current SDK; of any other block every text is a piece. Counts, but does not read: images,
binary documents, uploaded files, redacted thinking.
"""

from typing import Any

from seawall.gateway.wire.reading import Gathered, check, decode_request, may, need, newest_turn
from seawall.gateway.wire.request import BadRequest, Body, Path, Request
from seawall.vocabulary.findings import Surface

_KNOWN = frozenset(
    {"model", "messages", "system", "tools", "max_tokens", "metadata", "stop_sequences", "stream", "temperature"}
    | {"top_p", "top_k", "service_tier", "thinking", "cache_control", "tool_choice", "inference_geo", "speed"}
)
_KNOWN_OF_MESSAGE = frozenset({"role", "content"})
_KNOWN_OF_TEXT = frozenset({"type", "text", "cache_control"})
_KNOWN_OF_TOOL_USE = frozenset({"type", "id", "name", "input", "cache_control", "caller"})
_KNOWN_OF_RESULT = frozenset({"type", "tool_use_id", "content", "cache_control", "is_error", "caller"})


def read_request(raw: bytes, *, counting: bool = False) -> Request:
    """Read a request; one that only counts tokens needs no `max_tokens`. Raises BadRequest."""
    body = decode_request(raw)
    model = need(body, "model", str)
    _check_settings(body, counting)
    gathered = Gathered()
    _read_system(gathered, body)
    _read_messages(gathered, need(body, "messages", list))
    tools = _read_tools(gathered, may(body, "tools", list) or [])
    gathered.others((), body, _KNOWN, Surface.INPUT, newest=False)
    return Request(
        body=body,
        model=model,
        stream=may(body, "stream", bool) or False,
        end_user=may(may(body, "metadata", dict) or {}, "user_id", str, ("metadata",)) or None,
        pieces=tuple(gathered.pieces),
        images=gathered.images,
        tools=tools,
    )


def _check_settings(body: Body, counting: bool) -> None:
    if not counting:
        need(body, "max_tokens", int)
    for name, kind in (("temperature", (int, float)), ("top_p", (int, float)), ("top_k", int), ("tool_choice", dict)):
        may(body, name, kind)
    for index, stop in enumerate(may(body, "stop_sequences", list) or []):
        check(stop, str, ("stop_sequences", index))


def _read_system(gathered: Gathered, body: Body) -> None:
    system = may(body, "system", (str, list))
    if system is not None:
        read_content(gathered, system, ("system",), Surface.INPUT, newest=False)


def _read_messages(gathered: Gathered, messages: list[Any]) -> None:
    if not messages:
        raise BadRequest("messages", "must hold at least one message.")
    roles = [need(check(m, dict, ("messages", i)), "role", str, ("messages", i)) for i, m in enumerate(messages)]
    turn = newest_turn(roles)
    for index, message in enumerate(messages):
        path = ("messages", index)
        if roles[index] not in ("user", "assistant", "system"):
            raise BadRequest(f"messages[{index}].role", "must be user, assistant or system.")
        newest = index in turn and roles[index] == "user"
        content = need(message, "content", (str, list), path)
        read_content(gathered, content, (*path, "content"), Surface.INPUT, newest)
        gathered.others(path, message, _KNOWN_OF_MESSAGE, Surface.INPUT, newest)


def read_content(gathered: Gathered, content: Any, path: Path, surface: Surface, newest: bool) -> None:
    """Take the texts of a string or of a list of blocks. Raises BadRequest."""
    if isinstance(content, str):
        gathered.add(path, content, surface, newest)
        return
    for index, block in enumerate(content):
        _read_block(gathered, check(block, dict, (*path, index)), (*path, index), surface, newest)


def _read_block(gathered: Gathered, block: Body, path: Path, surface: Surface, newest: bool) -> None:
    kind = need(block, "type", str, path)
    if kind == "text":
        gathered.add((*path, "text"), need(block, "text", str, path), surface, newest)
        gathered.others(path, block, _KNOWN_OF_TEXT, surface, newest)
    elif kind == "image":
        gathered.images += 1
        _read_source(gathered, block, path, surface, newest)
    elif kind == "document":
        _read_document(gathered, block, path, _inside(surface), newest)
    elif kind == "search_result":
        gathered.walk(path, {name: v for name, v in block.items() if name != "type"}, _inside(surface), newest)
    elif kind == "redacted_thinking":
        gathered.walk(path, {name: v for name, v in block.items() if name not in ("type", "data")}, surface, newest)
    elif kind.endswith("tool_use"):
        _read_tool_use(gathered, block, path, newest)
    elif kind.endswith("tool_result"):
        _read_tool_result(gathered, block, path, newest)
    else:
        gathered.images += kind == "container_upload"
        gathered.walk(path, {name: value for name, value in block.items() if name != "type"}, surface, newest)


def _inside(surface: Surface) -> Surface:
    """Return where the text of a document stands: what a tool gave stays a tool's, the rest is nobody's own words."""
    return Surface.DOCUMENT if surface is Surface.INPUT else surface


def _read_tool_use(gathered: Gathered, block: Body, path: Path, newest: bool) -> None:
    gathered.add((*path, "name"), may(block, "name", str, path) or "", Surface.TOOL_CALL, newest)
    gathered.walk((*path, "input"), block.get("input"), Surface.TOOL_CALL, newest)
    gathered.others(path, block, _KNOWN_OF_TOOL_USE, Surface.TOOL_CALL, newest)


def _read_tool_result(gathered: Gathered, block: Body, path: Path, newest: bool) -> None:
    content = block.get("content")
    inside = (*path, "content")
    if isinstance(content, str) or (block["type"] == "tool_result" and isinstance(content, list)):
        read_content(gathered, content, inside, Surface.TOOL_RESULT, newest)
    else:
        gathered.walk(inside, content, Surface.TOOL_RESULT, newest)
    gathered.others(path, block, _KNOWN_OF_RESULT, Surface.TOOL_RESULT, newest)


def _read_document(gathered: Gathered, block: Body, path: Path, surface: Surface, newest: bool) -> None:
    for name in ("title", "context"):
        gathered.add((*path, name), may(block, name, str, path) or "", surface, newest)
    source = need(block, "source", dict, path)
    inside = (*path, "source")
    if source.get("type") == "text":
        gathered.add((*inside, "data"), need(source, "data", str, inside), surface, newest)
    elif source.get("type") == "content":
        content = need(source, "content", (str, list), inside)
        read_content(gathered, content, (*inside, "content"), surface, newest)
    else:
        gathered.images += 1
        _read_source(gathered, block, path, surface, newest)


def _read_source(gathered: Gathered, block: Body, path: Path, surface: Surface, newest: bool) -> None:
    """Take the address of something that cannot be read, and whatever else stands beside its bytes."""
    source = need(block, "source", dict, path)
    data = {"data"} if source.get("type") == "base64" else set()
    kept = {name: value for name, value in source.items() if name not in data | {"type", "media_type"}}
    gathered.walk((*path, "source"), kept, surface, newest)


def _read_tools(gathered: Gathered, tools: list[Any]) -> tuple[str, ...]:
    for index, tool in enumerate(tools):
        gathered.definition(("tools", index), check(tool, dict, ("tools", index)))
    return tuple(tool["name"] for tool in tools if isinstance(tool.get("name"), str))

"""YAML documents as values of the register, with the line of whatever is wrong in them. No anchors, no own tags."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
import yaml

from seawall.commitments.problems import Problem, nearest

T = TypeVar("T")
_LARGEST = 1_000_000
_TAG = "tag:yaml.org,2002:"
_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\[(\d+|\.\.\.)\]")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(text: str, file: str) -> tuple[Any, dict[str, int], list[Problem]]:
    """Return the values of a document, the line of each place, and what keeps it from being one."""
    if len(text) > _LARGEST:
        return None, {}, [_whole(file, f"The file has {len(text)} characters, at most {_LARGEST} are read.")]
    lines: dict[str, int] = {}
    try:
        if any(isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) for event in _events(text)):
            return None, {}, [_whole(file, "Anchors and aliases are not used here.", "Write it out.")]
        node = yaml.compose(text, Loader=_LOADER)
        return (None if node is None else _plain(node, "", lines)), lines, []
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        told = f"This is no YAML that can be read: {error.problem}."
        return None, {}, [Problem(file=file, line=line, place="", message=told, hint="Look at the indentation here.")]
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return None, {}, [_whole(file, f"This is no YAML that can be read: {type(error).__name__}.")]


def converted(given: Any, kind: type[T], file: str, lines: Mapping[str, int], at: str = "") -> T | Problem:
    """Return values as one part of the register, or what is wrong with them and where; `at` is where they stand."""
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        told, _, found = str(error).partition(" - at `$")
        place = at + _resolved(given, found.rstrip("`"), told)
        unknown = _UNKNOWN.fullmatch(told)
        hint = nearest(unknown[1], _fields(kind, found)) if unknown else "docs/commitments.md explains every key."
        shown = f"there is no key {unknown[1]!r} here." if unknown else f"{told}."
        return Problem(file=file, line=line_of(lines, place), place=place.lstrip("."), message=shown, hint=hint)


def line_of(lines: Mapping[str, int], place: str) -> int:
    """Return the line of a place, or of the nearest one that it stands in."""
    while place and place not in lines:
        place = place[: max(place.rfind("."), place.rfind("["))] if ("." in place or "[" in place) else ""
    return lines.get(place, 0)


def _events(text: str) -> Any:
    return yaml.parse(text, Loader=_LOADER)


def _whole(file: str, message: str, hint: str = "Is this the file that you meant?") -> Problem:
    return Problem(file=file, line=0, place="", message=message, hint=hint)


def _plain(node: yaml.Node, place: str, lines: dict[str, int]) -> Any:
    lines[place] = int(node.start_mark.line) + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(each, f"{place}[{number}]", lines) for number, each in enumerate(node.value)]
    text: str = node.value
    match node.tag.removeprefix(_TAG):
        case "null":
            return None
        case "bool" if text in ("true", "false"):
            return text == "true"
        case "int" if re.fullmatch(r"-?\d{1,15}", text):
            return int(text)
    # Whatever else YAML would make of a plain word, a day or `no` among them, is the word.
    return text


def _mapping(node: yaml.MappingNode, place: str, lines: dict[str, int]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in made:
            raise yaml.MarkedYAMLError(problem=f"{name!r} stands here twice", problem_mark=key.start_mark)
        inner = f"{place}.{name}"
        made[name] = _plain(value, inner, lines)
        lines[inner] = int(key.start_mark.line) + 1
    return made


def _resolved(given: Any, place: str, told: str) -> str:
    """Return a place as `lines` knows it; where msgspec says `[...]` of a mapping, the first key that is meant."""
    made, here = "", given
    for name, index in _STEP.findall(place):
        if name and isinstance(here, dict):
            made, here = f"{made}.{name}", here.get(name)
        elif index.isdigit() and isinstance(here, list) and int(index) < len(here):
            made, here = f"{made}[{index}]", here[int(index)]
        else:
            return made
    unknown = _UNKNOWN.fullmatch(told)
    return f"{made}.{unknown[1]}" if unknown else made


def _fields(kind: Any, place: str) -> tuple[str, ...]:
    """Return the keys that are known at a place inside a part of the register."""
    found: Any = kind
    for name, _ in _STEP.findall(place):
        found = _struct_in(found)
        if name and found is not None:
            found = {each.name: each.type for each in msgspec.structs.fields(found)}.get(name)
    last = _struct_in(found)
    return () if last is None else last.__struct_fields__


def _struct_in(kind: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    return next((found for each in getattr(kind, "__args__", ()) if (found := _struct_in(each)) is not None), None)

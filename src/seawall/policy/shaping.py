"""A YAML tree becomes documents, field by field, so that one wrong field does not hide the next.

Every path that was read keeps its place, for whoever finds later that two parts contradict each other.
"""

import re
from datetime import datetime, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import msgspec
import yaml

from seawall.policy.problems import Place, Problem, nearest, problem
from seawall.policy.yaml_lines import line, plain
from seawall.vocabulary.ladder import LONGEST_S

Path = tuple[str | int, ...]
BROKEN: Final = object()

_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(milliseconds?|ms|seconds?|s|minutes?|min|hours?|h|days?|d|weeks?)")
_UNITS = {"mi": 60.0, "ms": 0.001, "s": 1.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Shaper:
    """Turns trees into documents; `problems` and `places` grow with every tree."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.places: dict[Path, Place] = {}

    def shape(self, node: yaml.Node, kind: Any, file: str, path: Path = ()) -> Any:
        """Return the node as a value of a type, or BROKEN once the problems are noted."""
        self.places.setdefault(path, Place(file, line(node)))
        inner, optional = _bare(kind)
        if optional and isinstance(node, yaml.ScalarNode) and _value(node) is None:
            return None
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
            return self._struct(node, inner, file, path)
        if get_origin(inner) is dict:
            return self._mapping(node, inner, file, path)
        if get_origin(inner) is tuple:
            return self._sequence(node, kind, inner, file, path)
        return self._leaf(node, kind, inner, file, path)

    def _say(self, file: str, node: yaml.Node, message: str, hint: str = "") -> Any:
        self.problems.append(problem(Place(file, line(node)), message, hint))
        return BROKEN

    def _pairs(self, node: yaml.Node, file: str, path: Path) -> list[tuple[str, yaml.Node, yaml.Node]] | None:
        if not isinstance(node, yaml.MappingNode):
            self._say(file, node, f"{_title(path)} must be keys with values.", "Write one `key: value` a line.")
            return None
        pairs, seen = [], set()
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if not name:
                self._say(file, key, f"{_title(path)} has a key that is not a word.", "Keys are single words.")
            elif name in seen:
                self._say(file, key, f"{_title(path)} has the key {name!r} twice.", "Remove one of them.")
            else:
                seen.add(name)
                pairs.append((name, key, value))
        return pairs

    def _struct(self, node: yaml.Node, kind: type[msgspec.Struct], file: str, path: Path) -> Any:
        pairs = self._pairs(node, file, path)
        if pairs is None:
            return BROKEN
        fields = {each.encode_name: each for each in msgspec.structs.fields(kind)}
        before, values = len(self.problems), {}
        for name, key, value in pairs:
            if name not in fields:
                self._say(file, key, f"{_title(path)} has no key {name!r}.", nearest(name, fields))
            else:
                values[fields[name].name] = self.shape(value, fields[name].type, file, (*path, name))
        given = {name for name, _, _ in pairs}
        for name in (each.encode_name for each in fields.values() if each.required and each.encode_name not in given):
            self._say(file, node, f"{_title(path)} lacks {name!r}.", f"Add a line `{name}: …`.")
        if len(self.problems) > before and any(
            each.required and values.get(each.name, BROKEN) is BROKEN for each in fields.values()
        ):
            return BROKEN
        # What is wrong but optional is left out, so that the rest can be looked at as well.
        return kind(**{name: value for name, value in values.items() if value is not BROKEN})

    def _mapping(self, node: yaml.Node, kind: Any, file: str, path: Path) -> Any:
        of_key, of_value = get_args(kind)
        pairs = self._pairs(node, file, path)
        if pairs is None:
            return BROKEN
        built = {}
        for name, key, value in pairs:
            place = (*path, name)
            self.places[place] = Place(file, line(key))
            shaped_key = self._leaf(key, of_key, _bare(of_key)[0], file, path)
            shaped = self.shape(value, of_value, file, place)
            if shaped_key is not BROKEN and shaped is not BROKEN:
                built[shaped_key] = shaped
        return built

    def _sequence(self, node: yaml.Node, kind: Any, inner: Any, file: str, path: Path) -> Any:
        if not isinstance(node, yaml.SequenceNode):
            return self._say(file, node, f"{_title(path)} must be a list.", "Write `- …` a line, or [one, two].")
        element = get_args(inner)[0]
        built = [self.shape(each, element, file, (*path, number)) for number, each in enumerate(node.value)]
        if not built and _least(kind):
            return self._say(file, node, f"{_title(path)} is empty.", "It needs at least one entry.")
        return tuple(each for each in built if each is not BROKEN)

    def _leaf(self, node: yaml.Node, kind: Any, inner: Any, file: str, path: Path) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            return self._say(
                file, node, f"{_title(path)} must be a single value.", "Write it on one line, without - or {."
            )
        try:
            value = _prepared(_value(node), inner)
            return msgspec.convert(value, kind)
        except (msgspec.ValidationError, ValueError, OverflowError) as error:
            return self._say(file, node, *_told(path, node.value, inner, error))


def _value(node: yaml.Node) -> Any:
    try:
        return plain(node)
    except ValueError:
        return BROKEN


def _bare(kind: Any) -> tuple[Any, bool]:
    """Return a type without its bounds and without None or Unset, and whether None is allowed."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        options = [each for each in get_args(kind) if each not in (NoneType, msgspec.UnsetType)]
        return _bare(options[0])[0], NoneType in get_args(kind)
    return kind, False


def _least(kind: Any) -> bool:
    return any(isinstance(each, msgspec.Meta) and each.min_length for each in get_args(kind)[1:])


def _prepared(value: Any, inner: Any) -> Any:
    if value is BROKEN:
        raise ValueError("has a tag that is not read")
    if inner is timedelta:
        return duration(value)
    if inner is datetime and isinstance(value, str) and _DAY.fullmatch(value):
        return f"{value}T00:00:00Z"
    return value


def duration(value: object) -> timedelta:
    """Return a time such as ``14 days``. Raises ValueError."""
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("is no time")
    unit = found[2]
    short = "mi" if unit.startswith("min") else "ms" if unit.startswith("m") else unit[0]
    seconds = float(found[1]) * _UNITS[short]
    if not 0.001 <= seconds <= LONGEST_S:
        raise ValueError("is no time between a millisecond and a hundred years")
    return timedelta(seconds=seconds)


def _told(path: Path, written: str, inner: Any, error: Exception) -> tuple[str, str]:
    title = _title(path)
    if inner is timedelta:
        return f"{title} is {written!r}, which {error}.", "Write it like 14 days, 6 hours, 30 minutes or 50 ms."
    known = _known(inner)
    if known:
        return f"{title} is {written!r}, which is not known.", nearest(written, known)
    said = str(error).split(" - at")[0].replace("`", "")
    hint = _hint(inner)
    if "matching regex" in said:
        said, hint = "it is not written as it must be", _FORMS.get(said.rpartition("'^")[2][:4], "")
    return f"{title} is {written!r}: {said[0].lower()}{said[1:]}.", hint


_FORMS = {
    "[a-z": "Small letters, digits, and . _ - between them.",
    "([A-": "Two capital letters, such as US (ISO 3166-1).",
    "[A-Z": "Two capital letters, such as US (ISO 3166-1).",
    "(htt": "An address that begins with https://.",
}


def _hint(inner: Any) -> str:
    if inner in (int, float):
        return "Write a number, such as 3." if inner is int else "Write a number, such as 0.5."
    if getattr(inner, "__module__", "") == "datetime":
        return "A date is written 2026-11-03, a moment 2026-11-03T08:00:00Z."
    return "Write a text; put it into quotes if it looks like something else."


def _known(inner: Any) -> list[str]:
    if isinstance(inner, type) and issubclass(inner, Enum):
        return [str(each.value) for each in inner]
    return [str(each) for each in get_args(inner)] if get_origin(inner) is Literal else []


def _title(path: Path) -> str:
    """Return a path in words: ``threshold of rule 3``; the document itself for an empty path."""
    if not path:
        return "The document"
    words = [f"{each + 1}" if isinstance(each, int) else each for each in path]
    return ".".join(words)

"""YAML as a tree that knows its lines. Of YAML only what a policy needs: no tags, no anchors, and `no` is a word.

A country called NO stays a word, because only `true` and `false` are truth values here, as in YAML 1.2. Dates stay
texts: what they mean is for the field to say.
"""

import re
from typing import Any

import yaml
from yaml.events import AliasEvent

from seawall.policy.problems import Place, Problem, problem

_LARGEST = 1_000_000
_TAG = "tag:yaml.org,2002:"
_SPLIT = "Divide it: categories may stand in files of their own under categories/."
_TEXT = "Is this the file that you meant?"


class _Loader(yaml.SafeLoader):
    """A loader with the plain scalars of YAML 1.2 and without aliases."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012 - the name and kind are PyYAML's

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
            raise yaml.MarkedYAMLError(problem="anchors and aliases are not used here", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


for _kind, _pattern, _first in (
    ("null", r"^(~|null|)$", ["~", "n", ""]),
    ("bool", r"^(true|false)$", ["t", "f"]),
    ("int", r"^[-+]?[0-9]{1,18}$", list("-+0123456789")),
    ("float", r"^[-+]?(\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+)$", list("-+.0123456789")),
):
    _Loader.add_implicit_resolver(_TAG + _kind, re.compile(_pattern), _first)


def parse(text: str, file: str) -> tuple[yaml.Node | None, list[Problem]]:
    """Return the tree of a document, or what keeps it from being one."""
    if len(text) > _LARGEST:
        return None, [
            problem(Place(file), f"The file has {len(text)} characters, at most {_LARGEST} are read.", _SPLIT)
        ]
    try:
        return yaml.compose(text, Loader=_Loader), []
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Place(file, mark.line + 1 if mark else 0)
        said = " ".join(part for part in (error.context, error.problem) if part)
        return None, [problem(where, f"This is not YAML that can be read: {said}.", _advice(said))]
    except yaml.YAMLError as error:
        return None, [problem(Place(file), f"This is not YAML that can be read: {str(error).splitlines()[0]}.", _TEXT)]
    except RecursionError:
        return None, [problem(Place(file), "The document is nested too deeply to be read.", _TEXT)]


def _advice(said: str) -> str:
    if "mapping values are not allowed" in said:
        return "A text with a colon in it needs quotes."
    if "cannot start any token" in said:
        return "Indent with spaces, and put texts that begin with a special sign into quotes."
    if "anchors" in said:
        return "Write the text out where it is needed."
    return "Look at the indentation here and in the line before."


def line(node: yaml.Node) -> int:
    """Return the line on which a node begins, from 1."""
    return int(node.start_mark.line) + 1


def plain(node: yaml.Node) -> Any:
    """Return a node as plain values. Raises ValueError for a tag that is not read."""
    if isinstance(node, yaml.MappingNode):
        return {plain(key): plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(each) for each in node.value]
    kind, text = node.tag.removeprefix(_TAG), node.value
    match kind:
        case "str":
            return text
        case "null":
            return None
        case "bool":
            return text == "true"
        case "int":
            return int(text)
        case "float":
            return float(text)
    raise ValueError(f"the tag {node.tag!r} is not read")

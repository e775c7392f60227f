"""Say something through an official SDK and hear what comes back, the same for both APIs.

A history is a list of lines: what a person said, what the model answered, a call of a tool, what the tool answered.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

import msgspec

MOST_TOKENS = 40


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a history. A call and its result share an `id`."""

    role: Literal["user", "assistant", "call", "result"]
    text: str = ""
    id: str = ""
    name: str = ""
    arguments: dict[str, Any] = {}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What Seawall says in the headers of an answer; empty where it says nothing."""

    exchange: str = ""
    decision: str = ""
    notice: str = ""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What came back: the text or calls, whether it was a refusal, and what the headers say."""

    status: int = 200
    text: str = ""
    calls: tuple[Line, ...] = ()
    refused: bool = False
    told: Told = Told()


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One request: who asks which model, what was said so far, and whether the answer is streamed."""

    user: str
    model: str
    lines: Sequence[Line]
    stream: bool
    tools: Mapping[str, tuple[str, Mapping[str, str]]] = {}


class Speaker(Protocol):
    """An SDK that speaks for somebody."""

    def ask(self, ask: Ask) -> Heard:
        """Send a request and return what comes back, an error of the API included."""


class Moderator(Protocol):
    """An SDK that asks what the detectors say of a text."""

    def moderate(self, text: str) -> tuple[bool, tuple[str, ...]]:
        """Return whether a text is flagged, and the categories in Seawall's words."""


def schema(parameters: Mapping[str, str]) -> dict[str, Any]:
    """Return the JSON Schema of a tool's parameters, all of them needed."""
    kinds = {name: {"type": kind} for name, kind in parameters.items()}
    return {"type": "object", "properties": kinds, "required": list(kinds)}


def told_in(headers: Mapping[str, str]) -> Told:
    """Return what Seawall says in the headers of an answer."""
    return Told(**{name: headers.get(f"seawall-{name}", "") for name in Told.__struct_fields__})


def arguments_of(raw: str) -> dict[str, Any]:
    """Return the arguments of a call; empty where a model wrote no object."""
    try:
        given = json.loads(raw or "{}")
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}

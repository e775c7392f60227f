"""CEL, by Google's own implementation: compiled with the types of every fact, asked with values alone.

Nothing that an expression calls runs here: counts are values by the time it is asked. The library bounds how deep an
expression nests and how often its loops turn, and gives an error beyond that. CEL lets `true || error` be true; a
count that could not be had never comes that far, as the facts fail as a whole.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from importlib import import_module
from typing import Any

import msgspec

from seawall.policy.accounts.calls import FUNCTIONS, Counter, named, substituted

MOST_COUNTERS = 64


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule may know of an account at one moment. `counts` has what the counters of the set came to."""

    age: timedelta
    state: str
    strikes: float
    labels: tuple[str, ...]
    found: tuple[str, ...]
    shared: int
    linked_states: tuple[str, ...]
    end_user: bool
    counts: Mapping[Counter, int] = {}

    def values(self, counters: Iterable[Counter]) -> dict[str, Any]:
        """Return them by the names that an expression with these counters uses."""
        given = {name: getattr(self, name) for name in VARIABLES}
        lists = {name: list(value) for name, value in given.items() if isinstance(value, tuple)}
        return given | lists | {named(each): self.counts[each] for each in counters}


VARIABLES = {
    "age": ("duration", "how long the account is there"),
    "state": ("string", "its standing: good, warned, restricted, suspended, banned"),
    "strikes": ("double", "what its strikes weigh"),
    "labels": ("list<string>", "its labels"),
    "found": ("list<string>", "the categories that were found in this exchange"),
    "shared": ("int", "how many other accounts share a reference with it"),
    "linked_states": ("list<string>", "where those are"),
    "end_user": ("bool", "whether it is an end user, and not a whole key"),
}


class Refused(Exception):
    """CEL refuses an expression: what it says, and the column."""

    def __init__(self, said: str, column: int) -> None:
        super().__init__(said)
        self.said, self.column = said, column


class Unanswered(Exception):
    """An expression has no answer to these facts; the message is CEL's kind of error alone."""


class Compiled(msgspec.Struct, frozen=True):
    """An expression that can be asked."""

    program: Any
    counters: frozenset[Counter]

    def holds(self, facts: Facts) -> bool:
        """Tell whether it holds. Raises Unanswered."""
        try:
            answer = self.program.eval(data=facts.values(self.counters)).plain_value()
        except Exception as error:  # noqa: BLE001 - the library raises bare ones
            raise Unanswered(str(error).partition(":")[0][:40]) from None
        if not isinstance(answer, bool):
            # An error comes back as a text that says so.
            raise Unanswered(str(answer).partition(":")[0][:40])
        return answer


def check(expression: str) -> None:
    """Refuse an expression that CEL does not take, or that is no yes or no. Raises Refused."""
    cel = _cel()
    text = cel.Type.STRING
    counting = [
        cel.FunctionDecl(name, [cel.Overload(f"{name}_of", cel.Type.INT, [text, text], False, _nothing)])
        for name in FUNCTIONS
    ]
    try:
        made = cel.NewEnv(variables=_types(cel), functions=counting).compile(expression)
    except RuntimeError as error:
        raise _refused(str(error)) from None
    if made.return_type() != cel.Type.BOOL:
        raise Refused(f"comes to a {made.return_type().name()}, not to yes or no", 1)


def compiled(expression: str) -> Compiled:
    """Return a checked expression, ready to be asked."""
    cel = _cel()
    source, counters = substituted(expression)
    variables = _types(cel) | {named(counter): cel.Type.INT for counter in counters}
    return Compiled(cel.NewEnv(variables=variables).compile(source), counters)


def every(sets: Iterable[Compiled]) -> tuple[Counter, ...]:
    """Return the counters of several expressions, each once, in order."""
    return tuple(sorted(set().union(*(each.counters for each in sets))))


def _cel() -> Any:
    # Loaded when the first rule is read: a gateway, which reads none, does without its memory.
    return import_module("cel_expr_python.cel")


def _types(cel: Any) -> dict[str, Any]:
    kinds = {
        "duration": cel.Type.DURATION,
        "string": cel.Type.STRING,
        "double": cel.Type.DOUBLE,
        "int": cel.Type.INT,
        "bool": cel.Type.BOOL,
        "list<string>": cel.Type.List(cel.Type.STRING),
    }
    return {name: kinds[kind] for name, (kind, _) in VARIABLES.items()}


def _nothing(_category: str, _window: str) -> int:
    return 0


def _refused(said: str) -> Refused:
    """Make of `… ERROR: <input>:1:18: Syntax error: …` what it says, and where."""
    first = said.split("\n", 1)[0]
    where, _, what = first.partition("<input>:")[2].partition(": ")
    column = where.rpartition(":")[2]
    return Refused(what.strip() or "cannot be read", int(column) if column.isdigit() else 1)

"""What an expression counts: every call of a counting function, found by its words, and a name in its place.

A counter's arguments are literal texts, so that what a rule asks of the database is known before anything is asked.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import msgspec

FUNCTIONS = {
    "count": "sure findings in the account's own newest words",
    "suspected": "the same, with findings that are not sure",
    "answers": "findings in what the model answered",
    "key_count": "sure findings over all accounts of the key",
    "key_accounts": "accounts of the key with sure findings",
}
UNSURE = frozenset({"suspected", "answers"})
ANY = "any"
_TOKEN = re.compile(r"""(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?P<word>[A-Za-z_]\w*)|(?P<other>\S)""")
_WINDOW = re.compile(r"([1-9][0-9]{0,4})(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Counter(msgspec.Struct, frozen=True, order=True):
    """A count that a rule asks for: which function, over which category, within how many seconds."""

    function: str
    category: str
    seconds: int


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call as it is written: from where to where, and its arguments; None where they are not two literal texts."""

    function: str
    start: int
    end: int
    arguments: tuple[str, str] | None


def calls(expression: str) -> Iterator[Call]:
    """Give every call of a counting function, in order."""
    tokens = list(_TOKEN.finditer(expression))
    for at, token in enumerate(tokens):
        follows = tokens[at + 1].group() if at + 1 < len(tokens) else ""
        of_something = at > 0 and tokens[at - 1].group() == "."
        if token["word"] not in FUNCTIONS or of_something or follows != "(":
            continue
        inside = tokens[at + 2 : at + 6]
        literal = [each["text"] is not None for each in inside] == [True, False, True, False]
        whole = literal and [each.group() for each in inside[1::2]] == [",", ")"]
        given = (inside[0].group()[1:-1], inside[2].group()[1:-1]) if whole else None
        yield Call(
            function=token.group(),
            start=token.start(),
            end=inside[3].end() if whole else token.end(),
            arguments=given,
        )


def window(given: str) -> timedelta | None:
    """Return a window such as ``10m``; None for what is none."""
    found = _WINDOW.fullmatch(given)
    return None if found is None else timedelta(**{_UNITS[found[2]]: int(found[1])})


def named(counter: Counter) -> str:
    """Return the variable that stands for a counter."""
    return f"_n_{counter.function}_{counter.category}_{counter.seconds}"


def counter(call: Call) -> Counter:
    """Return the counter of a call whose arguments were checked."""
    category, within = call.arguments or ("", "")
    seconds = window(within) or timedelta()
    return Counter(call.function, category, round(seconds.total_seconds()))


def substituted(expression: str) -> tuple[str, frozenset[Counter]]:
    """Return a checked expression with a variable for every call, and the counters that they stand for."""
    parts, at, found = [], 0, set()
    for call in calls(expression):
        found.add(counter(call))
        parts += [expression[at : call.start], named(counter(call))]
        at = call.end
    return "".join([*parts, expression[at:]]), frozenset(found)

"""Rows of the forms from the numbers of a period: by category of the Transparency Database, and what was appealed."""

from collections.abc import Iterable, Iterator, Mapping

from seawall.metrics.dsa import columns
from seawall.metrics.showing import Number, Shown
from seawall.vocabulary.categories import MAPPINGS, Category

Value = int | str | None
Told = dict[str, Value]
OTHER = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
_ALL = "TOTAL"
# What is nothing to begin with is 0; what is not told is None.
_RESTRICTS = {
    "restrict": columns.PROVISION_SUSPENSION,
    "suspend": columns.ACCOUNT_SUSPENSION,
    "ban": columns.ACCOUNT_TERMINATION,
}
_BY_MACHINE = {"restrict": "restrictions", "suspend": "suspensions", "ban": "bans"}
_BY_RULE = {"restrict": "restricted", "suspend": "suspended", "ban": "banned"}
_COMPLAINTS = "Number of complaints submitted to the internal-complaints mechanism"
_INTERNAL, _REPEATED = "Internal complaints mechanism", "Suspensions imposed on repeated offenders"
_ENACTED = "Number of suspensions enacted for the provision of manifestly"
_MEANS = "Use of automated means for content moderation"


class Numbers:
    """The numbers of a period by name. Of one that is not there, as an earlier edition closed it, nothing is told."""

    def __init__(self, found: Shown) -> None:
        self._by_id: Mapping[str, Number] = {each.metric: each for each in found.numbers}

    def total(self, metric: str) -> int | None:
        """Return how much was counted."""
        found = self._by_id.get(metric)
        return None if found is None else found.total

    def cell(self, metric: str, cell: str) -> int | None:
        """Return one part; 0 where nothing of it was counted."""
        found = self._by_id.get(metric)
        return None if found is None else found.cells.get(cell, 0)

    def figure(self, metric: str) -> int | None:
        """Return a share or a time."""
        found = self._by_id.get(metric)
        return None if found is None else found.figure

    def where(self, metric: str, *wanted: str) -> int | None:
        """Return the sum of the parts whose last value is one of these."""
        found = self._by_id.get(metric)
        if found is None:
            return None
        return added(value for name, value in found.cells.items() if name.rpartition("/")[2] in wanted)


def added(values: Iterable[int | None]) -> int | None:
    """Return a sum; None where a part of it is not told."""
    known = list(values)
    return None if None in known else sum(each for each in known if each is not None)


def notices(numbers: Numbers) -> Iterator[tuple[str, Told]]:
    """Give what was received and done on notice: the whole, then by category."""
    yield (
        _ALL,
        _noticed(
            numbers.total("notices_received"), numbers.where("on_notice", *_RESTRICTS), numbers.figure("notice_time")
        ),
    )
    for name, ours in _categories():
        received = added(numbers.cell("notices_received", each) for each in ours)
        done = added(numbers.cell("on_notice", f"{each}/{what}") for each in ours for what in _RESTRICTS)
        yield name, _noticed(received, done, None)


def own_terms(numbers: Numbers) -> Iterator[tuple[str, Told]]:
    """Give the measures at the provider's own initiative: the whole, then by category.

    What counted breaches and rules over time did is of no one category, and stands under the other violations.
    """
    automatic = {what: _automatic(numbers, what) for what in _RESTRICTS}
    people = {what: numbers.where("own_initiative", what) for what in _RESTRICTS}
    yield _ALL, _taken({what: added((people[what], automatic[what])) for what in _RESTRICTS}, automatic)
    none: dict[str, int | None] = dict.fromkeys(_RESTRICTS, 0)
    for name, ours in _categories():
        machine = automatic if name == OTHER else none
        done = {
            what: added((*(numbers.cell("own_initiative", f"{each}/{what}") for each in ours), machine[what]))
            for what in _RESTRICTS
        }
        yield name, _taken(done, machine)


def own_illegal(_numbers: Numbers) -> Iterator[tuple[str, Told]]:
    """Give the measures against illegal content: none, as every measure here rests on the usage policy."""
    yield _ALL, dict.fromkeys(columns.NUMBERS_OF_MEASURES, 0)


def appeals(numbers: Numbers) -> Iterator[tuple[str, str, str, Value]]:
    """Give section, indicator, scope and value of complaints and of suspensions of whoever keeps offending."""
    yield _INTERNAL, _COMPLAINTS, "Total number", numbers.total("appeals_received")
    for scope, cell in (
        ("Decisions upheld", "upheld"), ("Decisions reversed", "reversed"),
        ("Decisions partially reversed", "partially_reversed"),
    ):  # fmt: skip
        yield _INTERNAL, _COMPLAINTS, scope, numbers.cell("appeals_answered", cell)
    yield _INTERNAL, _COMPLAINTS, "Median time", numbers.figure("time_to_answer")
    yield _REPEATED, f"{_ENACTED} illegal content", "Total number", 0
    yield _REPEATED, f"{_ENACTED} unfounded notices", "Total number", numbers.cell("filers_suspended", "notices")
    yield _REPEATED, f"{_ENACTED} unfounded complaints", "Total number", numbers.cell("filers_suspended", "appeals")


def automated(numbers: Numbers) -> Iterator[tuple[str, str, str, Value]]:
    """Give section, indicator, scope and value of automated means."""
    alone = added(_automatic(numbers, what) for what in _RESTRICTS)
    people = added(numbers.where(metric, *_RESTRICTS) for metric in ("own_initiative", "on_notice"))
    yield _MEANS, "Number of measures solely taken by automated means", "Total number", alone
    yield _MEANS, "Number of measures not taken by automated means", "Total number", people
    yield _MEANS, "Number of notices solely processed by automated means", "Total number", 0
    yield _MEANS, "Number of notices not processed by automated means", "Total number", numbers.total("on_notice")
    wrong = numbers.figure("detector_error")
    accuracy = None if wrong is None else f"{(1000 - wrong) / 1000:.3f}"
    yield _MEANS, "Accuracy of the automated means - Accuracy", "Total number", accuracy


def _categories() -> list[tuple[str, tuple[str, ...]]]:
    """Return the categories of the Transparency Database, each with those of ours that it holds."""
    held: dict[str, list[str]] = {OTHER: ["none"]}
    for each in Category:
        held.setdefault(MAPPINGS[each].dsa or OTHER, []).append(each.value)
    return [(name, tuple(ours)) for name, ours in sorted(held.items())]


def _automatic(numbers: Numbers, what: str) -> int | None:
    made = (numbers.cell(_BY_MACHINE[what], "strikes"), numbers.cell(_BY_MACHINE[what], "measure"))
    return added((*made, numbers.cell("by_rules", _BY_RULE[what])))


def _noticed(received: int | None, done: int | None, seconds: int | None) -> Told:
    told: Told = dict.fromkeys(columns.NUMBERS_OF_NOTICES, 0)
    return told | {
        columns.RECEIVED: received, columns.ITEMS: received, columns.MEDIAN: seconds, columns.MEDIAN_TRUSTED: "",
        columns.ON_TERMS: done,
    }  # fmt: skip


def _taken(done: Mapping[str, int | None], machine: Mapping[str, int | None]) -> Told:
    told: Told = dict.fromkeys(columns.NUMBERS_OF_MEASURES, 0)
    return (
        told
        | {_RESTRICTS[what]: value for what, value in done.items()}
        | {columns.MEASURES: added(done.values()), columns.AUTOMATED: added(machine.values())}
    )

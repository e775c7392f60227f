"""The files of the report: CSV by RFC 4180 in UTF-8, as the Commission's forms have them."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import timedelta

import msgspec

from seawall.metrics.dsa import columns, rows
from seawall.metrics.dsa.rows import Numbers, Told, Value
from seawall.metrics.showing import CLOSED, Shown
from seawall.vocabulary.errors import Conflict

_SECONDS = "In seconds."
_MEDIANS = (columns.MEDIAN,)


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """Who reports, of which service. `applicability` is which rules apply to it, in the words of the form."""

    name: str
    service: str
    applicability: str = "Online platform"


class StillOpen(Conflict):
    """A report is to be made of numbers that are not closed."""

    code = "metrics.still_open"

    def __init__(self, period: str) -> None:
        super().__init__(
            f"{period} is not closed.", hint=f"What is reported is closed first: seawall metrics close {period}"
        )


def files(found: Shown, provider: Provider) -> dict[str, str]:
    """Return the files of a closed period, by name. Raises StillOpen."""
    if found.state != CLOSED:
        raise StillOpen(found.period)
    numbers = Numbers(found)
    last = found.until - timedelta(days=1)
    about = (provider.applicability, provider.service, f"{found.since:%Y-%m-%d}/{last:%Y-%m-%d}")
    small = f"Not told: fewer than {found.smallest_cell}, or it would give such a number away."
    taken = columns.NUMBERS_OF_MEASURES
    return {
        "1_report_identification.csv": _identified(found, provider, about),
        "4_notices.csv": _by_category(
            columns.NOTICES, about, rows.notices(numbers), columns.NUMBERS_OF_NOTICES, "information", small
        ),
        "5_own_initiative_illegal.csv": _by_category(
            columns.OWN_ILLEGAL, about, rows.own_illegal(numbers), taken, "Information", small
        ),
        "6_own_initiative_TC.csv": _by_category(
            columns.OWN_TERMS, about, rows.own_terms(numbers), taken, "Information", small
        ),
        "7_appeals_and_recidivism.csv": _indicators(about, rows.appeals(numbers), small),
        "8_automated_means.csv": _indicators(about, rows.automated(numbers), small),
    }


def _identified(found: Shown, provider: Provider, about: Sequence[str]) -> str:
    said = (
        ("Name of the service provider", provider.name),
        ("Name of the service", provider.service),
        ("Starting date of the reporting period", about[2].partition("/")[0]),
        ("Ending date of the reporting period", about[2].partition("/")[2]),
        ("Record of the numbers", str(found.record)),
    )
    return _written(columns.IDENTIFICATION, ((*about[:2], *each) for each in said))


def _by_category(
    head: Sequence[str],
    about: Sequence[str],
    told: Iterable[tuple[str, Told]],
    names: Sequence[str],
    word: str,
    small: str,
) -> str:
    def row(category: str, values: Told) -> list[Value]:
        notes = {f"Contextual {word} on {name}": _note(name, values[name], small) for name in names}
        known = dict(zip(head, (*about, category, ""), strict=False)) | values | notes
        return ["" if known[name] is None else known[name] for name in head]

    return _written(head, (row(*each) for each in told))


def _note(name: str, value: Value, small: str) -> str:
    if value is None:
        return small
    return _SECONDS if name in _MEDIANS else ""


def _indicators(about: Sequence[str], told: Iterable[tuple[str, str, str, Value]], small: str) -> str:
    def row(section: str, indicator: str, scope: str, value: Value) -> list[Value]:
        note = small if value is None else _SECONDS if scope == "Median time" else ""
        return [*about, section, indicator, scope, "" if value is None else value, note]

    return _written(columns.INDICATORS, (row(*each) for each in told))


def _written(head: Sequence[str], lines: Iterable[Sequence[Value]]) -> str:
    made = io.StringIO(newline="")
    csv.writer(made, lineterminator="\r\n").writerows([head, *lines])
    return made.getvalue()

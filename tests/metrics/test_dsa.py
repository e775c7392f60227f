"""The transparency report: the forms letter for letter, the closed numbers in them, and nothing that is left out."""

import csv
import io
from typing import Any

import pytest

from seawall.metrics.definitions import newest
from seawall.metrics.dsa import Provider, columns, files
from seawall.metrics.dsa.files import StillOpen
from seawall.metrics.dsa.rows import OTHER
from seawall.metrics.period import period
from seawall.metrics.reading import Closing
from seawall.metrics.showing import RUNNING, Shown, shown
from seawall.vocabulary.ids import RecordId
from seawall.vocabulary.records.metrics import MetricTold
from tests.conftest import FrozenClock

OURS = Provider(name="Example Ltd", service='Chat "One"')
TOLD: dict[str, tuple[int, dict[str, int | None], int | None]] = {
    "own_initiative": (60, {"hate/ban": 10, "hate/nothing": 20, "cyber/suspend": 20, "none/restrict": None}, None),
    "on_notice": (30, {"hate/ban": 12, "privacy/nothing": 18}, None),
    "notices_received": (40, {"hate": 15, "privacy": 25}, None),
    "notice_time": (30, {}, 3600),
    "restrictions": (9, {"strikes": 9}, None),
    "suspensions": (30, {"strikes": 20, "person": 10}, None),
    "bans": (22, {"strikes": 0, "person": 22}, None),
    "by_rules": (5, {"suspended": 5}, None),
    "appeals_received": (11, {}, None),
    "appeals_answered": (10, {"upheld": 10, "reversed": 0, "partially_reversed": 0}, None),
    "time_to_answer": (10, {}, 7200),
    "filers_suspended": (7, {"notices": 7}, None),
    "detector_error": (1000, {"wrong": 120, "right": 880}, 120),
}


def closed(clock: FrozenClock) -> Shown:
    """Return a half-year that was closed with these numbers."""
    numbers = tuple(_told(each.id) for each in newest().metrics)
    made = Closing(
        record=RecordId("re_1"), period="2026-H1", corrects=None, definitions=newest().digest, at=clock(),
        numbers=numbers,
    )  # fmt: skip
    return shown(period("2026-H1"), newest().digest, numbers, made)


def _told(metric: str) -> MetricTold:
    total, cells, figure = TOLD.get(metric, (0, {}, None))
    return MetricTold(metric=metric, recorded=True, total=total, cells=cells, figure=figure, low=None, high=None)


def read(text: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_forms_have_their_columns_letter_for_letter(clock: FrozenClock) -> None:
    made = files(closed(clock), OURS)
    heads = {name: next(csv.reader(io.StringIO(text))) for name, text in made.items()}
    assert {name: len(head) for name, head in heads.items()} == {
        "1_report_identification.csv": 4, "4_notices.csv": 25, "5_own_initiative_illegal.csv": 37,
        "6_own_initiative_TC.csv": 37, "7_appeals_and_recidivism.csv": 8, "8_automated_means.csv": 8,
    }  # fmt: skip
    assert heads["4_notices.csv"][5] == "Number of notices received "
    assert heads["6_own_initiative_TC.csv"][3] == "Category of incompatibility with the provider's terms and conditions"
    assert all(text.endswith("\r\n") and "\n" not in text.replace("\r\n", "") for text in made.values())
    first = read(made["4_notices.csv"])[0]
    assert (first["Service"], first["Reporting period"]) == ('Chat "One"', "2026-01-01/2026-06-30")


def test_what_is_reported_is_what_was_closed(clock: FrozenClock) -> None:
    made = files(closed(clock), OURS)
    notices = {each[columns.ILLEGAL]: each for each in read(made["4_notices.csv"])}
    assert (notices["TOTAL"][columns.RECEIVED], notices["TOTAL"][columns.ON_TERMS]) == ("40", "12")
    assert (notices["TOTAL"][columns.MEDIAN], notices["TOTAL"]["Contextual information on Median time to take action"])\
        == ("3600", "In seconds.")  # fmt: skip
    by_category = [int(each[columns.RECEIVED]) for name, each in notices.items() if name != "TOTAL"]
    assert sum(by_category) == 40
    ours = {each[columns.AGAINST_TERMS]: each for each in read(made["6_own_initiative_TC.csv"])}
    assert ours["TOTAL"][columns.ACCOUNT_TERMINATION] == "10"
    assert ours["TOTAL"][columns.ACCOUNT_SUSPENSION] == str(20 + 20 + 5)
    assert ours[OTHER][columns.AUTOMATED] == str(9 + 20 + 5)
    suspended = [int(each[columns.ACCOUNT_SUSPENSION]) for name, each in ours.items() if name != "TOTAL"]
    assert sum(suspended) == 45
    (illegal,) = read(made["5_own_initiative_illegal.csv"])
    assert {illegal[name] for name in columns.NUMBERS_OF_MEASURES} == {"0"}
    values = {(each["Indicator"], each["Scope"]): each["Value"] for each in read(made["7_appeals_and_recidivism.csv"])}
    assert [value for (_, scope), value in values.items() if scope != "Total number"] == ["10", "0", "0", "7200"]
    assert list(values.values())[-2:] == ["7", "0"]
    means = {each["Indicator"]: each["Value"] for each in read(made["8_automated_means.csv"])}
    assert means["Accuracy of the automated means - Accuracy"] == "0.880"
    assert means["Number of measures solely taken by automated means"] == "34"


def test_what_is_left_out_is_left_out_and_said_so(clock: FrozenClock) -> None:
    ours = {each[columns.AGAINST_TERMS]: each for each in read(files(closed(clock), OURS)["6_own_initiative_TC.csv"])}
    for name in ("TOTAL", OTHER):
        assert ours[name][columns.PROVISION_SUSPENSION] == ""
        assert ours[name][columns.MEASURES] == ""
        note = ours[name][f"Contextual Information on {columns.PROVISION_SUSPENSION}"]
        assert note.startswith("Not told: fewer than 5")


def test_numbers_that_are_not_closed_are_not_reported(clock: FrozenClock) -> None:
    with pytest.raises(StillOpen, match="2026-H1"):
        files(Shown(**{**{n: getattr(closed(clock), n) for n in Shown.__struct_fields__}, "state": RUNNING}), OURS)

"""Anyone can verify what was closed, and whoever has the bodies can count it again; whatever is changed shows."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from seawall.app.commands.metrics import metrics
from seawall.app.verifying import NothingClosed, verified
from seawall.audit.export import export
from seawall.audit.formats import form_of
from seawall.audit.search import Filter
from seawall.ledger.files import Files
from seawall.ledger.prove import prove
from seawall.ledger.source import reader
from seawall.metrics.checking import check, check_together
from seawall.metrics.recounting import BodiesUnreadable, held_in, recount
from seawall.vocabulary.ids import FeedbackId, ItemId
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.records.feedback import FeedbackAnswered
from tests.metrics.conftest import World
from tests.metrics.test_closing import appeal, opened

Body = dict[str, Any]


def answered(number: int) -> FeedbackAnswered:
    return FeedbackAnswered(
        feedback=FeedbackId(f"fb_{number}"), framework="thorn", about="thorn", received_at="2025-12-01T00:00:00+00:00",
        answered_at=f"2025-12-0{number % 9 + 1}T00:00:00+00:00", answer_item=ItemId("it_1"), published=False, by="pe_1",
    )  # fmt: skip


@pytest.fixture
def half_year(world: World) -> World:
    """Half a year with enough in it, all closed and published."""
    for month in range(1, 7):
        world.at(month, 3)
        world.write(*(answered(1000 * month + number) for number in range(4 + month)))
        world.write(*(opened(1000 * month + number) for number in range(20 + month)), *map(appeal, range(month)))
        with world.log.database.begin() as tx:
            for number in range(14):
                measure = (Measure.BAN, Measure.SUSPEND, Measure.RESTRICT)[number % 3 if number < 10 else 0]
                world.machine_decides(tx, f"ac_{month}_{number}", measure, 1.0)
            for number in range(9):
                world._reviewed(tx, f"de_{month}_{number}", None, number > 1, "pe_ada")  # type: ignore[arg-type]
        world.log.sequencer.step()
        world.at(month + 1, 2)
        world.closes(f"2026-0{month}")
    world.closes("2026-H1")
    # Bodies of public records are released with the next step.
    world.clock.advance(hours=1)
    world.write(opened(1))
    return world


def key(world: World) -> str:
    return str(world.log.signer.verifier)


def run(*words: str) -> Result:
    return CliRunner().invoke(metrics, ["verify", *words])


@pytest.fixture
def bodies(half_year: World, tmp_path: Path) -> Path:
    """What an auditor has: every record as a file of lines."""
    folder = tmp_path / "bodies"
    folder.mkdir()
    with half_year.log.database.begin() as tx, (folder / "all.jsonl").open("wb") as file:
        export(tx, Filter(), form_of("jsonl"), file.write, by="pe_aud", record=half_year.log.record)
    return folder


def test_the_public_verifies_everything_that_was_closed(half_year: World) -> None:
    source = str(half_year.log.directory)
    report = verified(source, key(half_year))
    assert (report.verified, report.wrong) == (True, [])
    assert [each.period for each in report.closed] == [f"2026-0{month}" for month in range(1, 7)] + ["2026-H1"]
    told = run(source, "--key", key(half_year), "--period", "2026-02")
    assert (told.exit_code, told.output.startswith("Verified: ")) == (0, True)
    with pytest.raises(NothingClosed, match="2031-01"):
        verified(source, key(half_year), period="2031-01")


def test_one_record_is_verified_from_its_proof_file_alone(half_year: World, tmp_path: Path) -> None:
    record = half_year.closed_bodies()[-1]["id"]
    file = tmp_path / "h1.tlog-proof"
    with half_year.log.database.begin() as tx:
        file.write_text(prove(tx, Files(half_year.log.directory), record).encode())
    report = verified(str(file), key(half_year))
    assert (report.verified, [each.record for each in report.closed]) == (True, [record])
    changed = file.read_text().replace("index ", "index 1", 1)
    file.write_text(changed)
    assert run(str(file), "--key", key(half_year)).exit_code == 1


def test_a_proof_of_something_else_is_no_proof_of_numbers(half_year: World, tmp_path: Path) -> None:
    with half_year.log.database.begin() as tx:
        other = tx.exec_driver_sql("SELECT id FROM ledger_records WHERE kind = 'case.opened' LIMIT 1").scalar_one()
        (tmp_path / "x").write_text(prove(tx, Files(half_year.log.directory), other).encode())
    report = verified(str(tmp_path / "x"), key(half_year))
    assert (report.verified, "case.opened" in report.wrong[0].what) == (False, True)


def test_a_log_that_was_changed_verifies_nothing(half_year: World) -> None:
    for release in half_year.log.directory.glob("bodies/**/*.jsonl"):
        release.write_bytes(release.read_bytes().replace(b'"total":21', b'"total":22'))
    report = verified(str(half_year.log.directory), key(half_year))
    assert not report.verified
    assert any("does not open entry" in each.what for each in report.wrong)


def test_an_auditor_counts_every_number_again(half_year: World, bodies: Path) -> None:
    report = verified(str(half_year.log.directory), key(half_year), bodies=bodies)
    assert (report.verified, report.wrong) == (True, [])
    told = run(str(half_year.log.directory), "--key", key(half_year), "--bodies", str(bodies), "--json")
    assert json.loads(told.output)["verified"] is True
    whole = half_year.closed_bodies()[-1]
    number = next(each for each in whole["numbers"] if each["metric"] == "feedback_answered")
    assert number["figures"]["thorn"] > 0
    number["figures"]["thorn"] += 1
    lines = held_in(bodies)
    assert any("feedback_answered.median of thorn" in each.what for each in recount(whole, lines))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda lines: lines[:-40], "were counted, these files hold"),
        (
            lambda lines: [each.replace(b'"measure":"ban"', b'"measure":"warn"') for each in lines],
            "not those that were",
        ),
        (lambda lines: [each.replace(b'"origin":"flag"', b'"origin":"report"') for each in lines], "flags.total"),
    ],
)
def test_bodies_that_are_others_than_those_that_were_counted_show(
    half_year: World, bodies: Path, change: Callable[[list[bytes]], list[bytes]], says: str
) -> None:
    file = bodies / "all.jsonl"
    lines = file.read_bytes().splitlines()
    last = max(at for at, line in enumerate(lines) if b'"kind":"exchange.decided"' in line)
    file.write_bytes(b"\n".join(change(lines[: last + 41])))
    report = verified(str(half_year.log.directory), key(half_year), period="2026-06", bodies=bodies)
    assert any(says in each.what for each in report.wrong), report.wrong


def test_files_that_are_none_are_named(half_year: World, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    source = str(half_year.log.directory)
    with pytest.raises(BodiesUnreadable, match="holds no file"):
        verified(source, key(half_year), bodies=empty)
    (empty / "x.jsonl").write_text("{}\nno\n")
    with pytest.raises(BodiesUnreadable, match=r"x.jsonl line 1"):
        verified(source, key(half_year), bodies=empty)


def _set(metric: str, **values: Any) -> Callable[[Body], None]:
    def change(body: Body) -> None:
        number = next(each for each in body["numbers"] if each["metric"] == metric)
        number["cells"] |= values.pop("cells", {})
        number |= values

    return change


CHANGES: tuple[tuple[Callable[[Body], None], str], ...] = (
    (_set("flags", total=3), "so small a number is not told"),
    (_set("flags", total=-1), "flags: total is -1"),
    (_set("bans", total=999), "its parts add up"),
    (_set("bans", cells={"measure": 10**6}), "its parts add up"),
    (_set("automated_share", figure=1), "by its parts"),
    (_set("automated_share", total=7), "add up"),
    (_set("automated_share", cells={"more": 0}), "its parts are"),
    (_set("detector_error", figure=0, low=0, high=0), "by its parts"),
    (_set("time_to_decide", figure=-5), "cannot be"),
    (_set("flags", figures={"flag": 9}), "by its definition none"),
    (_set("feedback_answered", figures={"thorn": -5}), "a median of -5 seconds for thorn cannot be"),
    (_set("feedback_answered", figures={"nobody": 5}), "for nobody cannot be"),
    (_set("flags", recorded=False), "nothing was recorded"),
    (lambda body: body["numbers"].pop(), "every number"),
    (lambda body: body["numbers"].append(body["numbers"][0]), "every number"),
    (lambda body: body.update(period="2026-H7"), "no period"),
    (lambda body: body.update(until="2026-08-01T00:00:00+00:00"), "it counts from"),
    (lambda body: body.update(definitions="0" * 64), "known here"),
    (lambda body: body.update(smallest_cell=1), "smallest cell is 1"),
    (lambda body: body.update(records=10**9), "are said to be in a range"),
    (lambda body: body.update(counted="x"), "no hash"),
    (lambda body: body.update(numbers=7), "numbers"),
)  # fmt: skip


def test_whatever_is_changed_in_closed_numbers_shows(half_year: World) -> None:
    whole = half_year.closed_bodies()[-1]
    assert check(whole) == []
    for change, says in CHANGES:
        body = deepcopy(whole)
        change(body)
        assert any(says in each.what for each in check(body)), (says, check(body))


def test_what_does_not_hold_between_periods_shows(half_year: World) -> None:
    *months, whole = half_year.closed_bodies()
    assert check_together([*months, whole]) == []
    assert "closed 2 times" in check_together([*months, whole, whole])[0].what
    other = deepcopy(whole) | {"corrects": "re_elsewhere", "id": "re_x"}
    assert "which is not here" in check_together([*months, whole, other])[0].what
    more = deepcopy(whole)
    _set("flags", total=7000)(more)
    assert any("flags.total is 7000" in each.what for each in check_together([*months, more]))
    away = deepcopy(months)
    _set("flags", total=None)(away[2])
    assert any("2026-03/flags.total is left out" in each.what for each in check_together([*away, whole]))


def test_verifying_loads_no_database(half_year: World, bodies: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; sys.modules['sqlalchemy'] = None; sys.modules['psycopg'] = None;"
        "from pathlib import Path; from seawall.app.verifying import verified;"
        "print(verified(sys.argv[1], sys.argv[2], bodies=Path(sys.argv[3])).verified)"
    )
    words = [sys.executable, "-c", code, str(half_year.log.directory), key(half_year), str(bodies)]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout == "True\n"
    assert reader(str(half_year.log.directory))("checkpoint") is not None

"""`seawall webhooks`, `notices` and `filers`: over the API as whoever is signed in, and on the host."""

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from seawall.access import keys, projects
from seawall.access.people import Proof, Way, sessions
from seawall.access.people.held_keys import working
from seawall.app.commands.filers import filers
from seawall.app.commands.notices import notices
from seawall.app.commands.webhooks import webhooks
from seawall.app.instance import Instance
from seawall.app.remote import Refused, agent
from seawall.cases import Origin, claims, deciding, open_case
from seawall.cases.opening import Opening
from seawall.outbox.errors import BadEndpoint, KeepsNothing
from seawall.vocabulary.ids import AccountId
from seawall.web import House
from tests.cases.conftest import ruling
from tests.conftest import FrozenClock
from tests.web.approving import joined

pytestmark = pytest.mark.usefixtures("whole")
URL = "https://product.example/hook"


class Line:
    """People at their command lines, each with a passkey a moment old."""

    def __init__(self, house: House, instance: Instance, home: str, folder: Path, clock: FrozenClock) -> None:
        self.house, self.instance, self.home, self.folder = house, instance, home, folder
        for name, role in (("ada", "administrator"), ("rev", "reviewer"), ("sen", "senior_reviewer")):
            with house.database.begin() as tx:
                who, _ = joined(tx, house, name, role)
                factor = working(tx, who.id)[0].id
                proof = Proof(person=who.id, way=Way.PASSKEY, at=clock(), factor=factor, verified=True)
                (folder / name).write_text(sessions.begin(tx, house.edges, (proof,), bound_to=agent())[1])
                setattr(self, name, who)

    def run(self, group: click.Group, who: str, *words: str) -> Result:
        way = ("--host",) if who == "host" else ("--server", self.home, "--token-file", str(self.folder / who))
        return CliRunner().invoke(group, [*words, *way], obj=self.instance)

    def told(self, group: click.Group, who: str, *words: str) -> Any:
        result = self.run(group, who, *words, "--json")
        assert result.exit_code == 0, (words, result.output, result.exception)
        return json.loads(result.stdout)


@pytest.fixture
def line(house: House, instance: Instance, home: str, tmp_path: Path, clock: FrozenClock) -> Line:
    (tmp_path / "tokens").mkdir()
    return Line(house, instance, home, tmp_path / "tokens", clock)


@pytest.mark.parametrize("way", ["ada", "host"])
def test_an_endpoint_is_added_tested_replayed_and_ended(line: Line, way: str) -> None:
    made = line.told(webhooks, way, "add", "demo", URL, "--kind", "notice.laid")
    assert made["secret"].startswith("whsec_")
    listed = line.run(webhooks, way, "list").stdout
    assert URL in listed
    assert made["secret"] not in listed
    event = line.told(webhooks, way, "test", made["id"])["event"]
    (waits,) = line.told(webhooks, way, "list", "--waiting")
    assert (waits["kind"], waits["about"]) == ("webhook.tested", made["id"])
    assert line.run(webhooks, way, "list", "--dead").stdout == "There is none.\n"
    assert line.told(webhooks, way, "replay", waits["delivery"])["event"] == event
    again = line.told(webhooks, way, "rotate", made["id"])
    assert again["secret"].startswith("whsec_")
    assert again["secret"] != made["secret"]
    assert line.told(webhooks, way, "end", made["id"])["id"] == made["id"]
    assert line.run(webhooks, way, "list").stdout == "Events go nowhere.\n"
    assert "endpoint_ended" in line.run(webhooks, way, "list", "--dead").stdout
    with line.house.database.begin() as tx:
        kinds = tx.execute(text("SELECT kind FROM ledger_records WHERE kind LIKE 'webhook.%' ORDER BY kind")).scalars()
        assert list(kinds) == ["webhook.added", "webhook.ended", "webhook.rotated", "webhook.tested"]


def test_who_may_not_adds_none_and_what_keeps_nothing_sends_nothing(line: Line) -> None:
    assert isinstance(line.run(webhooks, "rev", "add", "demo", URL).exception, Refused)
    assert isinstance(line.run(webhooks, "rev", "list").exception, Refused)
    assert isinstance(line.run(webhooks, "host", "add", "demo", "ftp://x").exception, BadEndpoint)
    edges = line.house.edges
    with line.house.database.begin() as tx:
        projects.create(tx, "quiet", zero_retention=True, by="t", record=edges.record, clock=edges.clock)
    assert isinstance(line.run(webhooks, "host", "add", "quiet", URL).exception, KeepsNothing)
    assert isinstance(line.run(webhooks, "ada", "add", "quiet", URL).exception, Refused)


def _noticed(line: Line) -> None:
    office, edges = line.house.office, line.house.edges
    assert office is not None
    with line.house.database.begin() as tx:
        key, _ = keys.create_key(tx, "demo", "k", by="t", record=edges.record, clock=edges.clock)
        opening = Opening(
            origin=Origin.FINDING, source="test", project=keys.project_of(tx, key), key=key,
            account=AccountId("ac_somebody"), has_end_user=True,
        )  # fmt: skip
        case, _ = open_case(tx, office, opening, by="seawall")
        by = line.rev.id  # type: ignore[attr-defined]
        claims.claim(tx, office, case.id, by=by)
        deciding.decide(tx, office, case.id, ruling("warn"), by=by)


@pytest.mark.parametrize("way", ["rev", "host"])
def test_notices_that_nobody_took_over_show(line: Line, way: str) -> None:
    assert line.run(notices, way, "list").stdout == "There is none.\n"
    line.told(webhooks, "host", "add", "demo", URL)
    _noticed(line)
    shown = line.run(notices, way, "list", "--undelivered").stdout
    assert "waits for the product; webhook waiting" in shown
    (one,) = line.told(notices, way, "list")
    assert (one["account"], one["receipts"][0]["attempts"]) == ("ac_somebody", 0)
    assert "You were told" not in shown


def test_a_warning_shows_and_is_taken_back_by_whoever_may(line: Line) -> None:
    assert line.run(filers, "sen", "list").stdout == "Nobody was warned.\n"
    with line.house.database.begin() as tx:
        tx.execute(
            text(
                "INSERT INTO cases_filer_acts (id, filer, kind, what, at, settled, unfounded)"
                " VALUES ('fa_1', 'ac_1', 'notices', 'warned', now(), 5, 5)"
            )
        )
    assert "fa_1  ac_1  notices  warned  5 of 5" in line.run(filers, "sen", "list").stdout
    assert isinstance(line.run(filers, "rev", "lift", "fa_1", "--reason-code", "wrong").exception, Refused)
    line.told(filers, "sen", "lift", "fa_1", "--reason-code", "wrong_mark")
    assert "taken back" in line.run(filers, "host", "list").stdout


@pytest.mark.parametrize("way", ["sen", "host"])
def test_somebody_who_files_is_warned_and_then_suspended_by_hand(line: Line, way: str) -> None:
    _noticed(line)
    with line.house.database.begin() as tx:
        filed = "SELECT id, account, 'notices', now() FROM cases_cases"
        tx.execute(text(f'INSERT INTO cases_filings ("case", filer, kind, at) {filed}'))
    early = line.run(filers, way, "suspend", "ac_somebody", "--files", "notices", "--reason-code", "insults")
    assert early.exception is not None
    for name in ("warn", "suspend"):
        done = line.told(filers, way, name, "ac_somebody", "--files", "notices", "--reason-code", "insults")
        assert (done["filer"], done["settled"]) == ("ac_somebody", 0)
    assert "suspended until" in line.run(filers, "host", "list").stdout
    nobody = line.run(filers, way, "warn", "ac_nobody", "--files", "notices", "--reason-code", "insults")
    assert "ac_nobody" in str(nobody.exception)

"""The public numbers over HTTP and in a real browser: who sees them, how a period is closed, what stays text."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import Page, expect

from seawall.access.people import Person, Proof, Way, sessions
from seawall.app.commands.metrics import metrics
from seawall.app.instance import Instance
from seawall.app.remote import Refused, agent
from seawall.gateway.labels import detector_reviewed
from seawall.metrics.definitions import newest
from seawall.vocabulary.ids import AccountId, CaseId, DecisionId, ExchangeId, ItemId, ProjectId
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.cases import CaseDecided, CaseOpened
from seawall.vocabulary.records.enforce import StandingChanged
from seawall.vocabulary.records.exchanges import DecisionReviewed
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.web.approving import joined, prove, told
from tests.web.browser import Browser
from tests.web.console.conftest import text_of
from tests.web.console.test_browser import add_passkey, come_in, looked_at

BAD = "\"'><img src=x onerror=alert(1)>"
HTML = {"accept": "text/html"}
SignIn = Callable[[Person], Browser]


def records(month: int) -> Iterator[Record]:
    """Give what happened in a month: a little more in each, with something small in it."""
    case, project, account = CaseId("cs_1"), ProjectId("pr_1"), AccountId("ac_1")
    at = datetime(2026, month, 9, tzinfo=UTC)
    for number in range(20 + 5 * month):
        yield CaseOpened(
            case=case, by="key_1", origin="flag" if number % 3 else "report", queue="general", priority="normal",
            project=project, account=account, exchange=None, about=None, rule=None, category=None, due_at="x",
        )  # fmt: skip
        outcome = ("nothing", "warn", "suspend", "ban")[number % 4]
        yield CaseDecided(
            case=case, by="pe_1", decision=DecisionId(f"de_{month}{number}"), project=project, account=account,
            origin="appeal" if number % 5 == 0 else "escalation", exchange=None, about=None,
            about_right=number % 2 == 0 if number % 5 == 0 else None, rule=None,
            category=("hate", "jailbreak", "cyber")[number % 3] if number > 2 else "fraud",
            outcome="nothing" if number % 5 == 0 else outcome, until=None, per_minute=None, reason_code="x",
            reason_item=ItemId("it_1"), reverses=(), detected_automatically=number % 4 > 0, agreed_by=(),
            opened_at=at.replace(day=2).isoformat(), decided_at=at.replace(hour=number % 24).isoformat(),
            appeal_until=None, bulk=None, unfounded=False,
        )  # fmt: skip
        state, cause = (
            ("warned", "restricted", "suspended", "banned")[number % 4],
            ("strikes", "person")[number % 7 == 0],
        )
        yield StandingChanged(
            change="sc_1", account=account, project=project, from_state="good", to_state=state, until=None,
            per_minute=None, cause=cause, decision=None, by=None, reason_code=None,
        )  # fmt: skip
        decision = DecisionId(f"de_{month}r{number}")
        yield DecisionReviewed(decision=decision, exchange=ExchangeId("ex_1"), right=number % 4 != 0, by="pe_1")
        yield detector_reviewed(decision, "linear", right=number % 4 != 0)


@pytest.fixture
def counted(house: House, instance: Instance, clock: FrozenClock) -> Instance:
    """An instance in which things happened from January to July, and months up to May are closed."""
    from seawall.metrics.closing import close
    from seawall.metrics.period import period

    for month in range(1, 8):
        clock.now = datetime(2026, month, 9, 12, tzinfo=UTC)
        with instance.database().begin() as tx:
            for body in records(month):
                instance.record(tx, body)
        if month > 1:
            instance.sequencer().step()
            if month < 7:
                with instance.database().begin() as tx:
                    close(tx, period(f"2026-0{month - 1}"), by="pe_1", record=instance.record, clock=clock)
    instance.sequencer().step()
    return instance


def test_each_number_stands_beside_its_definition_its_period_and_its_source(
    counted: Instance, somebody: Callable[..., Person], signed_in: SignIn
) -> None:
    aud = signed_in(somebody("aud", "auditor"))
    page = aud.get("/console/metrics?period=2026-05", headers=HTML)
    assert page.status_code == 200
    words = text_of(page)
    for each in newest().metrics:
        assert each.title in words
        assert each.counts in words
        assert all(kind in words for kind in each.kinds)
    assert "2026-05: from 1 May 2026 up to, not including, 1 June 2026" in words
    assert "closed" in words
    assert "nothing recorded" in words
    assert "left out" in words
    assert "linear 26.7 % wrong of 45, between" in words
    assert page.text.count("<svg") > 8
    assert "Ask to close" not in words


def test_only_whoever_may_reads_and_only_what_is_a_period_is_shown(
    counted: Instance, somebody: Callable[..., Person], signed_in: SignIn
) -> None:
    nobody, aud = signed_in(somebody("nobody")), signed_in(somebody("aud", "auditor"))
    for where in ("/console/metrics", "/api/metrics", "/api/metrics/2026-05", "/api/metrics/2026-05/export"):
        assert nobody.get(where).status_code == 403
    wrong = aud.get(f"/console/metrics?period={BAD}", headers=HTML)
    assert (wrong.status_code, "<img" in wrong.text) == (400, False)
    assert "is no period" in text_of(wrong)
    assert aud.get("/api/metrics/2026-13").status_code == 400
    assert aud.get("/api/metrics/2026-05/export?form=xml").status_code == 422
    assert "2026-07" in text_of(aud.get("/console/metrics", headers=HTML))


def test_files_have_every_value_with_its_definition(
    counted: Instance, somebody: Callable[..., Person], signed_in: SignIn
) -> None:
    aud = signed_in(somebody("aud", "auditor"))
    shown = aud.get("/api/metrics/2026-05").json()
    assert (shown["state"], shown["kind"], shown["smallest_cell"]) == ("closed", "month", 5)
    text = aud.get("/console/metrics/export?period=2026-05&form=csv").text
    rows = list(csv.DictReader(io.StringIO(text)))
    total = next(row for row in rows if (row["metric"], row["part"]) == ("bans", "total"))
    assert int(total["value"]) == next(each["total"] for each in shown["numbers"] if each["metric"] == "bans")
    assert total["record"] == shown["record"]
    assert all(row["counts"] and row["state"] in ("told", "withheld", "nothing recorded") for row in rows)
    held = aud.get("/console/metrics/export?period=2026-05&form=json")
    assert held.json() == shown
    assert "attachment" in held.headers["content-disposition"]
    assert len(aud.get("/api/metrics").json()) == 5
    assert aud.get("/api/metrics/definitions").json()["digest"] == shown["definitions"]


def two(house: House, signed_in: SignIn, clock: FrozenClock) -> tuple[Browser, Browser]:
    """Return the browsers of a publisher and of legal, both known for some days and with fresh passkeys."""
    with house.database.begin() as tx:
        people = [joined(tx, house, name, role) for name, role in (("pub", "publisher"), ("lea", "legal"))]
    clock.advance(hours=73)
    made = [signed_in(who) for who, _ in people]
    for browser, (_, device) in zip(made, people, strict=True):
        prove(browser, device)
        browser.begin()
    return made[0], made[1]


def test_a_period_is_closed_once_another_person_agreed_to_exactly_its_numbers(
    counted: Instance, house: House, signed_in: SignIn, clock: FrozenClock
) -> None:
    pub, lea = two(house, signed_in, clock)
    given = {"period": "2026-06", "correct": False}
    refused = told(pub.post("/api/acts/metrics.close", {"parameters": given}), 403)
    assert refused["error"]["code"] == "access.approval_needed"
    exact = json.loads(refused["error"]["asks"])["parameters"]
    assert (exact["of"], exact["closed_before"]) == ("2026-06", 0)
    asked = told(pub.post("/api/approvals", {"act": "metrics.close", "parameters": given, "reason": "June is over."}))
    seen = told(lea.get(f"/api/approvals/{asked['id']}"))
    assert "Closes the public numbers of 2026-06" in seen["will"]
    assert "Bans: 12" in seen["will"]
    assert told(lea.get("/api/metrics"))[-1]["period"] == "2026-05"
    told(lea.post(f"/api/approvals/{asked['id']}/vote", {"approves": True, "digest": seen["digest"]}))
    done = told(pub.post("/api/acts/metrics.close", {"parameters": exact, "approval": asked["id"]}))
    assert (done["period"], done["new"], done["corrects"]) == ("2026-06", True, None)
    again = pub.post("/api/acts/metrics.close", {"parameters": exact, "approval": asked["id"]})
    assert again.status_code == 409
    assert told(lea.get("/api/metrics"))[-1]["record"] == done["record"]


def test_numbers_that_moved_since_they_were_agreed_to_are_not_closed(
    counted: Instance, house: House, signed_in: SignIn, clock: FrozenClock
) -> None:
    pub, lea = two(house, signed_in, clock)
    given = {"period": "2026-06"}
    asked = told(pub.post("/api/approvals", {"act": "metrics.close", "parameters": given, "reason": "June is over."}))
    seen = told(lea.get(f"/api/approvals/{asked['id']}"))
    told(lea.post(f"/api/approvals/{asked['id']}/vote", {"approves": True, "digest": seen["digest"]}))
    now, clock.now = clock.now, datetime(2026, 6, 9, tzinfo=UTC)
    with house.database.begin() as tx:
        for body in records(1):
            counted.record(tx, body)
    counted.sequencer().step()
    clock.now = now
    refused = pub.post("/api/acts/metrics.close", {"parameters": seen["parameters"], "approval": asked["id"]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "metrics.numbers_moved")
    assert [each["period"] for each in told(lea.get("/api/metrics"))][-1] == "2026-05"


def run(instance: Instance, *words: str) -> Result:
    return CliRunner().invoke(metrics, list(words), obj=instance)


def test_the_command_line_shows_lists_exports_and_closes_on_the_host_and_over_the_api(
    counted: Instance, house: House, home: str, somebody: Callable[..., Person], tmp_path: Path, clock: FrozenClock
) -> None:
    assert "Bans: 12 (" in run(counted, "show", "2026-06").output
    assert "not closed" in run(counted, "show").output
    assert len(run(counted, "list").stdout.splitlines()) == 5
    out = tmp_path / "may.csv"
    assert run(counted, "export", "2026-05", "--out", str(out)).exit_code == 0
    token = tmp_path / "token"
    proof = Proof(person=somebody("aud", "auditor").id, way=Way.PASSWORD, at=clock())
    with house.database.begin() as tx:
        token.write_text(sessions.begin(tx, house.edges, (proof,), bound_to=agent())[1])
    signed = ("--server", home, "--token-file", str(token))
    assert run(counted, "export", "2026-05", *signed).stdout_bytes == out.read_bytes()
    assert run(counted, "show", "2026-06", *signed).output == run(counted, "show", "2026-06").stdout
    assert isinstance(run(counted, "close", "2026-06", *signed).exception, Refused)
    done: Any = json.loads(run(counted, "close", "2026-06", "--json").stdout)
    assert (done["period"], done["new"]) == ("2026-06", True)
    assert "was closed already" in run(counted, "close", "2026-06").output
    assert "are nothing" not in run(counted, "close", "2026-H1").output
    assert len(json.loads(run(counted, "list", "--json").stdout)) == 7


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_page_is_looked_at_in_light_and_dark(
    page: Page, counted: Instance, house: House, somebody: Callable[..., Person]
) -> None:
    come_in(page, house, somebody("pub", "publisher"))
    add_passkey(page)
    page.goto("/console/metrics?period=2026-05")
    expect(page.get_by_role("heading", name="How often it was wrong")).to_be_visible()
    assert looked_at(page, "metrics") == []
    page.get_by_label("Period").select_option("2026-06")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name="Ask to close 2026-06")).to_be_visible()
    page.get_by_role("link", name="Ask to close 2026-06").click()
    expect(page.get_by_label("Period")).to_have_value("2026-06")
    assert looked_at(page, "metrics-ask") == []

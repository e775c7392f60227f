"""Statements of reasons reach the authority once each, whatever breaks, and hold nothing that anybody wrote."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from sqlalchemy import insert, text

from seawall.app.commands.reasons import reasons
from seawall.app.instance import Instance
from seawall.app.reviewing import worker_jobs
from seawall.app.settings import BadSettings, ReasonsSetting, Settings
from seawall.app.stating import ReasonsOff, reasons_jobs
from seawall.cases import Decided, Origin, Outcome
from seawall.cases.flags import Wrong, flag
from seawall.cases.reasons.authority import PRODUCTION, Authority, BadAuthority, BatchRefused, TokenRefused
from seawall.cases.reasons.sending import NotTaken, again, due, prepare, send_due, status
from seawall.cases.tables import cases, decisions
from seawall.store import Database
from seawall.vocabulary.categories import Category
from seawall.vocabulary.ids import AccountId, CaseId, DecisionId, ExchangeId, ItemId, ProjectId, RuleId
from tests.access.conftest import Ledger
from tests.cases.conftest import REASON, THROUGH, Bench
from tests.cases.reasons.database import TransparencyDatabase
from tests.cases.test_render import decided
from tests.conftest import FrozenClock

AT = datetime(2026, 1, 2, tzinfo=UTC)
CANARY = ("ac_canary", "ex_canary", "pe_canary", "it_canary", "pr_canary", "cs_canary", "Canary Street 5", REASON)


@pytest.fixture
def there() -> Iterator[TransparencyDatabase]:
    made = TransparencyDatabase()
    yield made
    made.close()


class Desk:
    """What sends."""

    def __init__(self, database: Database, there: TransparencyDatabase, ledger: Ledger, clock: FrozenClock) -> None:
        self.database, self.there, self.ledger, self.clock = database, there, ledger, clock
        self.pauses: list[float] = []

    @property
    def authority(self) -> Authority:
        return Authority(base_url=self.there.url, token="X|token", private=True).checked()

    def holds(self, count: int, **more: Any) -> None:
        """Have so many suspensions."""
        with self.database.begin() as tx:
            for number in range(count):
                name = more.pop("id", "") or f"de_{more.get('outcome', 'suspend')}{number:04}"
                keep(tx, decided(**{"id": DecisionId(name), "case": CaseId(f"cs_{name}"), **more}))

    def send(self) -> tuple[int, int]:
        with self.database.begin() as tx:
            prepare(tx, clock=self.clock)
        done = send_due(
            self.database, self.authority, by="pe_pub", record=self.ledger, clock=self.clock, pause=self.pauses.append
        )
        return done.sent, done.refused

    @property
    def stands(self) -> tuple[int, int, int]:
        with self.database.begin() as tx:
            found = status(tx)
        return found.waiting, found.sent, found.refused


def keep(tx: Any, one: Decided) -> None:
    """Put a decision where decisions are."""
    case = {
        "id": one.case, "origin": one.origin, "queue": "q", "state": "decided", "stage": "first", "priority": 2,
        "sealed": one.sealed, "project": one.project, "key": "key_1", "account": one.account, "has_end_user": True,
        "source": f"t:{one.case}", "detected_automatically": True, "opened_at": AT, "due_at": AT, "round": 1,
        "joined": 0, "version": 1,
    }  # fmt: skip
    tx.execute(insert(cases).values(case))
    body = msgspec.to_builtins(one)
    row = {"id": one.id, "case": one.case, "project": one.project, "account": one.account, "at": one.at, "body": body}
    tx.execute(insert(decisions).values(row))


@pytest.fixture
def desk(database: Database, there: TransparencyDatabase, clock: FrozenClock) -> Desk:
    return Desk(database, there, Ledger(), clock)


def test_everything_that_is_due_is_sent_in_batches_and_only_once(desk: Desk) -> None:
    desk.holds(230)
    assert desk.send() == (230, 0)
    assert (len(desk.there.held), desk.there.asked) == (230, 3)
    assert desk.send() == (0, 0)
    assert desk.there.asked == 3
    assert [len(each.decisions) for each in desk.ledger] == [100, 100, 30]  # type: ignore[attr-defined]
    assert desk.ledger.kinds == ["reasons.sent"] * 3
    with desk.database.begin() as tx:
        assert tx.scalar(text("SELECT count(DISTINCT name) FROM cases_statements WHERE state = 'sent'")) == 230


@pytest.mark.parametrize("outcome", [Outcome.NOTHING, Outcome.WARN])
def test_what_took_nothing_and_what_is_sealed_is_never_stated(desk: Desk, outcome: Outcome) -> None:
    desk.holds(3, outcome=outcome, until=None)
    desk.holds(1, id="de_sealed", sealed=True, category=Category.CHILD_SEXUAL_EXPLOITATION)
    assert desk.send() == (0, 0)
    assert (desk.there.asked, desk.stands) == (0, (0, 0, 0))


def test_every_outcome_origin_and_category_makes_a_statement_that_is_valid(desk: Desk) -> None:
    more: dict[str, Any] = {}
    with desk.database.begin() as tx:
        for at, category in enumerate((None, *Category)):
            for outcome in (Outcome.RESTRICT, Outcome.SUSPEND, Outcome.BAN):
                more = {
                    "until": AT + timedelta(days=3) if outcome is Outcome.SUSPEND else None,
                    "per_minute": 3 if outcome is Outcome.RESTRICT else None,
                }
                name = f"{at:02}{outcome.value}"
                origin = tuple(Origin)[at % len(Origin)]
                keep(tx, decided(outcome, id=DecisionId(f"de_{name}"), case=CaseId(f"cs_{name}"), origin=origin,
                                 category=category, **more))  # fmt: skip
    assert desk.send() == (3 * (len(Category) + 1), 0)


def test_a_connection_that_is_cut_after_all_was_taken_doubles_nothing(desk: Desk) -> None:
    desk.holds(130)
    desk.there.faults = ["cut after"]
    assert desk.send() == (130, 0)
    assert (len(desk.there.held), desk.stands) == (130, (0, 130, 0))
    assert desk.pauses == [2.0]


def test_a_process_that_dies_between_the_answer_and_its_note_goes_on_without_doubling(desk: Desk) -> None:
    desk.holds(150)
    with desk.database.begin() as tx:
        prepare(tx, clock=desk.clock)
        batch = due(tx)
    # Taken there, and nothing of it was written down here.
    desk.authority.send([each.fields for each in batch])
    assert desk.stands == (150, 0, 0)
    assert desk.send() == (150, 0)
    assert (len(desk.there.held), desk.stands) == (150, (0, 150, 0))


def test_a_wrong_statement_is_set_apart_with_its_fields_and_the_others_go_on(desk: Desk) -> None:
    desk.holds(120)
    with desk.database.begin() as tx:
        prepare(tx, clock=desk.clock)
        desk.there.spoilt = {due(tx)[at].puid for at in (3, 50)}
    assert desk.send() == (118, 2)
    with desk.database.begin() as tx:
        assert [each.fields for each in status(tx).wrong] == [("category",)] * 2
        assert again(tx) == 2
    assert "reasons.refused" in desk.ledger.kinds
    desk.there.spoilt.clear()
    assert desk.send() == (2, 0)
    assert desk.stands == (0, 120, 0)


def test_whoever_is_busy_is_given_time_and_asked_again(desk: Desk) -> None:
    desk.holds(5)
    desk.there.faults = ["busy", "broken", "cut"]
    assert desk.send() == (5, 0)
    assert desk.pauses == [7.0, 4.0, 8.0]


def test_whoever_stays_busy_is_left_alone_and_all_of_it_waits(desk: Desk) -> None:
    desk.holds(5)
    desk.there.faults = ["broken"] * 9
    with pytest.raises(NotTaken, match="status 503"):
        desk.send()
    assert (desk.there.asked, desk.stands) == (4, (5, 0, 0))
    desk.there.faults.clear()
    assert desk.send() == (5, 0)


def test_a_token_that_ended_and_a_refusal_that_names_nothing_are_said_and_nothing_is_lost(desk: Desk) -> None:
    desk.holds(5)
    desk.there.token = "X|another"
    with pytest.raises(TokenRefused, match="401") as refused:
        desk.send()
    assert "X|token" not in str(refused.value)
    assert "X|token" not in repr(desk.authority)
    desk.there.token = "X|token"
    with pytest.raises(BatchRefused):
        desk.authority.send([])
    assert desk.send() == (5, 0)


def test_two_who_send_at_once_send_once(desk: Desk) -> None:
    desk.holds(5)
    with desk.database.begin() as guard:
        guard.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": 0x5EA3A36})
        assert desk.send() == (0, 0)
    assert desk.send() == (5, 0)


def test_nothing_that_anybody_wrote_and_nobody_is_in_what_is_sent(desk: Desk) -> None:
    account, exchange = AccountId("ac_canary"), ExchangeId("ex_canary")
    desk.holds(
        1, id="de_canary", account=account, exchange=exchange, project=ProjectId("pr_canary"), by="pe_canary",
        humans=("pe_canary",), agreed_by=("pe_canary",), reason=ItemId("it_canary"), rule=RuleId("cyber.tools"),
    )  # fmt: skip
    desk.send()
    (told,) = desk.there.held.values()
    assert not [each for each in (*CANARY, "de_canary") if each in repr(told)]
    assert told["decision_facts"].startswith("The usage policy held a request for review. The matter, Cyber attacks,")


def test_words_in_the_vault_and_exchanges_without_retention_leave_no_trace(
    desk: Desk, database: Database, clock: FrozenClock, edges: Any, ledger: Ledger
) -> None:
    bench = Bench(edges, ledger, clock)
    bench.ruled(_ALONE)
    with database.begin() as tx:
        ada = bench.person(tx, "ada", "senior_reviewer")
        for zero in (False, True):
            found = bench.exchange(zero_retention=zero)
            case = flag(tx, bench.office, found.exchange, Wrong.HARMFUL, "It named Canary Street 5.", through=THROUGH)
            bench.decides(tx, case, ada, "ban", reason="You, of Canary Street 5, were told before.")
    assert desk.send() == (2, 0)
    assert not [each for each in CANARY if each in repr(list(desk.there.held.values()))]


_ALONE = """
queues: {general: All of it.}
rules: [{queue: general, priority: normal, within_hours: 24}]
child_safety: {within_hours: 4, second_review: [ban]}
appeal_days: 183
claim_minutes: 30
sample: 0
"""


@pytest.mark.parametrize(
    ("url", "more", "says"),
    [
        (f"https://{PRODUCTION}", {}, "production"),
        ("https://sandbox.example", {"production": True}, "production"),
        ("http://sandbox.example", {}, "no address"),
        ("https://sandbox.example", {"token": ""}, "no token"),
    ],
)
def test_a_trial_never_reaches_the_real_database_by_accident(url: str, more: dict[str, Any], says: str) -> None:
    with pytest.raises(BadAuthority, match=says):
        Authority(**{"base_url": url, "token": "t", **more}).checked()


@pytest.fixture
def instance(database_url: str, tmp_path: Path, there: TransparencyDatabase, clock: FrozenClock) -> Iterator[Instance]:
    (tmp_path / "token").write_text("X|token\n")
    setting = ReasonsSetting(base_url=there.url, token_file=str(tmp_path / "token"), private=True)
    settings = Settings(data_dir=str(tmp_path / "data"), database_url=database_url, classifiers=False, reasons=setting)
    made = Instance(settings, clock)
    yield made
    made.close()


def test_it_is_sent_by_a_job_and_by_hand_and_files_can_be_had_without_sending(
    instance: Instance, desk: Desk, tmp_path: Path
) -> None:
    desk.holds(103)

    def run(*words: str) -> str:
        result = CliRunner().invoke(reasons, list(words), obj=instance)
        assert result.exit_code == 0, (result.output, result.exception)
        return result.output

    assert "statements-0002.json" in run("export", str(tmp_path / "out"))
    sizes = [len(msgspec.json.decode(each.read_bytes())["statements"]) for each in sorted((tmp_path / "out").iterdir())]
    assert (sizes, desk.there.asked) == ([100, 3], 0)
    assert run("status").startswith("103 wait, 0 sent, 0 refused.")
    job = next(each for each in worker_jobs(instance) if each.name == "reasons.send")
    job.run()
    assert run("send") == "0 sent, 0 refused.\n"
    assert "103 sent, last on 2026-01-01" in run("status")
    with instance.database().begin() as tx:
        kinds = tx.scalars(text("SELECT kind FROM ledger_records ORDER BY id")).all()
    assert [each for each in kinds if each != "rights.changed"] == ["host.acted", *["reasons.sent"] * 2, "host.acted"]


def test_it_is_off_unless_the_settings_say_where_to(
    database_url: str, tmp_path: Path, there: TransparencyDatabase
) -> None:
    made = Instance(Settings(data_dir=str(tmp_path / "data"), database_url=database_url, classifiers=False))
    assert reasons_jobs(made) == ()
    result = CliRunner().invoke(reasons, ["send"], obj=made)
    assert isinstance(result.exception, ReasonsOff)
    made.close()
    missing = ReasonsSetting(base_url=there.url, token_file=str(tmp_path / "none"), private=True)
    wrong = Instance(Settings(data_dir=str(tmp_path / "data"), database_url=database_url, reasons=missing))
    with pytest.raises(BadSettings, match="cannot be read"):
        reasons_jobs(wrong)
    wrong.close()


def test_decisions_from_before_a_day_are_left_out(desk: Desk) -> None:
    desk.holds(1, id="de_old", at=AT - timedelta(days=40))
    desk.holds(1, id="de_new", at=AT)
    with desk.database.begin() as tx:
        assert prepare(tx, clock=desk.clock, since=AT - timedelta(days=1)) == 1
        assert [each.decision for each in due(tx)] == ["de_new"]

"""Every command that the API offers: over it as whoever is signed in, or on the host, on record; the same is said."""

import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert, select

from seawall import enforce
from seawall.access.directory import collected, directories
from seawall.access.people import Person, Proof, Way, sessions
from seawall.access.people.held_keys import working
from seawall.access.recertify import campaigns
from seawall.access.recertify.model import ADMINISTRATORS
from seawall.app.cli import cli, main
from seawall.app.commands.declared import RecoveryOff, declared
from seawall.app.holders import archive
from seawall.app.instance import Instance
from seawall.app.remote import Refused, agent
from seawall.app.settings import Settings
from seawall.cases import reports
from seawall.cases.feedback import Given, taking
from seawall.cases.reports import About, Report
from seawall.cases.tables import filer_acts, filings
from seawall.policy import DEFAULT
from seawall.vocabulary.decisions import StrikeDue, Verdict
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, KeyId, ProjectId, RuleId
from seawall.vocabulary.measures import Measure
from seawall.web.house import House
from tests.app.test_declared import COMMANDS
from tests.commitments.test_activities import HEAD
from tests.conftest import FrozenClock
from tests.enforce.conftest import LADDER
from tests.enforce.rules import BURST
from tests.hub.test_documents import GOOD
from tests.web.approving import joined
from tests.web.steps import STEPS, Step, reads

pytestmark = pytest.mark.usefixtures("whole")
OFFERED = {name.removeprefix("seawall "): what for name, command in COMMANDS.items() if (what := declared(command))}
OFFERED = {name: what for name, what in OFFERED.items() if what.both}
ROLES = ("administrator", "security", "legal", "policy_editor", "senior_reviewer", "auditor", "publisher", "evaluator",
         "release_approver")  # fmt: skip


@pytest.fixture
def house(house: House, instance: Instance) -> House:
    """The pages of a whole instance, with what answers privacy requests."""
    return msgspec.structs.replace(house, archive=archive(instance), account=instance.account)


def asker(step: Step) -> str:
    """Return who does a step over the API."""
    return "other" if step.api else "chief"


class World:
    """One instance, people at their command lines, and what earlier commands made."""

    def __init__(self, house: House, instance: Instance, home: str, folder: Path, clock: FrozenClock) -> None:
        self.house, self.instance, self.home, self.folder = house, instance, home, folder
        with house.database.begin() as tx:
            people = [joined(tx, house, name, *ROLES)[0] for name in ("chief", "other", "third")]
            nobody, _ = joined(tx, house, "nobody")
        clock.advance(hours=73)
        self.known = {"folder": str(folder)}
        for name, who in zip(("chief", "other", "third", "nobody"), (*people, nobody), strict=True):
            (folder / name).write_text(self._token(who))
        shutil.copytree(DEFAULT, folder / "policy")
        with (folder / "policy" / "policy.yaml").open("a") as file:
            file.write("# another\n")
        for name, mode in (("watched", "monitor"), ("acting", "enforce")):
            (folder / f"{name}.yaml").write_text(BURST.replace("MODE", mode))
        (folder / "activities.csv").write_text(f"{HEAD}P045,audit,Looked,2026-01-01,,,,,{'0' * 64},\n")
        (folder / "notes.md").write_text(GOOD)
        (folder / "stated.txt").write_text("Nothing comes near.")
        (folder / "more.txt").write_text("More.")
        (folder / "policy" / "ladder.yaml").write_text(
            (folder / "policy" / "ladder.yaml").read_text().replace("at_weight: 1", "at_weight: 1.5", 1)
        )

    def _token(self, who: Person) -> str:
        with self.house.database.begin() as tx:
            proof = Proof(
                person=who.id, way=Way.PASSKEY, at=self.house.edges.clock(), factor=working(tx, who.id)[0].id,
                verified=True,
            )  # fmt: skip
            return sessions.begin(tx, self.house.edges, (proof,), bound_to=agent())[1]

    def words(self, step: Step, *more: str) -> list[str]:
        """Return a command line with what is known in its places."""
        said = " ".join((step.words, *more, "--json"))
        return [word.format(**self.known) for word in said.split()]

    def signed(self, who: str = "chief") -> tuple[str, ...]:
        return "--server", self.home, "--token-file", str(self.folder / who)

    def run(self, words: list[str]) -> Result:
        found: click.Command | None = cli
        left = list(words)
        while isinstance(found, click.Group):
            found = found.get_command(click.Context(found), left.pop(0))
        assert found is not None
        return CliRunner().invoke(found, left, obj=self.instance, prog_name="seawall " + " ".join(words[:2]))

    def on_host(self, step: Step) -> Any:
        result = self.run(self.words(step, "--host", step.host))
        assert result.exit_code == 0, (step, result.output, result.exception)
        assert "On the host itself: nobody is signed in" in result.stderr
        return self.keep(step, result)

    def over_api(self, step: Step) -> Any:
        result = self.run(self.words(step, *self.signed(asker(step))))
        assert (result.exit_code, result.stderr) == (0, ""), (step, result.output, result.exception)
        return self.keep(step, result)

    def asks_others(self, step: Step) -> None:
        """Be refused, be told the exact words, ask with them, and make it on the host."""
        as_them = self.signed(asker(step))
        refused = self.run(self.words(step, *as_them)).exception
        assert isinstance(refused, Refused), (step, refused)
        assert refused.as_dict()["code"] == "access.approval_needed"
        asking, _, after = refused.hint.partition(" --reason WHY; ")
        assert after == "once they agreed: seawall approvals execute rq_…"
        words = [*shlex.split(asking)[1:], "--reason", "we need it", *as_them[2:], "--json"]
        asked = self.run(words)
        assert asked.exit_code == 0, (words, asked.output, asked.exception)
        self.on_host(step)

    def keep(self, step: Step, result: Result) -> Any:
        told = json.loads(result.stdout)
        if step.keeps:
            found = told
            for part in step.at.split("."):
                found = found[int(part) if part.isdigit() else part]
            self.known[step.keeps] = found
        return told

    def _feedback(self) -> str:
        office = self.house.office
        assert office is not None
        with self.house.database.begin() as tx:
            return str(taking.take(tx, office, Given(framework="thorn", about="thorn", words="It is late."))[0].id)

    def written(self) -> int:
        """Return how many records there are."""
        with self.house.database.begin() as tx:
            return tx.exec_driver_sql("SELECT count(*) FROM ledger_records").scalar() or 0

    def acted(self) -> list[dict[str, Any]]:
        with self.house.database.begin() as tx:
            rows = tx.exec_driver_sql("SELECT body FROM ledger_records WHERE kind = 'host.acted' ORDER BY id").all()
        return [json.loads(bytes(row[0])) for row in rows]

    def prepare(self, step: Step) -> None:
        """Make what no command makes: a group of a directory, a decision, which items of a campaign are asked."""
        if step.name == "directories map":
            self.known["group"] = self._group()
        if step.name == "accounts reverse":
            self.known["decision"] = self._decision()
        if step.name == "feedback list":
            self.known["feedback"] = self._feedback()
        if step.name == "filers warn":
            self.known["reporter"] = self._reporter()
        if step.name == "filers lift":
            self.known["filer"] = self._filer()
        if step.name == "hub publish":
            self.instance.sequencer().step()
        if step.name == "recertify confirm":
            with self.house.database.begin() as tx:
                asked = campaigns.report(tx, self.known["campaign"]).items
            unowned = [each for each in asked if each.owner == ADMINISTRATORS]
            self.known["confirmed"] = next(each.id for each in unowned if each.source == "role")
            self.known["withdrawn"] = next(each.id for each in unowned if each.source == "key")

    def _group(self) -> str:
        from scim2_models import Group as Told

        with self.house.database.begin() as tx:
            corp = directories.find(tx, "corp")
            return str(collected.add(tx, self.house.edges, corp, Told(display_name="staff")))

    def _reporter(self) -> str:
        office = self.house.office
        assert office is not None
        said = Report(about=About.OTHER, place="There.", words="Look.", contact="una@people.test", language="en")
        with self.house.database.begin() as tx:
            reports.report(tx, office, said)
            return str(tx.scalar(select(filings.c.filer)))

    def _filer(self) -> str:
        row = {"id": "fa_1", "filer": "ac_1", "kind": "notices", "what": "warned", "at": self.house.edges.clock()}
        with self.house.database.begin() as tx:
            tx.execute(insert(filer_acts).values(row | {"settled": 5, "unfounded": 4}))
        return "fa_1"

    def _decision(self) -> str:
        strike = StrikeDue(rule=RuleId("r"), category="jailbreak", weight=1, expires_after_s=86_400)
        verdict = Verdict(measure=Measure.WITHHOLD, because=(RuleId("r"),), strikes=(strike,))
        with self.house.database.begin() as tx:
            enforce.apply(
                tx, decision=DecisionId("de_1"), exchange=ExchangeId("ex_1"),
                account=AccountId(self.known["account"]), key=KeyId(self.known["key"]),
                project=ProjectId(self.known["trial"]), has_end_user=True, verdict=verdict, ladder=LADDER,
                record=self.instance.record, clock=self.instance.clock,
            )  # fmt: skip
        return "de_1"


@pytest.fixture
def world(
    house: House, instance: Instance, home: str, tmp_path: Path, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> World:
    monkeypatch.setenv("STREAM_SECRET", "s" * 32)
    (tmp_path / "world").mkdir()
    return World(house, instance, home, tmp_path / "world", clock)


def test_the_table_has_every_command_that_the_api_offers() -> None:
    assert {step.name for step in STEPS} == set(OFFERED)
    assert {step.name for step in STEPS if reads(step)} == {name for name, what in OFFERED.items() if what.reads}


@pytest.mark.slow
def test_on_the_host_every_change_is_recorded_as_unauthenticated_and_reading_is_not(world: World) -> None:
    for step in STEPS:
        world.prepare(step)
        before = world.acted()
        world.on_host(step)
        new = world.acted()[len(before) :]
        if reads(step):
            assert new == [], step
            continue
        (record,) = new
        assert record["command"] == f"seawall {step.name}"
        assert (record["authenticated"], record["way"]) == (False, "recovery")


@pytest.mark.slow
def test_over_the_api_the_same_is_said_and_whoever_is_signed_in_is_who_did_it(world: World) -> None:
    silent = list[str]()
    for step in STEPS:
        world.prepare(step)
        if step.others:
            world.asks_others(step)
            continue
        before, written = len(world.acted()), world.written()
        told = world.over_api(step)
        assert len(world.acted()) == before, step
        if reads(step):
            assert world.on_host(step) == told, step
        elif world.written() == written:
            silent.append(step.words)
    # No safeguards were lifted, so there was nothing to put back; that an account is known decides nothing about it.
    assert silent == ["testers restore {engagement}", "accounts meet {key} --end-user somebody"]


OPEN = {"privacy retention"}
ASK_OF_ITEMS = {"recertify confirm", "recertify withdraw"}


@pytest.mark.slow
def test_whoever_has_no_right_is_refused_in_the_words_of_the_api(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    world.known |= dict.fromkeys(
        ("bob", "una", "robot", "key", "organisation", "token", "group", "engagement", "wrong", "export", "delete",
         "out", "no", "campaign", "confirmed", "withdrawn", "account", "decision", "hook", "delivery", "filer",
         "activity", "feedback", "release", "reporter", "document", "second", "stream"), "xx_1",
    )  # fmt: skip
    with world.house.database.begin() as tx:
        before = tx.exec_driver_sql("SELECT count(*) FROM ledger_records").scalar()
    for step in STEPS:
        if step.name in OPEN:
            continue
        words = [word for word in world.words(step, *world.signed("nobody")) if word != "--json"]
        with pytest.raises(SystemExit) as ended:
            main(words)
        said = capsys.readouterr()
        assert (ended.value.code, said.out) == (1, ""), step
        wanted = "There is no item" if step.name in ASK_OF_ITEMS else "is not allowed here."
        assert said.err.startswith("Error: "), step
        assert wanted in said.err, (step, said.err)
    with world.house.database.begin() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM ledger_records").scalar() == before
    assert not list((world.folder).glob("*.jsonl"))


def test_what_takes_a_passkey_says_where_to_use_it(world: World, clock: FrozenClock) -> None:
    clock.advance(minutes=6)
    refused = world.run(["people", "add", "Eve", *world.signed()]).exception
    assert isinstance(refused, Refused)
    assert refused.as_dict()["code"] == "access.passkey_needed"
    assert refused.hint == (
        f"Use your passkey at {world.home}/console/step-up, then: seawall sign-in --passkey --server {world.home}"
    )


def test_a_session_that_ended_says_how_to_sign_in_anew(world: World, clock: FrozenClock) -> None:
    clock.advance(hours=13)
    refused = world.run(["people", "list", *world.signed()]).exception
    assert isinstance(refused, Refused)
    assert (refused.status, refused.hint) == (401, f"seawall sign-in --server {world.home}")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--by", "host:ada"), "over the API it is whoever is signed in"),
        (("--host",), "leave --server and --token-file out"),
    ],
)
def test_one_way_is_taken_and_not_half_of_the_other(world: World, more: tuple[str, ...], said: str) -> None:
    refused = world.run(["projects", "create", "trial", *world.signed(), *more])
    assert (refused.exit_code, said in refused.output) == (2, True)


def test_what_others_agree_to_is_asked_alone(world: World) -> None:
    for words in (["create", "trial", "--zero-retention"], ["set", "demo", "--zero-retention", "--country", "DE"]):
        refused = world.run(["projects", *words, *world.signed()])
        assert (refused.exit_code, "Others agree to zero retention" in refused.output) == (2, True)
    refused = world.run(["directories", "add", "corp", "--owner", "pe_1", *world.signed()])
    assert (refused.exit_code, "leave --owner out" in refused.output) == (2, True)
    refused = world.run(["directories", "add", "corp", "--host"])
    assert (refused.exit_code, "Missing option '--owner'" in refused.output) == (2, True)


def test_where_recovery_on_the_host_is_off_the_api_is_the_way(world: World, database_url: str) -> None:
    settings = world.instance.settings
    locked = Instance(Settings(data_dir=settings.data_dir, database_url=database_url, host_recovery=False))
    world.instance = locked
    assert isinstance(world.run(["people", "add", "Eve", "--host"]).exception, RecoveryOff)
    assert world.run(["people", "add", "Eve", *world.signed()]).exit_code == 0
    locked.close()


def test_a_credential_is_handed_in_and_never_shown(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UP_KEY", "sk-of-the-upstream")
    words = ["projects", "model-add", "demo", "small", "--base-url", "https://up.test", "--credential-env", "UP_KEY"]
    refused = world.run([*words, *world.signed()]).exception
    assert isinstance(refused, Refused)
    assert '"credential": "it_' in refused.hint
    assert "sk-of-the-upstream" not in refused.hint + refused.message

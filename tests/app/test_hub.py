"""The hub of a real instance: two people publish, a worker shows it with its proof, the command line verifies it."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result
from markupsafe import escape

from seawall.access.approvals.acts import ApprovalNeeded, BadParameters, needed
from seawall.access.people import Person
from seawall.access.rights import NotPermitted
from seawall.app import hubbing
from seawall.app.casework import office
from seawall.app.cli import cli
from seawall.app.hubbing import DraftLost, show_newest
from seawall.app.instance import Instance
from seawall.app.publishing import publish_once
from seawall.app.releases import record_releases
from seawall.app.settings import Settings
from seawall.cases.feedback import Answer, Given, answering, taking
from seawall.commitments import activities, step
from seawall.hub.documents import DocumentInvalid
from seawall.hub.publishing import EditionMoved, newest, published
from seawall.hub.scan import NotFitToPublish
from seawall.hub.themes import THEMES
from tests.app.office import Office
from tests.commitments.conftest import entry
from tests.conftest import FrozenClock
from tests.hub import strict
from tests.hub.test_documents import GOOD

EDITION, DOCUMENT = "report.publish", "document.publish"
PRACTICE = "P045"


class Press:
    """An instance whose publishers publish: Pia asks, Leo of legal agrees."""

    def __init__(self, instance: Instance, clock: FrozenClock) -> None:
        self.office, self.instance, self.clock = Office(instance, clock), instance, clock
        with instance.database().begin() as tx:
            self.pia = self.office.team.join(tx, "pia", "publisher")
        clock.advance(hours=73)

    def publish(self, action: str, **given: Any) -> dict[str, Any]:
        request = self.office.ask(action, given, self.pia)
        self.office.agree(request, self.office.team.lea)
        return dict(self.office.do(request, self.pia).shown)

    def work(self) -> None:
        """Let a worker number, release and show what there is."""
        self.clock.advance(hours=2)
        publish_once(self.instance)

    def edition(self) -> dict[str, Any]:
        self.work()
        done = self.publish(EDITION, build=True)
        self.work()
        return done

    def verify(self, *options: str, source: Path | None = None) -> Result:
        words = ["hub", "verify", str(source or self.instance.hub_dir), "--json", *options]
        return CliRunner().invoke(cli, words)


@pytest.fixture
def press(database_url: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Press]:
    told = Settings(data_dir=str(tmp_path / "data"), database_url=database_url, hub_name="Lark Labs")
    instance = Instance(told, clock)
    yield Press(instance, clock)
    instance.close()


def test_two_people_publish_and_anybody_verifies(press: Press, tmp_path: Path) -> None:
    made = press.publish(DOCUMENT, text=GOOD)
    assert made["version"] == 1
    done = press.edition()
    assert done["edition"] == 1
    hub, key = press.instance.hub_dir, press.instance.ledger_key()
    assert "Lark 1.1" in (hub / "publications" / "lark-notes" / "1.html").read_text()
    assert "Usage policy" in (hub / "policies" / "usage-policy" / "1.html").read_text()
    seen = str(tmp_path / "seen.json")
    first = press.verify("--key", key, "--state", seen)
    assert first.exit_code == 0, first.output
    assert json.loads(first.output)["files"] == done["files"]
    press.publish(DOCUMENT, text=GOOD.replace("version: 1", "version: 2"))
    assert press.edition()["edition"] == 2
    second = press.verify("--key", key, "--state", seen)
    assert second.exit_code == 0, second.output
    page = hub / "publications" / "lark-notes" / "1-2.html"
    page.write_text(page.read_text() + " ")
    third = press.verify("--key", key, "--state", seen)
    assert third.exit_code == 1
    assert [each["where"] for each in json.loads(third.output)["problems"]] == ["publications/lark-notes/1-2.html"]


def test_the_request_says_what_will_be_published(press: Press) -> None:
    request = press.office.ask(DOCUMENT, {"text": GOOD}, press.pia)
    given, said = press.office.tell(request)
    assert set(given) == {"digest"}
    assert said.startswith("Publishes 'Lark 1.1', version 1 of 'lark-notes', for everybody and for good.")
    assert "It answers in more languages." in said
    press.work()
    request = press.office.ask(EDITION, {"build": True}, press.pia)
    given, said = press.office.tell(request)
    assert set(given) == {"digest", "previous"}
    assert said.startswith("Publishes edition 1 of the hub of Lark Labs:")
    assert "new index.html" in said


def test_nobody_publishes_alone(press: Press) -> None:
    press.work()
    with press.instance.database().begin() as tx:
        for action, given in ((EDITION, {"build": True}), (DOCUMENT, {"text": GOOD})):
            asked = needed(tx, press.office.table, press.office.team.actor(tx, press.pia), action, given)
            assert isinstance(asked, ApprovalNeeded)
            assert published(tx) == ()
            assert newest(tx) is None


@pytest.mark.parametrize("action", [EDITION, DOCUMENT])
def test_whoever_is_no_publisher_cannot_even_ask(press: Press, action: str) -> None:
    sam: Person = press.office.team.sam
    with pytest.raises(NotPermitted):
        press.office.ask(action, {"build": True}, sam)


def test_a_draft_that_was_changed_after_it_was_agreed_to_is_not_published(press: Press) -> None:
    press.work()
    request = press.office.ask(EDITION, {"build": True}, press.pia)
    press.office.agree(request, press.office.team.lea)
    given, _ = press.office.tell(request)
    page = press.instance.data_dir / ".hub.editions" / given["digest"] / "index.html"
    page.write_text(page.read_text().replace("promises", "denies"))
    with pytest.raises(DraftLost):
        press.office.do(request, press.pia)
    with press.instance.database().begin() as tx:
        assert newest(tx) is None


def test_two_drafts_of_the_same_edition_are_not_both_published(press: Press) -> None:
    press.work()
    first = press.office.ask(EDITION, {"build": True}, press.pia)
    press.office.agree(first, press.office.team.lea)
    press.office.do(first, press.pia)
    given, _ = press.office.tell(first)
    made = hubbing.draft(press.instance, given["digest"])
    with press.instance.database().begin() as tx, pytest.raises(EditionMoved):
        hubbing.publish(press.instance, tx, made, given["digest"], by="host:test")


def test_what_must_not_leave_holds_an_edition_back(press: Press) -> None:
    press.publish(DOCUMENT, text=GOOD.replace("more languages", "more languages, says ada@people.test"))
    press.work()
    with pytest.raises(NotFitToPublish, match="an e-mail address that is not one of the contacts"):
        press.office.ask(EDITION, {"build": True}, press.pia)
    told = msgspec.structs.replace(press.instance.settings, hub_contacts=("ada@people.test",))
    other = Instance(told, press.clock)
    with other.database().begin() as tx:
        assert hubbing.built(other, tx).waiting == ()
    other.close()


def test_an_edition_is_shown_only_once_the_ledger_has_published_its_record(press: Press) -> None:
    press.work()
    done = press.publish(EDITION, build=True)
    assert show_newest(press.instance) is False
    assert not press.instance.hub_dir.exists()
    press.work()
    assert hubbing.shown(press.instance) == done["digest"]
    assert show_newest(press.instance) is False, "nothing is done twice"
    assert press.verify().exit_code == 0


def test_an_edition_whose_files_are_gone_is_told_and_the_old_one_stays(press: Press) -> None:
    first = press.edition()
    done = press.publish(EDITION, build=True)
    shutil.rmtree(press.instance.data_dir / ".hub.editions" / done["digest"])
    press.clock.advance(hours=2)
    with pytest.raises(DraftLost, match="are not here"):
        publish_once(press.instance)
    assert hubbing.shown(press.instance) == first["digest"]


def test_the_policy_is_told_without_what_would_help_past_it(press: Press) -> None:
    press.work()
    with press.instance.database().begin() as tx:
        files = hubbing.built(press.instance, tx).files
    text = files["policies/usage-policy/1.md"].decode()
    assert "## What is prohibited" in text
    assert "## How strikes add up" in text
    for hidden in ("threshold", "detector", "exempt"):
        assert hidden not in text.lower()


def test_the_register_is_shown_with_its_states_and_nobodys_name(press: Press, tmp_path: Path) -> None:
    press.work()
    with press.instance.database().begin() as tx:
        inputs = hubbing.inputs_of(press.instance, tx)
    assert {each.state for each in inputs.practices} <= {"kept", "lapsing"}, "of the rest nothing is promised"
    assert inputs.frameworks == (), "nobody stands by a framework until it is adopted"
    adopted = tmp_path / "register"
    adopted.mkdir()
    (adopted / "commitments.yaml").write_text(
        "adopts:\n  hiroshima: {since: 2024-02-01}\n  faisc: {since: 2024-05-21}\n"
    )
    told = msgspec.structs.replace(press.instance.settings, commitments_dir=str(adopted))
    other = Instance(told, press.clock)
    with other.database().begin() as tx:
        inputs, files = hubbing.inputs_of(other, tx), hubbing.built(other, tx).files
    other.close()
    assert {each.theme for each in inputs.practices} == {each.id for each in THEMES}
    theme = files["themes/safeguards.html"].decode()
    assert all(escape(each.title) in theme for each in inputs.practices if each.theme == "safeguards")
    assert {each.id for each in inputs.frameworks} == {"faisc", "hiroshima"}
    assert "Where they overlap" in files["frameworks/index.html"].decode()
    for each in inputs.frameworks:
        assert all(f'id="{item.id}"' in files[f"frameworks/{each.id}.html"].decode() for item in each.items)
    assert all(len(held) <= 150_000 for path, held in files.items() if path.endswith(".html"))
    wrong = [f"{path}: {what}" for path, held in files.items() if path.endswith(".html")
             for what in strict.read(held.decode()).wrong]  # fmt: skip
    assert wrong == []


def test_a_document_that_is_none_is_refused_before_anybody_is_asked(press: Press) -> None:
    with pytest.raises(DocumentInvalid, match="front matter"):
        press.office.ask(DOCUMENT, {"text": "Hello."}, press.pia)
    with pytest.raises(BadParameters):
        press.office.ask(DOCUMENT, {"words": "Hello."}, press.pia)


def test_the_command_line_checks_documents_and_says_where(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(GOOD)
    good = CliRunner().invoke(cli, ["hub", "check", str(tmp_path)])
    assert good.exit_code == 0
    assert "1 documents are in order." in good.output
    (tmp_path / "b.md").write_text(GOOD.replace("release_notes", "diary"))
    bad = CliRunner().invoke(cli, ["hub", "check", str(tmp_path), "--json"])
    assert bad.exit_code == 1
    assert json.loads(bad.output)["problems"][0]["where"] == "b.md:2"


def test_the_host_builds_and_publishes_and_it_is_recorded_as_such(press: Press, tmp_path: Path) -> None:
    press.work()
    out = tmp_path / "built"
    built = CliRunner().invoke(cli, ["hub", "build", "--out", str(out), "--json"], env=_env(press))
    assert built.exit_code == 0, built.output
    assert (out / "index.html").exists()
    done = CliRunner().invoke(cli, ["hub", "publish", "--host", "--json"], env=_env(press))
    assert done.exit_code == 0, done.output
    assert press.office.kinds()[-2:] == ["hub.published", "host.acted"]


def _env(press: Press) -> dict[str, str]:
    told = press.instance.settings
    return {"SEAWALL_DATA_DIR": told.data_dir, "SEAWALL_DATABASE_URL": told.database_url}


def test_what_is_promised_is_shown_with_where_it_stands(database_url: str, tmp_path: Path, clock: FrozenClock) -> None:
    laid = tmp_path / "laid"
    laid.mkdir()
    (laid / "commitments.yaml").write_text("adopts:\n  hiroshima: {since: 2024-02-01}\n")
    told = Settings(data_dir=str(tmp_path / "data"), database_url=database_url, commitments_dir=str(laid))
    instance = Instance(told, clock)
    press = Press(instance, clock)
    with instance.database().begin() as tx:
        activities.add(tx, instance.book(), entry(PRACTICE), by="test", record=instance.record, clock=clock)
    press.work()
    step(instance.database(), instance.book(), record=instance.record, clock=clock, alert=lambda _tx, _change: None)
    press.work()
    press.edition()
    hub = instance.hub_dir
    framework = (hub / "frameworks" / "hiroshima.html").read_text()
    assert {each.stem for each in (hub / "frameworks").glob("*.html")} <= {"index", "overlap", "hiroshima"}
    assert "not started" in framework
    themes = {each.stem: each.read_text() for each in (hub / "themes").glob("*.html")}
    shown = instance.book().practice(PRACTICE)
    (place,) = [name for name, page in themes.items() if f'id="{PRACTICE}"' in page]
    assert escape(shown.name) in themes[place]
    assert "attested by a person" in themes[place]
    assert press.verify("--key", instance.ledger_key()).exit_code == 0
    instance.close()


def test_an_answer_for_everybody_stands_beside_its_commitment_and_verifies(
    database_url: str, tmp_path: Path, clock: FrozenClock
) -> None:
    laid = tmp_path / "laid"
    laid.mkdir()
    (laid / "commitments.yaml").write_text(
        "adopts:\n  hiroshima: {since: 2024-02-01}\n  munich: {since: 2024-02-16, until: 2025-06-30}\n"
    )
    told = Settings(
        data_dir=str(tmp_path / "data"), database_url=database_url, commitments_dir=str(laid),
        public_url="https://seawall.example",
    )  # fmt: skip
    instance = Instance(told, clock)
    press, working = Press(instance, clock), office(instance)
    record_releases(instance)
    given = Given(framework="hiroshima", about="hiroshima.2", words="The report is missing.", contact="me@example.org")
    with instance.database().begin() as tx:
        made, _ = taking.take(tx, working, given)
        with pytest.raises(NotFitToPublish):
            answering.answer(tx, working, made.id, Answer(words="Yes.", public="me@example.org is right."), by="host:t")
        done = answering.answer(tx, working, made.id, Answer(words="Yes.", public="It comes in March."), by="host:t")
    press.edition()
    hub = instance.hub_dir
    page = (hub / "frameworks" / "hiroshima.html").read_text()
    assert "It comes in March." in page
    assert 'href="https://seawall.example/portal/feedback/hiroshima.2"' in page
    assert "portal/feedback" not in (hub / "frameworks" / "munich.html").read_text(), "nobody stands by it any more"
    assert (hub / "answers" / f"{done.record}.txt").read_text() == "It comes in March."
    assert not any("The report is missing" in each.read_text() for each in hub.rglob("*") if each.is_file())
    assert "What it learned from" in (hub / "classifiers" / "encoder.html").read_text()
    assert all(len(each.read_bytes()) <= 150_000 for each in hub.rglob("*.html"))
    assert press.verify("--key", instance.ledger_key()).exit_code == 0
    assert done.public is not None
    with instance.database().begin() as tx:
        instance.vault().erase(tx, done.public, by="host:t", reason_code="by_hand")
        assert "It comes in March." not in hubbing.built(instance, tx).files["frameworks/hiroshima.html"].decode()
    instance.close()

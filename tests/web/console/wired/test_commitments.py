"""Commitments on the pages of a whole instance: in a real browser, without a script, and with bad names in them."""

from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from seawall.access.people import Person
from seawall.app.committing import commitment_jobs
from seawall.app.instance import Instance
from seawall.app.settings import Settings
from seawall.commitments.activities import ActivityKind, Entry, add
from seawall.vocabulary.records.recertify import RecertificationBegun, RecertificationClosed
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.web.console.conftest import Make
from tests.web.console.test_browser import come_in, looked_at
from tests.web.console.test_injection import BAD, clean

DIGEST = sha256(b"a letter").hexdigest()
OVERLAY = """
adopts:
  hiroshima: {since: 2024-02-01}
  thorn: {since: 2024-04-23}
off:
  practices: {P118: There are no uploads.}
"""
CSV = f"practice,kind,title,begins,document_digest\nP045,membership,Member,2025-12-01,{DIGEST}\n"
PAGES = (
    "", "/due", "/practices", "/frameworks", "/activities", "/frameworks/hiroshima", "/frameworks/thorn",
    "/frameworks/nist_ai_rmf", "/items/hiroshima.6", "/items/thorn.2.2", "/practices/P062", "/practices/P045",
    "/practices/P118", "/activities/add", "/activities/import",
)  # fmt: skip


@pytest.fixture
def instance(database_url: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Instance]:
    """An instance whose operator stands by two frameworks."""
    folder = tmp_path / "commitments"
    folder.mkdir()
    (folder / "commitments.yaml").write_text(OVERLAY)
    made = Instance(
        Settings(
            data_dir=str(tmp_path / "data"), database_url=database_url, classifiers=False, commitments_dir=str(folder)
        ),
        clock,
    )
    yield made
    made.close()


def furnish(house: House, instance: Instance, clock: FrozenClock, by: str, called: str = "Member of the forum") -> str:
    """Fill an instance with evidence: fresh, running out, run out, missing, stated; return an activity."""
    (job,) = commitment_jobs(instance)
    with house.database.begin() as tx:
        for body in (
            RecertificationBegun(campaign="rc_1", deadline="2026-02-01", items=1, orphaned=0, by=by),
            RecertificationClosed(campaign="rc_1", confirmed=1, withdrawn=0, kept=0, gone=0),
            RecertificationBegun(campaign="rc_2", deadline="2026-02-01", items=1, orphaned=0, by=by),
        ):
            instance.record(tx, body)
        for practice, expires in (("P045", date(2026, 4, 20)), ("P074", date(2026, 2, 1)), ("P071", date(2026, 12, 1))):
            entry = Entry(
                practice=practice,
                kind=ActivityKind.MEMBERSHIP,
                title=called,
                begins=date(2025, 12, 1),
                expires=expires,
                document_digest=DIGEST,
                document_name=called,
                people=called,
                notes=called,
            )
            made = add(tx, house.book, entry, by=by, record=house.edges.record, clock=clock)
    instance.sequencer().step()
    job.run()
    clock.advance(days=105)
    instance.sequencer().step()
    job.run()
    return made.id


def test_bad_names_stay_text_on_every_page(
    staff: Make, house: House, instance: Instance, somebody: Callable[..., Person], clock: FrozenClock
) -> None:
    ada = somebody(BAD[:40], "publisher")
    made = furnish(house, instance, clock, ada.id, BAD)
    root = staff("root", "publisher", "administrator", "security")
    for path in ("/activities", f"/activities/{made}", f"/activities/{made}/withdraw", "/practices/P071"):
        reply = root.see(f"/commitments{path}")
        assert reply.status_code == 200, path
        assert "&lt;img src=x" in reply.text, path
        assert clean(reply.text), path


def test_bad_entries_and_addresses_stay_text(staff: Make) -> None:
    root = staff("root", "publisher", "administrator", "security")
    fields = dict.fromkeys(
        ("practice", "kind", "title", "begins", "ends", "expires", "people", "notes", "document_digest"), BAD
    )
    list_ = "/commitments/activities"
    for path, given in (
        (f"{list_}/add", fields),
        (f"{list_}/import", {"text": BAD}),
        (f"{list_}/import", {"text": CSV.replace("P045", BAD.replace('"', ""))}),
        (f"{list_}/import", {"text": CSV.replace("Member", BAD.replace('"', ""))}),
    ):
        assert clean(root.send(path, **given).text), path
    for path, name in (
        ("/commitments", "said"), ("/commitments/practices", "q"), ("/commitments/practices", "state"),
        ("/commitments/frameworks", "sort"), (list_, BAD), (f"{list_}/add", "practice"),
    ):  # fmt: skip
        assert clean(root.see(path, params={name: BAD}).text), (path, name)
    for path in ("frameworks", "items", "practices", "activities"):
        reply = root.see(f"/commitments/{path}/{BAD}")
        assert (reply.status_code, clean(reply.text)) == (404, True), path


def test_no_page_holds_a_script_or_a_style_of_its_own(
    staff: Make, house: House, instance: Instance, clock: FrozenClock
) -> None:
    root = staff("root", "publisher", "security")
    for path in PAGES:
        text = root.see(f"/commitments{path}").text
        assert (" style=" in text, "<style" in text, " onclick" in text) == (False, False, False)
        assert text.count("<script") == text.count('<script src="/console/static/')


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_somebody_renews_what_runs_out_in_a_click_without_a_script(
    chromium: Chromium,
    home: str,
    house: House,
    instance: Instance,
    somebody: Callable[..., Person],
    clock: FrozenClock,
    tmp_path: Path,
) -> None:
    ada = somebody("Ada Example", "publisher")
    furnish(house, instance, clock, ada.id)
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"a letter")
    context = chromium.new_context(base_url=home, java_script_enabled=False)
    plain = context.new_page()
    come_in(plain, house, ada)
    plain.goto("/console")
    expect(plain.get_by_role("heading", name="Practices that run out")).to_be_visible()
    plain.get_by_role("link", name="Commitments").click()
    row = plain.get_by_role("row").filter(has_text="Industry forum membership")
    row.get_by_role("link", name="State it").click()
    plain.get_by_label("What was done").fill("Member for another year")
    plain.get_by_label("On, or from").fill("2026-04-01")
    plain.get_by_label("Document").set_input_files(letter)
    plain.get_by_role("button", name="State it").click()
    expect(plain.get_by_text("It was stated, under your name")).to_be_visible()
    expect(plain.get_by_text(DIGEST)).to_be_visible()
    plain.get_by_role("link", name="Industry forum membership (FMF)").click()
    expect(plain.get_by_role("heading", level=1)).to_contain_text("recorded only")
    context.close()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_page_of_commitments_shuts_anybody_out(
    page: Page, house: House, instance: Instance, somebody: Callable[..., Person], clock: FrozenClock, tmp_path: Path
) -> None:
    """Light and dark without a finding of axe, 320 px wide without scrolling sideways."""
    ada = somebody("Ada Example", "publisher", "security", "legal")
    made = furnish(house, instance, clock, ada.id)
    come_in(page, house, ada)
    page.goto("/console")
    wrong = looked_at(page, "commitments-home")
    for path in (*PAGES, f"/activities/{made}", f"/activities/{made}/withdraw"):
        page.goto(f"/console/commitments{path}")
        name = path.replace(made, "one").strip("/").replace("/", "-").replace(".", "-")
        wrong += looked_at(page, f"commitments-{name}" if name else "commitments")
    page.goto("/console/commitments/activities/add?practice=P045")
    page.get_by_role("button", name="State it").click()
    wrong += looked_at(page, "commitments-add-wrong")
    page.goto("/console/commitments/activities/import")
    file = tmp_path / "activities.csv"
    file.write_text(CSV + CSV.splitlines()[1].replace("P045", "P999") + "\n")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    wrong += looked_at(page, "commitments-import-wrong")
    file.write_text(CSV)
    page.get_by_role("link", name="Take another file").click()
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    wrong += looked_at(page, "commitments-import-looked")
    page.get_by_role("button", name="State all of them").click()
    expect(page.get_by_text("All lines were stated")).to_be_visible()
    assert wrong == []

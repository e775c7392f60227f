"""The pages of commitments: what somebody answers for, what is due, and stating what was done."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import httpx

from seawall.commitments.following import catch_up
from seawall.vocabulary.records.policy import PolicyPublished
from seawall.web.house import House
from tests.audit.conftest import Log
from tests.conftest import FrozenClock
from tests.web.console.conftest import Make, Staff, text_of

LIST = "/commitments/activities"
DIGEST = sha256(b"a letter").hexdigest()
FIELDS = {
    "practice": "P045",
    "kind": "membership",
    "title": "Member of the forum",
    "begins": "2025-12-01",
    "document_digest": DIGEST,
}
CSV = f"practice,kind,title,begins,document_digest\nP045,membership,Member,2025-12-01,{DIGEST}\n"


AGO = datetime(2025, 1, 5, tzinfo=UTC)


def published(house: House, log: Log) -> str:
    """Publish a policy, number it, let rules read it; return the record."""
    body = PolicyPublished(version=1, digest="d" * 64, name="default", previous=None, by="pe_1")
    with house.database.begin() as tx:
        name = str(log.record(tx, body))
    log.sequencer.step()
    with house.database.begin() as tx:
        catch_up(tx, house.book)
    return name


def upload(staff: Staff, path: str, content: bytes, **fields: str) -> httpx.Response:
    """Send a form with a file, as a browser does."""
    return staff.browser.ask(
        "POST",
        f"/console{path}",
        data={"csrf": staff.browser.form} | fields,
        files={"file": ("letter.pdf", content, "application/pdf")},
        headers={"accept": "text/html", "x-csrf-token": ""},
    )


def test_somebody_sees_what_they_answer_for(staff: Make, house: House, log: Log, clock: FrozenClock) -> None:
    published(house, log)
    clock.advance(days=360)
    poe = staff("poe", "policy_editor")
    told = text_of(poe.see("/commitments"))
    assert "You answer for" in told
    assert "Usage policy with named prohibitions" in told
    assert "The usage policy was renewed within a year." in told
    assert "Nothing is adopted yet" in told
    assert "Private bounty" not in told


def test_whoever_holds_no_role_of_an_owner_is_told_so(staff: Make) -> None:
    assert "You answer for no practice" in text_of(staff("aud", "auditor").see("/commitments"))


def test_a_practice_that_runs_out_stands_on_the_first_page_of_its_owner_alone(
    staff: Make, house: House, log: Log, clock: FrozenClock
) -> None:
    clock.now = AGO
    published(house, log)
    clock.now = AGO + timedelta(days=360)
    poe, ann = staff("poe", "policy_editor"), staff("ann", "publisher")
    assert "Usage policy with named prohibitions" in text_of(poe.see(""))
    assert "Practices that run out" not in ann.see("").text


def test_every_page_is_shown(staff: Make, house: House, log: Log) -> None:
    record = published(house, log)
    ann = staff("ann", "publisher")
    for path, wanted in {
        "": "You answer for",
        "/due": "Nothing runs out",
        "/practices?q=P079": "Public usage policy",
        "/frameworks": "Thorn Safety by Design",
        "/activities": "There is none yet",
        "/frameworks/thorn": "three parts each, all without numbers",
        "/frameworks/faisc": "I · Lifecycle risk assessment",
        "/items/thorn.2.1": "none of its own; here it goes by",
        "/items/thorn.2.2": "No practice of the register serves it.",
        "/items/christchurch.gov.1": "It asks governments, not companies.",
        "/practices/P079": record,
        "/practices/P087": "the account says that it is being watched",
    }.items():
        reply = ann.see(f"/commitments{path}")
        assert reply.status_code == 200, path
        assert wanted in text_of(reply), path
    for path in ("/frameworks/x", "/items/x", "/practices/x", "/activities/x", "/activities/x/withdraw"):
        assert ann.see(f"/commitments{path}").status_code == 404, path


def test_an_activity_is_stated_with_the_digest_of_a_file(staff: Make, house: House) -> None:
    ann = staff("ann", "publisher")
    fields = {name: value for name, value in FIELDS.items() if name != "document_digest"}
    reply = upload(ann, f"{LIST}/add", b"a letter", **fields)
    assert reply.status_code == 303, reply.text
    shown = text_of(ann.see(reply.headers["location"].removeprefix("/console")))
    for wanted in ("It was stated, under your name", "Member of the forum", DIGEST, "letter.pdf", "Somebody's word"):
        assert wanted in shown.replace("&#39;", "'")
    assert "recorded only" in text_of(ann.see("/commitments/practices/P045"))


def test_an_entry_that_lacks_something_comes_back_with_what_was_entered(staff: Make) -> None:
    ann = staff("ann", "publisher")
    for change, wanted in (
        ({"document_digest": ""}, "names a document"),
        ({"document_digest": "abc"}, "no SHA-256"),
        ({"title": ""}, "it has none"),
        ({"begins": "soon"}, "begins"),
        ({"practice": "P999"}, "no practice"),
        ({"expires": "2040-01-01"}, "three years"),
    ):
        reply = ann.send(f"{LIST}/add", **FIELDS | change)
        assert 400 <= reply.status_code < 500, change
        assert wanted in text_of(reply), change
        assert 'role="alert"' in reply.text
        assert "2025-12-01" in reply.text or "begins" in change
    assert "There is none yet" in text_of(ann.see(LIST))


def test_the_form_begins_with_the_practice_that_one_comes_from(staff: Make) -> None:
    reply = staff("ann", "publisher").see(f"{LIST}/add?practice=P074")
    assert '<option value="P074" selected>' in reply.text


def test_a_file_is_looked_at_before_it_is_taken(staff: Make) -> None:
    ann = staff("ann", "publisher")
    looked = upload(ann, f"{LIST}/import", CSV.encode())
    assert "1 line would be taken. Nothing is kept yet." in text_of(looked)
    assert "There is none yet" in text_of(ann.see(LIST))
    assert ann.send(f"{LIST}/import", text=CSV, take="yes").status_code == 303
    assert "Member" in text_of(ann.see(LIST))
    bad = upload(ann, f"{LIST}/import", CSV.replace("P045", "P999").encode())
    assert "1 of 1 lines cannot be taken" in text_of(bad)
    assert "State all of them" not in bad.text
    for content in (b"\xff\xfe", b"x,y\n1,2\n"):
        assert upload(ann, f"{LIST}/import", content).status_code in (400, 422)


def test_an_activity_is_withdrawn(staff: Make) -> None:
    ann = staff("ann", "publisher")
    where = ann.send(f"{LIST}/add", **FIELDS).headers["location"].split("?")[0].removeprefix("/console")
    assert "That it was stated stays on record" in text_of(ann.see(f"{where}/withdraw"))
    assert ann.send(f"{where}/withdraw", reason_code="x").status_code == 422
    assert ann.send(f"{where}/withdraw", reason_code="not_true").status_code == 303
    assert "It is not true" in text_of(ann.see(where))
    assert ann.send(f"{where}/withdraw", reason_code="not_true").status_code == 409


def test_who_only_reads_is_offered_nothing_to_state(staff: Make, house: House) -> None:
    aud = staff("aud", "auditor")
    for path in ("/practices/P045", "/activities"):
        assert "activities/add" not in aud.see(f"/commitments{path}").text
    assert aud.send(f"{LIST}/add", **FIELDS).status_code == 403
    assert aud.see(f"{LIST}/import").status_code == 403


def test_a_form_without_the_token_of_a_page_is_refused(staff: Make) -> None:
    ann = staff("ann", "publisher")
    assert ann.send(f"{LIST}/add", **FIELDS | {"csrf": "other"}).status_code == 403
    ann.browser.form = "other"
    assert upload(ann, f"{LIST}/add", b"a letter", **FIELDS).status_code == 403


def test_the_navigation_offers_commitments_to_whoever_may_read_them(staff: Make) -> None:
    assert "/console/commitments" in staff("aud", "auditor").see("").text
    assert "/console/commitments" not in staff("nob").see("").text

"""`/api/commitments` and `/api/activities`: who reads how things stand, who states what was done, in whose name."""

from collections.abc import Callable
from hashlib import sha256

import pytest

from seawall.access.people import Person
from seawall.web.house import House
from tests.access.conftest import Ledger
from tests.web.browser import Browser

SignIn = Callable[[Person], Browser]
Make = Callable[..., Person]
DIGEST = sha256(b"a letter").hexdigest()
ENTRY = {
    "practice": "P045",
    "kind": "membership",
    "title": "Member of the forum",
    "begins": "2025-12-01",
    "document_digest": DIGEST,
    "notes": "a note",
}
CSV = f"practice,kind,title,begins,document_digest\nP045,membership,Member,2025-12-01,{DIGEST}\n"


@pytest.fixture
def ann(somebody: Make, signed_in: SignIn) -> Browser:
    """A publisher."""
    return signed_in(somebody("ann", "publisher"))


def test_whoever_works_here_reads_how_everything_stands(ann: Browser) -> None:
    found = ann.get("/api/commitments").json()
    assert (len(found["frameworks"]), len(found["practices"])) == (17, 151)
    assert {each["state"] for each in found["practices"]} == {"not_started"}
    thorn = next(each for each in found["frameworks"] if each["framework"] == "thorn")
    assert {each["number"] for each in thorn["commitments"]} == {""}


def test_somebody_without_a_role_reads_nothing(somebody: Make, signed_in: SignIn) -> None:
    nobody = signed_in(somebody("nobody"))
    for path in ("", "/due", "/register", "/export", "/explain/P045"):
        assert nobody.get(f"/api/commitments{path}").status_code == 403
    assert nobody.get("/api/activities").status_code == 403


def test_who_only_reads_states_nothing(somebody: Make, signed_in: SignIn, ledger: Ledger) -> None:
    auditor = signed_in(somebody("aud", "auditor"))
    before = len(ledger.kinds)
    assert auditor.post("/api/activities", ENTRY).status_code == 403
    assert auditor.post("/api/activities/import", {"text": CSV}).status_code == 403
    assert auditor.get("/api/activities").json()["activities"] == []
    assert len(ledger.kinds) == before


def test_an_activity_is_stated_under_ones_own_name_and_shown_as_that(
    somebody: Make, signed_in: SignIn, ledger: Ledger
) -> None:
    who = somebody("ann", "publisher")
    ann = signed_in(who)
    made = ann.post("/api/activities", ENTRY | {"by": "pe_other"})
    assert made.status_code == 200, made.text
    assert (made.json()["by"], made.json()["state"]) == (who.id, "counts")
    told = ann.get("/api/commitments/explain/P045").json()
    assert (told["state"], told["rests_on"], told["records"]) == ("recorded_only", "activity", [])
    assert told["activities"][0]["document_digest"] == DIGEST
    assert ledger.kinds[-1] == "activity.recorded"


def test_what_is_stated_is_withdrawn_with_a_reason(ann: Browser, ledger: Ledger) -> None:
    name = ann.post("/api/activities", ENTRY).json()["id"]
    assert ann.post(f"/api/activities/{name}/withdraw", {"reason_code": "because"}).status_code == 422
    done = ann.post(f"/api/activities/{name}/withdraw", {"reason_code": "mistake"}).json()
    assert (done["state"], done["reason_code"]) == ("withdrawn", "mistake")
    assert ann.post(f"/api/activities/{name}/withdraw", {"reason_code": "mistake"}).status_code == 409
    assert ann.get(f"/api/activities/{name}").json()["state"] == "withdrawn"
    assert ann.get("/api/commitments/explain/P045").json()["state"] == "not_started"
    assert ledger.kinds[-1] == "activity.withdrawn"


def test_a_file_is_looked_at_and_then_taken(ann: Browser, ledger: Ledger) -> None:
    bad = CSV + "P999,membership,x,2025-12-01,abc\n"
    lines = ann.post("/api/activities/preview", {"text": bad}).json()
    assert [(each["line"], bool(each["problem"])) for each in lines] == [(2, False), (3, True)]
    before = len(ledger.kinds)
    refused = ann.post("/api/activities/import", {"text": bad})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "commitments.bad_file")
    assert len(ledger.kinds) == before
    assert [each["title"] for each in ann.post("/api/activities/import", {"text": CSV}).json()] == ["Member"]


def test_due_is_narrowed_to_what_one_answers_for(house: House, somebody: Make, signed_in: SignIn, ann: Browser) -> None:
    ann.post("/api/activities", ENTRY | {"expires": "2026-01-20"})
    ann.post("/api/activities", ENTRY | {"practice": "P046", "expires": "2026-01-20"})
    assert [each["practice"] for each in ann.get("/api/commitments/due").json()] == ["P045", "P046"]
    (due,) = ann.get("/api/commitments/due?mine=true").json()
    assert (due["practice"], due["owner"], due["state"]) == ("P045", "publisher", "recorded_only")
    assert due["renew"] == "/console/commitments/activities/add?practice=P045"
    assert ann.get("/api/commitments/due?days=5").json() == []
    lea = signed_in(somebody("lea", "legal"))
    assert [each["practice"] for each in lea.get("/api/commitments/due?mine=true").json()] == ["P046"]


def test_names_that_nobody_knows_come_with_the_nearest(ann: Browser) -> None:
    told = ann.get("/api/commitments/explain/hiroshima.33").json()["error"]
    assert told["code"] == "commitments.no_such_name"
    assert "Did you mean 'hiroshima.3'?" in told["hint"]
    assert ann.get("/api/activities/act_none").status_code == 404


@pytest.mark.parametrize(
    ("asked", "begins"),
    [("form=csv", b"framework,"), ("form=json", b"{"), ("form=ciso&framework=thorn", b"urn: urn:seawall")],
)
def test_the_register_is_exported(ann: Browser, asked: str, begins: bytes) -> None:
    reply = ann.get(f"/api/commitments/export?{asked}")
    assert reply.status_code == 200
    assert reply.content.startswith(begins)
    assert "attachment" in reply.headers["content-disposition"]


def test_exports_that_there_are_not_are_refused(ann: Browser) -> None:
    for asked in ("form=pdf", "form=ciso", "form=ciso&framework=nothing"):
        assert ann.get(f"/api/commitments/export?{asked}").status_code in (400, 404), asked


def test_whoever_publishes_reads_the_register_whole(ann: Browser) -> None:
    ann.post("/api/activities", ENTRY)
    told = ann.get("/api/commitments/register")
    assert len(told.json()["overlaps"]) > 10
    assert "a note" not in told.text

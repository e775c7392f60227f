"""Records over HTTP: only for whoever may, page by page, and taking them out is a record by them."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from seawall.access.people import Person, roles
from seawall.audit.consume import gaps, links_of
from seawall.web.house import House
from tests.audit.conftest import ADA, BOB, KEY, Log, some
from tests.conftest import FrozenClock
from tests.web.browser import Browser

SignIn = Callable[[Person], Browser]
Make = Callable[..., Person]


@pytest.fixture
def house(house: House, tmp_path: Path, clock: FrozenClock) -> House:
    """A house whose records go into a real ledger."""
    log = Log(house.database, clock, tmp_path)
    return msgspec.structs.replace(house, edges=msgspec.structs.replace(house.edges, record=log.record))


@pytest.fixture
def log(house: House, tmp_path: Path, clock: FrozenClock) -> Log:
    made = Log(house.database, clock, tmp_path)
    made.write(*some(2))
    return made


def test_an_auditor_finds_records_and_pages_through_them(log: Log, signed_in: SignIn, somebody: Make) -> None:
    browser = signed_in(somebody("cat", "auditor"))
    first = browser.get("/api/audit?limit=5&kind=key.*&kind=project.created").json()
    assert [each["index"] for each in first["entries"]] == [0, 1, 5, 6, 7]
    rest = browser.get(f"/api/audit?limit=5&kind=key.*&kind=project.created&after={first['next']}").json()
    assert ([each["index"] for each in rest["entries"]], rest["next"]) == ([11], None)
    newest = browser.get(f"/api/audit?subject={KEY}&before=1000&limit=2").json()["entries"]
    assert [each["index"] for each in newest] == [11, 7]
    one = browser.get(f"/api/audit?actor={BOB}&kind=session.begun").json()["entries"][0]
    assert (one["family"], one["says"], one["actor"]) == ("sign-in", "A person signed in.", BOB)
    assert browser.get("/api/audit?since=2030-01-01T00:00:00Z").json() == {"entries": [], "next": None}
    assert {"kind": "role.granted", "family": "change of rights", "says": "A person was given a role. "
            "`owner` confirms it anew by `review_at`."} in browser.get("/api/audit/kinds").json()  # fmt: skip


@pytest.mark.parametrize(
    ("form", "media"), [("jsonl", "application/jsonl"), ("csv", "text/csv"), ("cef", "text/plain")]
)
def test_taking_records_out_is_a_record_that_names_who_and_what(
    log: Log, signed_in: SignIn, somebody: Make, form: str, media: str
) -> None:
    who = somebody("cat", "auditor")
    browser = signed_in(who)
    reply = browser.post("/api/audit/export", {"form": form, "kinds": ["role.*"], "actor": ADA})
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"].startswith(media)
    assert reply.headers["content-disposition"].startswith("attachment")
    log.sequencer.step()
    (entry,) = log.found(kinds=("audit.exported",))
    told = entry.fields
    assert (told["by"], told["lines"], told["kinds"], told["actor"]) == (who.id, 2, ["role.*"], ADA)
    assert told["file_digest"] == hashlib.sha256(reply.content).hexdigest() == reply.headers["seawall-audit-digest"]
    assert "digest" in entry.body["actor"], "what was looked for is nobody else's business"
    if form == "jsonl":
        assert gaps(links_of(reply.content.splitlines())) == []
        assert [json.loads(line)["index"] for line in reply.content.splitlines()] == [4, 10]


def test_looking_is_a_record_once_for_all_pages_and_whoever_may_not_writes_none(
    log: Log, signed_in: SignIn, somebody: Make
) -> None:
    who = somebody("cat", "auditor")
    browser, stranger = signed_in(who), signed_in(somebody("nobody"))
    assert stranger.get("/api/audit?kind=key.*").status_code == 403
    assert browser.get("/api/audit?kind=key.*&since=soon").status_code == 422
    page = browser.get("/api/audit?kind=key.*&limit=1").json()
    while page["next"] is not None:
        page = browser.get(f"/api/audit?kind=key.*&limit=1&after={page['next']}").json()
    log.sequencer.step()
    (entry,) = log.found(kinds=("audit.searched",))
    assert (entry.actor, entry.fields["kinds"]) == (who.id, ["key.*"])
    browser.get("/api/audit", params={"actor": "Ada Example <ada@people.test>"})
    log.sequencer.step()
    assert [each.fields["actor"] for each in log.found(kinds=("audit.searched",))] == ["", "other"]


def test_reading_does_not_let_one_take_out_and_neither_is_for_everyone(
    log: Log, house: House, signed_in: SignIn, somebody: Make
) -> None:
    lawyer, reviewer = signed_in(somebody("lawyer", "legal")), signed_in(somebody("reviewer", "reviewer"))
    assert lawyer.get("/api/audit").status_code == 200
    for browser in (lawyer, reviewer):
        assert browser.post("/api/audit/export", {}).status_code == 403
    for path in ("/api/audit", "/api/audit/kinds", "/api/audit/streams"):
        assert reviewer.get(path).status_code == 403
    log.sequencer.step()
    assert log.found(kinds=("audit.exported",)) == []


@pytest.mark.parametrize(
    "body", [{"form": "xml"}, {"kinds": "x"}, {"since": "soon"}, {"actor": "x" * 300}, {"subject": "\x00"}]
)
def test_what_cannot_be_asked_is_refused_and_not_recorded(
    log: Log, signed_in: SignIn, somebody: Make, body: dict[str, object]
) -> None:
    browser = signed_in(somebody("cat", "auditor"))
    assert browser.post("/api/audit/export", body).status_code in (400, 422)
    log.sequencer.step()
    assert log.found(kinds=("audit.exported",)) == []


def test_an_owner_answers_a_campaign_over_http_and_nobody_else(
    house: House, signed_in: SignIn, somebody: Make, clock: FrozenClock
) -> None:
    owner, holder = somebody("owner"), somebody("holder")
    with house.database.begin() as tx:
        roles.grant(tx, house.edges, holder.id, "reviewer", by=owner.id)
    boss = signed_in(somebody("boss", "administrator"))
    assert boss.post("/api/recertification/campaigns", {"ahead": 400}).status_code == 403, "without a passkey"
    clock.advance(days=160)
    from seawall.access.recertify import SOURCES, begin

    with house.database.begin() as tx:
        made = begin(tx, house.edges, SOURCES, by=owner.id)
    mine, theirs = signed_in(owner), signed_in(holder)
    (item,) = [each for each in mine.get("/api/recertification/inbox").json() if each["holder"] == holder.id]
    assert theirs.get("/api/recertification/inbox").json() == []
    refused = theirs.post(f"/api/recertification/items/{item['id']}/confirm")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "access.not_yours")
    assert mine.post(f"/api/recertification/items/{item['id']}/confirm").json()["state"] == "confirmed"
    assert mine.post(f"/api/recertification/items/{item['id']}/withdraw").status_code == 409
    assert mine.get(f"/api/recertification/campaigns/{made.id}").status_code == 403
    auditor = signed_in(somebody("cat", "auditor"))
    told = auditor.get(f"/api/recertification/campaigns/{made.id}").json()
    assert told["outcome"]["confirmed"] == 1
    assert auditor.get("/api/recertification").json()[0]["id"] == made.id

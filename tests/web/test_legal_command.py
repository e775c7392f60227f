"""`seawall legal` as people who are signed in, against a running server: from intake to the numbers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest
from click.testing import CliRunner, Result

from seawall.access.people import Person, Proof, Way, sessions
from seawall.app.commands.approvals import approvals
from seawall.app.commands.legal import legal
from seawall.app.instance import Instance
from seawall.app.remote import Refused, agent
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.web.approving import told
from tests.web.browser import Browser
from tests.web.legal import ACCOUNT, PREPARED, RECIPIENT, Firm

pytestmark = pytest.mark.usefixtures("whole")
DATES = ("--since", "2025-12-01", "--until", "2026-03-01T00:00+01:00")
CALLED = ("--found-at", "court_registry", "--number", "030 7654321", "--spoke-to", "Registry", "--confirmed")
WHY = ("--reason-code", "too_broad", "--words", "Why all of it?")


class Line:
    """A legal team at their command lines."""

    def __init__(self, house: House, instance: Instance, home: str, folder: Path, firm: Firm) -> None:
        self.house, self.instance, self.home, self.folder, self.firm = house, instance, home, folder, firm
        self.sign_in()

    def sign_in(self) -> None:
        """Have everybody sign in here and use their passkeys."""
        now = self.house.edges.clock()
        for name, who in self.firm.people.items():
            proof = Proof(person=who.id, way=Way.PASSKEY, at=now, verified=True)
            with self.house.database.begin() as tx:
                token = sessions.begin(tx, self.house.edges, (proof,), bound_to=agent())[1]
            (self.folder / name).write_text(token)

    def run(self, who: str, *words: str, group: Any = legal) -> Result:
        signed = ("--server", self.home, "--token-file", str(self.folder / who))
        return CliRunner().invoke(group, [*words, *signed], obj=self.instance)

    def told(self, who: str, *words: str, group: Any = legal) -> Any:
        result = self.run(who, *words, "--json", group=group)
        assert result.exit_code == 0, (words, result.output, result.exception)
        return json.loads(result.output)

    def take(self, *more: str, kind: str = "search_warrant", tier: str = "content") -> Any:
        order = self.folder / "order.pdf"
        order.write_bytes(b"%PDF an order")
        categories = [word for each in ("account", "content") for word in ("--category", each) if tier == "content"]
        return self.told(
            "lea", "take", "--kind", kind, "--tier", tier, "--country", "DE", "--channel", "served", "--received",
            "2026-01-01", "--agency", "Example Police", "--sender", "Inspector", "--phone", "030 1234567", "--basis",
            "Section 1", "--account", ACCOUNT, *categories, *DATES, "--document", str(order), *more,
        )  # fmt: skip


@pytest.fixture
def line(
    house: House, instance: Instance, home: str, tmp_path: Path, clock: FrozenClock,
    signed_in: Callable[[Person], Browser],
) -> Line:  # fmt: skip
    firm = Firm(house, clock, signed_in)
    firm.used()
    (tmp_path / "tokens").mkdir()
    return Line(house, instance, home, tmp_path / "tokens", firm)


def test_a_request_goes_from_its_intake_to_its_end_at_the_command_line(line: Line, tmp_path: Path) -> None:
    assert "Nobody asked" in line.run("lea", "list").output
    name = line.take("--nondisclosure", "--case-ref", "12/26")["id"]
    assert name in line.run("leo", "list", "--open").output
    assert isinstance(line.run("lea", "preserve", name).exception, Refused)
    assert line.told("lea", "call-back", name, *CALLED)["state"] == "legal_review"
    states = [line.told("lea", step, name, *WHY)["state"] for step in ("clarify", "challenge", "go-on")]
    assert states == ["clarification", "challenged", "legal_review"]
    narrow = ("--account", ACCOUNT, "--category", "content", "--since", "2026-01-01", "--until", "2026-02-01")
    line.told("lea", "accept", name, "--reason", "So far.", *narrow)
    refused = line.run("lea", "approve", name).exception
    assert isinstance(refused, Refused)
    assert refused.code == "legal.same_human"
    assert line.told("leo", "send-back", name, *WHY)["state"] == "legal_review"
    line.told("lea", "accept", name, "--reason", "It holds.", *narrow)
    assert line.told("leo", "approve", name)["state"] == "approved"
    assert line.told("lea", "preserve", name)["items"] == 1
    assert line.told("lea", "renew", name)["renewals"] == 1
    assert line.told("lea", "bar", name, "--reason", "child_risk", "--until", "2027-01-01")["noticed_at"] is None
    neither = line.run("lea", "prepare", name, "--to", "Inspector, by courier").exception
    assert isinstance(neither, Refused)
    assert neither.code == "legal.encrypt_or_say_why"
    words = ("--to", "Inspector, by courier", "--recipient", PREPARED["recipient"])
    digest = line.told("lea", "prepare", name, *words)["manifest_sha256"]
    assert "left out: 1 account  not_asked" not in line.run("leo", "manifest", name).output
    assert "left out: 1 account  narrowed" in line.run("leo", "manifest", name).output
    file = tmp_path / "answer.jsonl"
    unagreed = line.run("leo", "produce", name, str(file), "--digest", digest).exception
    assert isinstance(unagreed, Refused)
    assert "seawall approvals ask legal.produce" in unagreed.hint
    assert not file.exists()
    wanted = json.dumps({"request": name, "manifest_sha256": digest})
    asked = line.told("leo", "ask", "legal.produce", "--parameters", wanted, "--reason", "Due.", group=approvals)
    # A vote rests on the passkey that was used, which a browser has.
    vote = {"digest": asked["digest"], "approves": True}
    told(line.firm["sam"].post(f"/api/approvals/{asked['id']}/vote", vote))
    line.told("leo", "produce", name, str(file), "--digest", digest, "--approval", asked["id"])
    assert b"Said once." in pyrage.decrypt(file.read_bytes(), [RECIPIENT])
    assert file.stat().st_mode & 0o077 == 0
    assert line.told("lea", "deliver", name, "--at", "2026-01-05")["state"] == "delivered"
    assert line.told("leo", "close", name, "--outcome", "partial")["outcome"] == "partial"
    shown = line.run("lea", "show", name, "--look").output
    for words in ("agency: Example Police", "sender: Inspector, 030 1234567", "written: It holds.", "not told: order"):
        assert words in shown, shown
    document = tmp_path / "document"
    line.told("lea", "document", name, str(document))
    assert document.read_bytes() == b"%PDF an order"


def test_it_is_refused_and_counted_at_the_command_line(line: Line, clock: FrozenClock) -> None:
    name = line.take(kind="takedown", tier="none")["id"]
    line.told("lea", "call-back", name, *CALLED)
    assert line.told("lea", "reject", name, *WHY)["outcome"] == "rejected"
    assert "No numbers" in line.run("lea", "numbers").output
    clock.advance(days=200)
    line.firm.sign_in()
    line.sign_in()
    half = ("--since", "2026-01-01", "--until", "2026-07-01")
    assert "takedown  all others  requests –" in line.run("lea", "numbers", *half).output
    closed = line.told("leo", "close-numbers", *half)
    assert line.told("lea", "numbers") == [closed]
    assert line.run("lea", "numbers", "--since", "2026-01-01").exit_code == 2


def test_who_may_not_is_refused_in_the_words_of_the_server(line: Line) -> None:
    name = line.take()["id"]
    for who in ("aud", "ada", "rev", "sam"):
        for words in (("list",), ("show", name), ("show", "lr_none"), ("numbers",), ("approve", name)):
            refused = line.run(who, *words).exception
            assert isinstance(refused, Refused)
            assert refused.status == 403
    assert line.run("lea", "accept", name, "--reason", "x", "--account", ACCOUNT).exit_code == 2
    assert line.run("lea", "deliver", name, "--at", "soon").exit_code == 2

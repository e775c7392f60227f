"""A release is signed off on exactly the statement that was agreed to, by two who did not propose it, and once."""

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import update

from seawall.access.approvals.acts import BadParameters
from seawall.access.approvals.inbox import inbox
from seawall.access.approvals.model import NotEligible, NotEnoughPeople, RequestChanged, RequestClosed
from seawall.access.people import Person
from seawall.access.rights import NotPermitted
from seawall.app.risks import board
from seawall.hub import publishing as hub
from seawall.risk import (
    Applies,
    Brought,
    Part,
    Plan,
    Refusal,
    Release,
    Risk,
    State,
    Withdrawal,
    attach,
    find,
    propose,
    ready,
    refuse,
    signed_off,
    withdraw,
)
from seawall.risk.errors import (
    BadRelease,
    DocumentChanged,
    MissingUnnamed,
    NoSuchDocument,
    NoSuchRelease,
    ProposedAlready,
    ReleaseState,
    SameHuman,
    StatementChanged,
)
from seawall.risk.reading import read
from seawall.risk.signing import sign_off, stated
from seawall.risk.tables import documents
from seawall.vocabulary.retention import Retention
from tests.app.conftest import office as office
from tests.app.office import Office

ACT = "release.sign_off"
STATED = b"Nothing comes near a threshold, as far as was looked."
LACKING = ["thresholds", "evaluations", "safeguards", "capability_report"]
CARD = b"""---
kind: release_notes
id: small-notes
title: What small can do
date: 2026-01-01
language: en
version: 1
model: small
---

It is small.
"""


class Board:
    """Somebody who proposes, two who sign off, and what they do."""

    def __init__(self, office: Office) -> None:
        self.office, self.board = office, board(office.instance)
        with office.instance.database().begin() as tx:
            self.eva = office.team.join(tx, "eva", "evaluator")
            self.ray = office.team.join(tx, "ray", "release_approver")
        self.rex: Person = office.rex
        office.clock.advance(hours=73)

    def plan(self, **more: Any) -> Plan:
        given: dict[str, Any] = {
            "model": "small", "version": "1.0", "applies": Applies.EXTERNAL_DEPLOY, "risk": Risk.NOT_REACHED,
            "expires_at": self.office.clock() + timedelta(days=90),
            "documents": (Brought(part=Part.DETERMINATION, title="Determination", content=STATED),),
            "conditions": ("Only with the filters on.",),
        }  # fmt: skip
        return Plan(**given | more)

    def proposed(self, by: Person | None = None, **more: Any) -> Release:
        with self.office.instance.database().begin() as tx:
            return propose(tx, self.board, self.plan(**more), by=(by or self.eva).id)

    def now(self, release: str) -> Release:
        with self.office.instance.database().begin() as tx:
            return find(tx, self.board, release)

    def handed(self, release: str, title: str, content: bytes, part: Part = Part.OTHER) -> Release:
        with self.office.instance.database().begin() as tx:
            document = Brought(part=part, title=title, content=content)
            return attach(tx, self.board, release, document, by=self.eva.id)


@pytest.fixture
def desk(office: Office) -> Board:
    return Board(office)


def test_a_release_is_signed_off_in_public_on_what_others_agreed_to(desk: Board) -> None:
    office, made = desk.office, desk.proposed()
    request = office.ask(ACT, {"release": made.id, "lacking": LACKING}, desk.rex)
    parameters, will = office.tell(request)
    assert set(parameters) == {"release", "statement", "missing"}
    assert sha256(STATED).hexdigest() in will
    assert "Missing: No evaluation of this model is on record here." in will
    with pytest.raises(RequestClosed, match="waiting"):
        office.do(request, desk.rex)
    office.agree(request, desk.ray)
    shown = office.do(request, desk.rex).shown
    assert shown["statement"] == parameters["statement"]
    assert office.kinds()[-2:] == ["request.executed", "release.signed_off"]
    with office.instance.database().begin() as tx:
        row = tx.exec_driver_sql("SELECT body FROM ledger_records WHERE kind = 'release.signed_off'").scalar_one()
        (public,) = signed_off(tx, desk.board)
    body = json.loads(bytes(row))
    assert {name: body[name] for name in ("model", "version", "decision", "statement", "conditions", "missing")} == {
        "model": "small", "version": "1.0", "decision": "allowed_with_conditions",
        "statement": parameters["statement"], "conditions": ["Only with the filters on."], "missing": LACKING,
    }  # fmt: skip
    assert desk.rex.id not in json.dumps(body)
    assert (public.record, public.state, public.statement) == (shown["record"], State.SIGNED_OFF, body["statement"])
    with pytest.raises(ReleaseState, match="is signed off"):
        office.do(request, desk.rex)
    assert office.kinds().count("release.signed_off") == 1
    office.clock.advance(days=91)
    assert desk.now(made.id).state is State.LAPSED


def test_what_is_missing_is_named_whole_or_nothing_is_asked(desk: Board) -> None:
    made = desk.proposed(risk=Risk.CANNOT_RULE_OUT)
    assert [each.code for each in ready(made)] == [*LACKING, "safeguards_report"]
    for lacking in ([], LACKING, [*LACKING, "safeguards_report", "nothing_else"]):
        with pytest.raises(MissingUnnamed, match="safeguards_report"):
            desk.office.ask(ACT, {"release": made.id, "lacking": lacking}, desk.rex)
    with pytest.raises(BadParameters):
        desk.office.ask(ACT, {"release": made.id}, desk.rex)
    desk.handed(made.id, "Report", b"What stands against it.", Part.SAFEGUARDS_REPORT)
    desk.handed(made.id, "Can", b"What it can do.", Part.CAPABILITY_REPORT)
    assert [each.code for each in ready(desk.now(made.id))] == LACKING[:3]
    assert "request.asked" not in desk.office.kinds()


def test_a_document_that_changed_after_the_vote_refuses(desk: Board) -> None:
    office, made = desk.office, desk.proposed()
    request = office.ask(ACT, {"release": made.id, "lacking": LACKING}, desk.rex)
    office.agree(request, desk.ray)
    desk.handed(made.id, "Determination", b"Something else.", Part.DETERMINATION)
    with pytest.raises(StatementChanged):
        office.do(request, desk.rex)
    assert "It cannot be carried out any more" in office.tell(request)[1]
    desk.handed(made.id, "Determination", STATED, Part.DETERMINATION)
    with office.instance.database().begin() as tx:
        other = office.instance.vault().put(tx, b"forged", owner=made.id, retention=Retention.EVIDENCE)
        tx.execute(update(documents).values(item=other))
    with pytest.raises(DocumentChanged, match="Determination"):
        office.do(request, desk.rex)
    assert "release.signed_off" not in office.kinds()
    assert desk.now(made.id).state is State.PROPOSED


def test_other_parameters_than_those_agreed_to_are_refused(desk: Board) -> None:
    office, made = desk.office, desk.proposed()
    other = desk.proposed(version="2.0")
    request = office.ask(ACT, {"release": made.id, "lacking": LACKING}, desk.rex)
    office.agree(request, desk.ray)
    with pytest.raises(RequestChanged):
        office.do(request, desk.rex, action=ACT, given={"release": other.id, "lacking": LACKING})
    assert "release.signed_off" not in office.kinds()


def test_whoever_proposed_does_not_ask_for_its_sign_off(desk: Board) -> None:
    office, made = desk.office, desk.proposed(desk.rex)
    with pytest.raises(SameHuman, match="has no say in its sign-off"):
        office.ask(ACT, {"release": made.id, "lacking": LACKING}, desk.rex)
    with pytest.raises(NotPermitted):
        office.ask(ACT, {"release": made.id, "lacking": LACKING}, desk.eva)
    assert "request.asked" not in office.kinds()


def test_whoever_proposed_is_refused_when_they_vote_and_somebody_else_is_not(desk: Board) -> None:
    office, made = desk.office, desk.proposed(desk.ray)
    with office.instance.database().begin() as tx:
        roy = office.team.join(tx, "roy", "release_approver")
    # Known for long enough, but for what they proposed nobody else is there who could agree.
    with pytest.raises(NotEnoughPeople) as few:
        office.ask(ACT, {"release": made.id, "lacking": LACKING}, desk.rex)
    assert f"{desk.ray.id} proposed this release" in few.value.hint
    office.clock.advance(hours=73)
    request = office.ask(ACT, {"release": made.id, "lacking": LACKING}, desk.rex)
    for approves in (True, False):
        with pytest.raises(NotEligible, match="proposed this release, or is another account"):
            office.agree(request, desk.ray, approves=approves)
    assert "request.voted" not in office.kinds()
    with office.instance.database().begin() as tx:
        inboxes = [inbox(tx, office.table.edges, office.table.desk, each.id).to_vote for each in (desk.ray, roy)]
    assert [[each.id for each in one] for one in inboxes] == [[], [request.id]]
    office.agree(request, roy)
    office.do(request, desk.rex)
    assert desk.now(made.id).state is State.SIGNED_OFF


def test_a_vote_that_was_cast_before_the_rule_does_not_sign_anything_off(desk: Board) -> None:
    office, made = desk.office, desk.proposed(desk.ray)
    with office.instance.database().begin() as tx:
        digest = stated(tx, desk.board, made.id, LACKING).sha256
    with office.instance.database().begin() as tx, pytest.raises(SameHuman):
        sign_off(tx, desk.board, made.id, digest, LACKING, by=desk.rex.id, agreed=[desk.ray.id])


def test_a_release_is_refused_or_withdrawn_and_then_not_signed_off(desk: Board) -> None:
    office, made = desk.office, desk.proposed()
    with office.instance.database().begin() as tx:
        refused = refuse(
            tx, desk.board, made.id, code=Refusal.EVIDENCE_LACKING, reason="Measure it first.", by=desk.rex.id
        )
        assert office.instance.vault().get(tx, refused.reason) == b"Measure it first."  # type: ignore[arg-type]
    with pytest.raises(ReleaseState, match="is refused"):
        office.ask(ACT, {"release": made.id, "lacking": LACKING}, desk.rex)
    again = desk.proposed()
    request = office.ask(ACT, {"release": again.id, "lacking": LACKING}, desk.rex)
    office.agree(request, desk.ray)
    office.do(request, desk.rex)
    with office.instance.database().begin() as tx:
        withdraw(tx, desk.board, again.id, code=Withdrawal.NEW_FINDING, by=desk.rex.id)
        assert [each.state for each in signed_off(tx, desk.board)] == [State.WITHDRAWN]
        with pytest.raises(ReleaseState, match="is withdrawn"):
            withdraw(tx, desk.board, again.id, code=Withdrawal.MISTAKE, by=desk.rex.id)
    assert [kind for kind in office.kinds() if kind.startswith("release.")] == [
        "release.proposed", "release.refused", "release.proposed", "release.signed_off", "release.withdrawn",
    ]  # fmt: skip


def test_a_document_that_is_public_is_named_by_its_digest(desk: Board) -> None:
    office = desk.office
    with office.instance.database().begin() as tx:
        digest = hub.stage(tx, CARD)
    card = Brought(part=Part.CAPABILITY_REPORT, public=digest)
    with pytest.raises(NoSuchDocument):
        desk.proposed(documents=(*desk.plan().documents, card))
    with office.instance.database().begin() as tx:
        hub.publish(tx, digest, by="t", record=office.instance.record, clock=office.clock)
    made = desk.proposed(documents=(*desk.plan().documents, card))
    (shown,) = (each for each in made.documents if each.part is Part.CAPABILITY_REPORT)
    assert (shown.title, shown.item, shown.sha256) == ("What small can do", None, digest)
    with office.instance.database().begin() as tx, pytest.raises(NoSuchDocument, match="is public"):
        read(tx, desk.board, made.id, digest, by=desk.rex.id)


def test_a_document_is_read_on_record(desk: Board) -> None:
    made = desk.proposed()
    with desk.office.instance.database().begin() as tx:
        assert read(tx, desk.board, made.id, made.documents[0].sha256, by=desk.rex.id) == STATED
        with pytest.raises(NoSuchDocument):
            read(tx, desk.board, made.id, "0" * 64, by=desk.rex.id)
    assert desk.office.kinds()[-1] == "release.document_read"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"model": "<b>"}, "is no model"),
        ({"version": ""}, "is no version"),
        ({"documents": ()}, "No document states"),
        ({"documents": (Brought(part=Part.DETERMINATION, title="x", content=b""),)}, "has 0 bytes"),
        ({"documents": (Brought(part=Part.DETERMINATION, title="x"),)}, "is a file, or the digest"),
        ({"documents": (Brought(part=Part.DETERMINATION, title="", content=b"x"),)}, "has a title"),
        ({"conditions": ("two\nlines",)}, "is one line"),
    ],
)
def test_what_cannot_be_a_release_is_refused_and_leaves_no_trace(desk: Board, more: dict[str, Any], said: str) -> None:
    with pytest.raises(BadRelease, match=said):
        desk.proposed(**more)
    assert "release.proposed" not in desk.office.kinds()


def test_one_proposal_at_a_time_and_none_that_has_expired(desk: Board) -> None:
    desk.proposed()
    with pytest.raises(ProposedAlready):
        desk.proposed()
    with pytest.raises(BadRelease, match="would have expired"):
        desk.proposed(version="3.0", expires_at=desk.office.clock())
    with pytest.raises(NoSuchRelease):
        desk.now("rl_none")

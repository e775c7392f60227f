"""Review narrows and never widens; another human agrees, by whichever of their accounts; what cannot close stays."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from seawall.access.people import Person, roles
from seawall.access.rights.rights import NotPermitted
from seawall.cases.legal import Data, Kind, Outcome, State, Tier, closing, finding, preserving, producing, reviewing
from seawall.cases.legal.errors import BadOutcome, BadScope, NotNow, SameHuman, Unverified
from seawall.cases.legal.rows import events_of, find
from seawall.store import Transaction
from tests.cases.legal.conftest import ACCOUNT, DECEMBER, NEXT_YEAR, OTHER, Desk, scope
from tests.conftest import FrozenClock


def test_nothing_goes_on_before_the_call(desk: Desk, tx: Transaction, lea: Person) -> None:
    found, bureau, by = desk.taken(tx, lea), desk.bureau, lea.id
    for step in (
        lambda: reviewing.accept(tx, bureau, found.id, scope=None, reason="x", by=by),
        lambda: reviewing.clarify(tx, bureau, found.id, "x", reason_code="x", by=by),
        lambda: reviewing.challenge(tx, bureau, found.id, "x", reason_code="x", by=by),
        lambda: reviewing.reject(tx, bureau, found.id, "x", reason_code="x", by=by),
        lambda: reviewing.approve(tx, bureau, found.id, by=by),
        lambda: preserving.preserve(tx, bureau, found.id, by=by),
        lambda: producing.prepare(tx, bureau, found.id, to="x", in_clear_because="It is.", by=by),
        lambda: producing.deliver(tx, bureau, found.id, at=desk.clock(), by=by),
    ):
        with pytest.raises(Unverified):
            step()
    assert (find(tx, found.id).state, desk.kinds()) == (State.RECEIVED, ["legal_request.taken"])


def test_whoever_reviewed_does_not_approve_by_whichever_account(desk: Desk, tx: Transaction, lea: Person) -> None:
    again = desk.person(tx, "lea2", human=lea.id)
    found = desk.called(tx, lea)
    reviewing.accept(tx, desk.bureau, found.id, scope=None, reason="It holds.", by=again.id)
    before = list(desk.kinds())
    for who in (lea, again):
        with pytest.raises(SameHuman):
            reviewing.approve(tx, desk.bureau, found.id, by=who.id)
        with pytest.raises(SameHuman):
            reviewing.send_back(tx, desk.bureau, found.id, "x", reason_code="x", by=who.id)
    assert (find(tx, found.id).state, desk.kinds()) == (State.REVIEWED, before)
    leo = desk.person(tx, "leo")
    approved = reviewing.approve(tx, desk.bureau, found.id, by=leo.id)
    assert (approved.state, approved.approver_human, approved.reviewer_human) == (State.APPROVED, leo.id, lea.id)


def test_a_right_that_was_lost_a_moment_ago_is_lost(desk: Desk, tx: Transaction, lea: Person, leo: Person) -> None:
    found = desk.called(tx, lea)
    reviewing.accept(tx, desk.bureau, found.id, scope=None, reason="It holds.", by=lea.id)
    roles.withdraw(tx, desk.edges, leo.id, "legal", by="host:test")
    with pytest.raises(NotPermitted):
        reviewing.approve(tx, desk.bureau, found.id, by=leo.id)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"accounts": (OTHER,)}, "more than was asked"),
        ({"accounts": (ACCOUNT, OTHER)}, "more than was asked"),
        ({"since": DECEMBER - timedelta(seconds=1)}, "more than was asked"),
        ({"until": NEXT_YEAR + timedelta(seconds=1)}, "more than was asked"),
        ({"categories": (Data.STANDING, Data.EXCHANGES)}, "more than was asked"),
        ({"categories": (Data.CONTENT,)}, "does not reach content"),
    ],
)
def test_a_review_never_widens(desk: Desk, tx: Transaction, lea: Person, more: dict[str, object], told: str) -> None:
    found = desk.called(tx, lea, Kind.COURT_ORDER_2703D, Tier.METADATA, scope=scope(Data.ACCOUNT, Data.EXCHANGES))
    with pytest.raises(BadScope, match=told):
        reviewing.accept(
            tx,
            desk.bureau,
            found.id,
            scope=scope(*(more.pop("categories", (Data.ACCOUNT,))), **more),
            reason="x",
            by=lea.id,
        )
    assert find(tx, found.id).granted is None


def test_it_is_asked_back_objected_to_taken_up_narrowed_sent_back_and_agreed_to(
    desk: Desk, tx: Transaction, lea: Person, leo: Person
) -> None:
    found, bureau = desk.called(tx, lea), desk.bureau
    steps = (reviewing.clarify, reviewing.challenge, reviewing.go_on)
    states = [step(tx, bureau, found.id, "Why all of it?", reason_code="too_broad", by=lea.id).state for step in steps]
    assert states == [State.CLARIFICATION, State.CHALLENGED, State.LEGAL_REVIEW]
    narrow = scope(Data.ACCOUNT)
    reviewing.accept(tx, bureau, found.id, scope=narrow, reason="Only that.", by=lea.id)
    back = reviewing.send_back(tx, bureau, found.id, "Not even that.", reason_code="too_broad", by=leo.id)
    assert (back.state, back.reviewer, back.grants) == (State.LEGAL_REVIEW, None, None)
    reviewing.accept(tx, bureau, found.id, scope=narrow, reason="Only that, by section 2.", by=leo.id)
    approved = reviewing.approve(tx, bureau, found.id, by=lea.id)
    assert (approved.grants, approved.objected) == (narrow, True)
    written = finding.look(tx, bureau, found.id, by=lea.id).written
    assert "Not even that." in written.values()


def test_it_is_refused_with_a_reason_for_good(desk: Desk, tx: Transaction, lea: Person) -> None:
    found = desk.called(tx, lea)
    closed = reviewing.reject(tx, desk.bureau, found.id, "No such section.", reason_code="no_basis", by=lea.id)
    assert (closed.outcome, closed.reason_code, closed.closed_by) == (Outcome.REJECTED, "no_basis", lea.id)
    for step in (
        lambda: reviewing.go_on(tx, desk.bureau, found.id, "x", reason_code="x", by=lea.id),
        lambda: preserving.preserve(tx, desk.bureau, found.id, by=lea.id),
        lambda: closing.close(tx, desk.bureau, found.id, Outcome.WITHDRAWN, reason_code="x", by=lea.id),
    ):
        with pytest.raises(NotNow):
            step()
    assert desk.kinds()[-1] == "legal_request.closed"


def test_it_is_closed_with_what_is_so(
    desk: Desk, tx: Transaction, lea: Person, leo: Person, clock: FrozenClock, used: Callable[[], object]
) -> None:
    def closes(name: str, outcome: Outcome) -> Outcome | None:
        return closing.close(tx, desk.bureau, name, outcome, reason_code="answered", by=lea.id).outcome

    nothing = desk.approved(tx, lea, leo)
    with pytest.raises(BadOutcome, match="found nothing"):
        closes(nothing.id, Outcome.NONE_NO_DATA)
    assert desk.prepared(tx, nothing, lea).items == 0
    assert closes(nothing.id, Outcome.NONE_NO_DATA) is Outcome.NONE_NO_DATA
    used()
    some = desk.approved(tx, lea, leo, granted=scope(Data.ACCOUNT), nondisclosure=True)
    desk.prepared(tx, some, lea)
    for outcome in (Outcome.NONE_NO_DATA, Outcome.FULL, Outcome.PARTIAL, Outcome.REJECTED):
        with pytest.raises(BadOutcome):
            closes(some.id, outcome)
    desk.produced(tx, some, leo)
    with pytest.raises(BadOutcome, match="cannot be withdrawn"):
        closes(some.id, Outcome.WITHDRAWN)
    assert producing.deliver(tx, desk.bureau, some.id, at=clock(), by=lea.id).state is State.DELIVERED
    with pytest.raises(BadOutcome, match="less stand"):
        closes(some.id, Outcome.FULL)
    assert closes(some.id, Outcome.PARTIAL) is Outcome.PARTIAL
    act = desk.approved(tx, lea, leo, Kind.TAKEDOWN, Tier.NONE)
    with pytest.raises(NotNow):
        desk.prepared(tx, act, lea)
    assert closes(act.id, Outcome.FULL) is Outcome.FULL
    assert closes(desk.taken(tx, lea).id, Outcome.WITHDRAWN) is Outcome.WITHDRAWN
    assert [each.what for each in events_of(tx, some.id)][-1] == "closed"

"""Requests are taken in as far as their kind reaches, and nothing goes on before the sender was called back."""

from datetime import timedelta
from typing import Any

import pytest

from seawall.access.people import Kind as Whom
from seawall.access.people import Person
from seawall.access.rights.rights import NotPermitted
from seawall.cases.errors import BadWords
from seawall.cases.legal import Bar, Data, FoundAt, Kind, Papers, Sender, State, Tier, finding, intake, verifying
from seawall.cases.legal.errors import (
    BadRequest,
    BadScope,
    BeyondTier,
    NotIndependent,
    NotNow,
    PeopleDecide,
    Unverified,
)
from seawall.cases.legal.kinds import RULES
from seawall.cases.legal.notifying import bars_of
from seawall.cases.legal.rows import events_of, find
from seawall.cases.legal.verifying import Call
from seawall.store import Transaction
from seawall.vocabulary.records import KINDS, Audience
from tests.cases.conftest import counted
from tests.cases.legal.conftest import ACCOUNT, CALL, DECEMBER, NEXT_YEAR, PAPERS, Desk, scope
from tests.conftest import FrozenClock


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_taken_in_at_the_tier_that_it_reaches_and_due_by_its_time(
    desk: Desk, tx: Transaction, lea: Person, kind: Kind
) -> None:
    more: dict[str, Any] = {}
    if kind is Kind.EMERGENCY:
        papers = Papers(agency="P", sender=Sender(name="I"), legal_basis="B", danger="Somebody is in danger.")
        more = {"papers": papers, "scope": scope(Data.ACCOUNT, since=DECEMBER, until=DECEMBER + timedelta(days=3))}
    found = desk.taken(tx, lea, kind, RULES[kind].reaches, **more)
    assert (found.state, found.kind) == (State.RECEIVED, kind)
    assert found.due_at - found.received_at == timedelta(hours=RULES[kind].within_hours)
    assert events_of(tx, found.id)[0].what == "taken"


@pytest.mark.parametrize("kind", list(Kind))
def test_no_kind_reaches_deeper_than_it_may(desk: Desk, tx: Transaction, lea: Person, kind: Kind) -> None:
    for tier in Tier:
        if not RULES[kind].reaches.reaches(tier):
            with pytest.raises(BeyondTier, match=f"{RULES[kind].reaches.value} data at most"):
                desk.taken(tx, lea, kind, tier)
    assert (counted(tx, "legal_requests"), desk.kinds()) == (0, [])


@pytest.mark.parametrize(
    ("more", "refusal", "told"),
    [
        ({"country": "Germany"}, BadRequest, "is no country"),
        ({"document": b""}, BadRequest, "0 bytes"),
        ({"document": b"x" * (1024 * 1024 + 1)}, BadRequest, "1048577 bytes"),
        ({"due_at": DECEMBER}, BadRequest, "due before it came in"),
        ({"received_at": NEXT_YEAR}, BadRequest, "later than now"),
        ({"nondisclosure_until": NEXT_YEAR}, BadRequest, "no order"),
        ({"nondisclosure": True, "nondisclosure_until": DECEMBER}, BadRequest, "has passed"),
        ({"scope": scope(accounts=())}, BadScope, "0 accounts"),
        ({"scope": scope(Data.ACCOUNT, accounts=(ACCOUNT, ACCOUNT))}, BadScope, "2 accounts"),
        ({"scope": scope(Data.ACCOUNT, accounts=("somebody",))}, BadScope, "is no account"),
        ({"scope": scope()}, BadScope, "No category"),
        ({"scope": scope(Data.ACCOUNT, since=NEXT_YEAR)}, BadScope, "The time is empty"),
        ({"tier": Tier.BASIC, "scope": scope(Data.CONTENT)}, BadScope, "does not reach content"),
        ({"kind": Kind.EMERGENCY}, BadRequest, "without its statement"),
        ({"papers": Papers(agency=" ", sender=Sender(name="I"), legal_basis="B")}, BadWords, "agency"),
        ({"papers": Papers(agency="P", sender=Sender(name=""), legal_basis="B")}, BadWords, "name"),
        ({"papers": Papers(agency="P", sender=Sender(name="I"), legal_basis="B\x00")}, BadWords, "basis"),
    ],
)
def test_what_no_request_can_be_is_refused_and_leaves_nothing(
    desk: Desk, tx: Transaction, lea: Person, more: dict[str, Any], refusal: type[Exception], told: str
) -> None:
    with pytest.raises(refusal, match=told):
        desk.taken(tx, lea, **more)
    assert (counted(tx, "legal_requests"), counted(tx, "legal_events"), desk.kinds()) == (0, 0, [])


def test_an_emergency_reaches_back_a_short_while_and_is_told_later(
    desk: Desk, tx: Transaction, lea: Person, clock: FrozenClock
) -> None:
    papers = Papers(agency="P", sender=Sender(name="I"), legal_basis="B", danger="Somebody is in danger.")
    with pytest.raises(BadScope, match="30 days"):
        desk.taken(tx, lea, Kind.EMERGENCY, papers=papers)
    short = scope(Data.CONTENT, since=DECEMBER, until=DECEMBER + timedelta(days=30))
    found = desk.taken(tx, lea, Kind.EMERGENCY, papers=papers, scope=short)
    (bar,) = bars_of(tx, found.id)
    assert (bar.reason, bar.until) == (Bar.EMERGENCY, clock() + timedelta(days=90))
    with pytest.raises(Unverified):
        desk.prepared(tx, found, lea)


def test_what_it_says_lies_in_the_vault_alone(desk: Desk, tx: Transaction, lea: Person) -> None:
    found = desk.called(tx, lea)
    row = repr(found) + repr(events_of(tx, found.id)) + repr(desk.ledger)
    for word in ("Example Police", "Inspector", "police.example", "1234567", "7654321", "switchboard", "12/26"):
        assert word not in row
    seen = finding.look(tx, desk.bureau, found.id, by=lea.id)
    assert seen.papers == PAPERS
    assert any("7654321" in each for each in seen.written.values())
    assert finding.document(tx, desk.bureau, found.id, by=lea.id) == b"%PDF an order"
    assert desk.kinds()[-2:] == ["legal_request.viewed"] * 2


def test_every_record_of_a_request_is_sealed_and_the_numbers_are_public() -> None:
    kinds = {name: kind.audience for name, kind in KINDS.items() if name.startswith("legal")}
    assert kinds.pop("legal.statistics_closed") is Audience.PUBLIC
    assert len(kinds) == 16
    assert set(kinds.values()) == {Audience.SEALED}


def test_a_call_that_reached_somebody_else_lets_nothing_go_on(desk: Desk, tx: Transaction, lea: Person) -> None:
    found = desk.taken(tx, lea)
    wrong = Call(
        found_at=FoundAt.OFFICIAL_DIRECTORY, number="030 111111", spoke_to="Nobody knows them", confirmed=False
    )
    assert verifying.call_back(tx, desk.bureau, found.id, wrong, by=lea.id).state is State.RECEIVED
    assert verifying.call_back(tx, desk.bureau, found.id, CALL, by=lea.id).state is State.LEGAL_REVIEW
    assert find(tx, found.id).verified_by == lea.id
    assert [each.told["confirmed"] for each in events_of(tx, found.id) if each.what == "called_back"] == [False, True]
    with pytest.raises(NotNow):
        verifying.call_back(tx, desk.bureau, found.id, CALL, by=lea.id)


@pytest.mark.parametrize("number", ["+49 30 1234567", "(030) 123-4567", "0049301234567"])
def test_the_number_that_the_request_gives_is_not_called(desk: Desk, tx: Transaction, lea: Person, number: str) -> None:
    found = desk.taken(tx, lea)
    same = Call(found_at=FoundAt.OFFICIAL_WEBSITE, number=number, spoke_to="Inspector", confirmed=True)
    with pytest.raises(NotIndependent):
        verifying.call_back(tx, desk.bureau, found.id, same, by=lea.id)
    assert find(tx, found.id).state is State.RECEIVED


def test_whoever_may_not_takes_nothing_in(desk: Desk, tx: Transaction, lea: Person) -> None:
    ada = desk.person(tx, "ada", "reviewer", "senior_reviewer", "auditor", "administrator", "security")
    robot = desk.person(tx, "robot", "legal", kind=Whom.SERVICE, human=lea.id)
    for who, refusal in ((ada.id, NotPermitted), (robot.id, PeopleDecide), ("host:root", PeopleDecide)):
        with pytest.raises(refusal):
            intake.take(tx, desk.bureau, desk.asked(), by=who)
    assert counted(tx, "legal_requests") == 0

"""A preservation beats every deletion there is, is renewed once, and ends by itself, whatever the clock does."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from seawall.access import privacy
from seawall.access.people import Person
from seawall.access.privacy import Archive, Checked, VaultHolder, Whose, Wish
from seawall.cases.legal import Data, Kind, State, Tier, preserving
from seawall.cases.legal.errors import NotNow, NotPreserved, PreservationOver, PreservedAlready, RenewedAlready
from seawall.cases.legal.rows import events_of
from seawall.gateway.privacy import ExchangesHolder
from seawall.store import Transaction
from seawall.vault.errors import ItemNotHeld, ItemOnHold
from seawall.vocabulary.ids import ItemId
from tests.cases.conftest import counted
from tests.cases.legal.conftest import ACCOUNT, Desk, scope
from tests.conftest import FrozenClock

Used = Callable[[], list[ItemId | None]]
ORDER = (Kind.PRESERVATION, Tier.NONE)


def items(tx: Transaction) -> int:
    return counted(tx, f"vault_items WHERE owner = '{ACCOUNT}'")


def test_what_is_preserved_outlives_the_sweep_and_goes_once_it_is_released(
    desk: Desk, tx: Transaction, lea: Person, used: Used, clock: FrozenClock
) -> None:
    used()
    found = desk.called(tx, lea, *ORDER)
    made = preserving.preserve(tx, desk.bureau, found.id, by=lea.id)
    assert (made.items, made.expires_at) == (3, clock() + timedelta(days=90))
    desk.exchange(tx, "ex_later", clock())
    clock.advance(days=31)
    desk.edges.vault.erase_due(tx)
    assert items(tx) == 3  # what came after the snapshot went
    clock.advance(days=58)
    assert (preserving.release_due(tx, desk.bureau), desk.edges.vault.erase_due(tx), items(tx)) == (0, 0, 3)
    clock.advance(days=1)
    assert preserving.release_due(tx, desk.bureau) == 1
    desk.edges.vault.erase_due(tx)
    assert items(tx) == 0
    assert preserving.release_due(tx, desk.bureau) == 0
    assert desk.kinds().count("legal_request.preservation_released") == 1


def test_what_is_preserved_outlives_a_privacy_deletion_and_whoever_erases(
    desk: Desk, tx: Transaction, lea: Person, leo: Person, used: Used
) -> None:
    first, *_ = used()
    assert first is not None
    found = desk.called(tx, lea, *ORDER)
    preserving.preserve(tx, desk.bureau, found.id, by=lea.id)
    vault = desk.edges.vault
    archive = Archive(holders=(ExchangesHolder(vault), VaultHolder(vault)))
    asked = privacy.take(tx, desk.edges, Wish.DELETE, Whose.ACCOUNT, [ACCOUNT], by=lea.id)
    privacy.check(tx, desk.edges, asked.id, how=Checked.SIGNED_IN, by=lea.id)
    answered = privacy.delete_all(tx, desk.edges, archive, asked.id, by=leo.id).answer or {}
    assert answered["removed"] == {"exchange": 0, "content": 0}
    assert {"what": "content", "why": "kept_by_law", "count": 3, "until": None} in answered["kept"]
    with pytest.raises(ItemOnHold):
        vault.erase(tx, first, by=lea.id, reason_code="person_asked")
    with pytest.raises(IntegrityError), tx.begin_nested():
        tx.execute(text("DELETE FROM vault_items WHERE id = :item"), {"item": first})
    assert items(tx) == 3
    assert vault.get(tx, first) == b"Said in ex_0."


def test_a_hold_of_a_snapshot_is_known_as_one_that_ends_with_it(
    desk: Desk, tx: Transaction, lea: Person, used: Used, clock: FrozenClock
) -> None:
    first, *_ = used()
    assert first is not None
    vault = desk.edges.vault
    own = vault.hold(tx, first, reason="a claim", by=lea.id).hold
    assert preserving.bound(tx, first) == frozenset()
    preserving.preserve(tx, desk.bureau, desk.called(tx, lea, *ORDER).id, by=lea.id)
    (bound,) = preserving.bound(tx, first)
    assert vault.release(tx, first, by=lea.id, besides=[bound]).holds == (own,)
    with pytest.raises(ItemNotHeld):
        vault.release(tx, first, by=lea.id, besides=[bound])
    clock.advance(days=90)
    preserving.release_due(tx, desk.bureau)
    assert preserving.bound(tx, first) == frozenset()


def test_another_hold_is_not_released_with_it(
    desk: Desk, tx: Transaction, lea: Person, used: Used, clock: FrozenClock
) -> None:
    first, second, _ = used()
    assert first is not None
    assert second is not None
    other = desk.edges.vault.hold(tx, first, reason="another order", by=lea.id)
    found = desk.called(tx, lea, *ORDER)
    preserving.preserve(tx, desk.bureau, found.id, by=lea.id)
    desk.edges.vault.release(tx, second, by=lea.id)  # by hand, before its time
    clock.advance(days=90)
    assert preserving.release_due(tx, desk.bureau) == 1
    assert [each.hold for each in desk.edges.vault.held(tx)] == [other.hold]


def test_it_takes_in_what_was_written_within_the_time_that_was_asked(
    desk: Desk, tx: Transaction, lea: Person, used: Used, clock: FrozenClock
) -> None:
    used()
    later = scope(since=clock() + timedelta(days=1), until=clock() + timedelta(days=2))
    found = desk.called(tx, lea, *ORDER, scope=later)
    assert preserving.preserve(tx, desk.bureau, found.id, by=lea.id).items == 0
    again = desk.called(tx, lea, Kind.SUBPOENA, Tier.BASIC, scope=scope(Data.ACCOUNT))
    assert preserving.preserve(tx, desk.bureau, again.id, by=lea.id).items == 3


def test_it_is_taken_once_and_renewed_once_before_its_end(
    desk: Desk, tx: Transaction, lea: Person, used: Used, clock: FrozenClock
) -> None:
    used()
    found = desk.called(tx, lea, *ORDER)
    with pytest.raises(NotPreserved):
        preserving.renew(tx, desk.bureau, found.id, by=lea.id)
    begun = preserving.preserve(tx, desk.bureau, found.id, by=lea.id).taken_at
    with pytest.raises(PreservedAlready):
        preserving.preserve(tx, desk.bureau, found.id, by=lea.id)
    clock.advance(days=89)
    assert preserving.renew(tx, desk.bureau, found.id, by=lea.id).expires_at == begun + timedelta(days=180)
    with pytest.raises(RenewedAlready):
        preserving.renew(tx, desk.bureau, found.id, by=lea.id)
    clock.advance(days=90)
    assert preserving.release_due(tx, desk.bureau) == 0
    clock.advance(days=1)
    assert preserving.release_due(tx, desk.bureau) == 1
    late = desk.called(tx, lea, *ORDER)
    preserving.preserve(tx, desk.bureau, late.id, by=lea.id)
    clock.advance(days=90)
    with pytest.raises(PreservationOver):
        preserving.renew(tx, desk.bureau, late.id, by=lea.id)
    assert [each.what for each in events_of(tx, late.id)].count("preservation_renewed") == 0


def test_a_clock_that_is_put_back_or_forward_does_nothing_twice(
    desk: Desk, tx: Transaction, lea: Person, used: Used, clock: FrozenClock
) -> None:
    used()
    found = desk.called(tx, lea, *ORDER)
    end = preserving.preserve(tx, desk.bureau, found.id, by=lea.id).expires_at
    preserving.renew(tx, desk.bureau, found.id, by=lea.id)
    clock.advance(days=-30)
    with pytest.raises(RenewedAlready):
        preserving.renew(tx, desk.bureau, found.id, by=lea.id)
    clock.advance(days=30 + 180)
    assert preserving.release_due(tx, desk.bureau) == 1
    clock.advance(days=-120)
    assert preserving.release_due(tx, desk.bureau) == 0
    with pytest.raises(PreservedAlready):
        preserving.preserve(tx, desk.bureau, found.id, by=lea.id)
    kept = preserving.of_request(tx, found.id)
    assert kept is not None
    assert kept.released_at == end + timedelta(days=90)
    assert desk.edges.vault.held(tx) == []


def test_a_request_that_is_over_preserves_nothing_more(desk: Desk, tx: Transaction, lea: Person, leo: Person) -> None:
    found = desk.approved(tx, lea, leo, *ORDER)
    assert (found.state, found.noticed_at) == (State.APPROVED, None)
    tx.execute(text("UPDATE legal_requests SET state = 'closed'"))
    with pytest.raises(NotNow):
        preserving.preserve(tx, desk.bureau, found.id, by=lea.id)

"""Sessions: bound, rotated, run out, and ended everywhere."""

from datetime import timedelta

import pytest

from seawall.access.people import Edges, Proof, Way, sessions
from seawall.access.people.proofs import StepUpNeeded, require_passkey
from seawall.access.people.sessions import SessionEnded, TokenReused, WrongPerson
from seawall.store import Transaction
from tests.access.conftest import Ledger, key_of, person, used
from tests.conftest import FrozenClock


def begun(tx: Transaction, edges: Edges, name: str = "ada") -> tuple[sessions.Session, str]:
    ada = person(tx, edges, name)
    return sessions.begin(tx, edges, (Proof(person=ada.id, way=Way.LINK, at=edges.clock()),), bound_to="browser")


def test_a_token_leads_to_its_session_and_is_stored_hashed(tx: Transaction, edges: Edges, clock: FrozenClock) -> None:
    session, token = begun(tx, edges)
    assert sessions.find(tx, token, "browser", clock()) == session
    assert token not in tx.exec_driver_sql("SELECT s::text FROM access_sessions s").scalar_one()
    for sent, browser in ((token, "another"), ("x", "browser"), ("", "browser")):
        with pytest.raises(SessionEnded):
            sessions.find(tx, sent, browser, clock())


def test_a_session_ends_when_idle_and_at_the_latest_after_its_time(
    tx: Transaction, edges: Edges, clock: FrozenClock
) -> None:
    session, token = begun(tx, edges)
    for _ in range(23):
        clock.advance(minutes=29)
        sessions.touch(tx, edges, session.id)
        assert sessions.find(tx, token, "browser", clock())
    clock.advance(minutes=29)
    sessions.touch(tx, edges, session.id)
    clock.advance(minutes=25)
    with pytest.raises(SessionEnded, match="run its time"):
        sessions.find(tx, token, "browser", clock())


def test_an_idle_session_ends(tx: Transaction, edges: Edges, clock: FrozenClock) -> None:
    _, token = begun(tx, edges)
    clock.advance(minutes=30)
    with pytest.raises(SessionEnded, match="not used"):
        sessions.find(tx, token, "browser", clock())


def test_a_replaced_token_works_for_a_minute_and_then_gives_the_thief_away(
    tx: Transaction, edges: Edges, clock: FrozenClock
) -> None:
    session, old = begun(tx, edges)
    assert not session.wants_rotation(clock())
    clock.advance(minutes=10)
    assert session.wants_rotation(clock())
    new = sessions.rotate(tx, edges, session)
    assert new is not None
    assert sessions.rotate(tx, edges, session) is None
    clock.advance(minutes=1)
    assert sessions.find(tx, old, "browser", clock()).id == session.id
    clock.advance(seconds=1)
    with pytest.raises(TokenReused) as caught:
        sessions.find(tx, old, "browser", clock())
    assert caught.value.session.id == session.id
    assert sessions.find(tx, new, "browser", clock()).id == session.id


def test_a_session_begins_on_proofs_of_one_person(tx: Transaction, edges: Edges, clock: FrozenClock) -> None:
    two = [Proof(person=person(tx, edges, name).id, way=Way.LINK, at=clock()) for name in ("ada", "bob")]
    for proofs in ((), tuple(two)):
        with pytest.raises(WrongPerson):
            sessions.begin(tx, edges, proofs, bound_to="browser")


def test_stepping_up_is_recorded_rotates_the_token_and_grows_old(
    tx: Transaction, edges: Edges, ledger: Ledger, clock: FrozenClock
) -> None:
    ada, bob = person(tx, edges, "ada"), person(tx, edges, "bob")
    device, foreign = key_of(tx, edges, ada), key_of(tx, edges, bob)
    session, old = sessions.begin(tx, edges, (Proof(person=ada.id, way=Way.LINK, at=clock()),), bound_to="b")
    with pytest.raises(StepUpNeeded, match="not been used"):
        require_passkey(session.proofs, clock(), timedelta(minutes=5))
    with pytest.raises(WrongPerson):
        sessions.prove(tx, edges, session, used(tx, edges, foreign))
    new = sessions.prove(tx, edges, session, used(tx, edges, device))
    assert new != old
    assert ledger.kinds[-1] == "session.proven"
    proofs = sessions.find(tx, new, "b", clock()).proofs
    require_passkey(proofs, clock(), timedelta(minutes=5))
    clock.advance(minutes=6)
    with pytest.raises(StepUpNeeded, match="360 s ago"):
        require_passkey(proofs, clock(), timedelta(minutes=5))


def test_revoking_ends_it_and_is_recorded_once(
    tx: Transaction, edges: Edges, ledger: Ledger, clock: FrozenClock
) -> None:
    session, token = begun(tx, edges)
    assert sessions.revoke(tx, edges, session.id, by="host:test", reason_code="asked")
    assert not sessions.revoke(tx, edges, session.id, by="host:test", reason_code="asked")
    assert sessions.rotate(tx, edges, session) is None
    assert ledger.kinds == ["person.added", "session.begun", "session.revoked"]
    with pytest.raises(SessionEnded):
        sessions.find(tx, token, "browser", clock())

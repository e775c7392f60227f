"""Passwords, codes, recovery codes, passkeys and links: each proves once, and guesses run out."""

from datetime import timedelta

import pyotp
import pytest

from seawall.access.people import (
    Edges,
    Kind,
    SignInRefused,
    Way,
    links,
    passkeys,
    passwords,
    people,
    recovery,
    settled,
    totp,
)
from seawall.access.people.held_keys import working
from seawall.access.people.model import BadPerson
from seawall.access.people.proofs import Attempted, Proof
from seawall.store import Database, Transaction
from seawall.vocabulary.ids import PersonId
from tests.access.authenticator import Authenticator
from tests.access.conftest import SITE, Ledger, key_of, person, used
from tests.conftest import FrozenClock

PASSWORD = "a long enough sentence"


def refused(outcome: Attempted) -> str:
    """Return what whoever is refused is told; nothing where they prove who they are."""
    return outcome.message if isinstance(outcome, SignInRefused) else ""


def test_a_password_is_stored_as_argon2id_and_proves(tx: Transaction, edges: Edges) -> None:
    ada = person(tx, edges, "ada")
    passwords.set_password(tx, edges, ada.id, PASSWORD, by=ada.id)
    assert tx.exec_driver_sql("SELECT hash FROM access_passwords").scalar_one().startswith("$argon2id$v=19$m=65536,")
    proof = passwords.check_password(tx, edges, "ada@people.test", PASSWORD)
    assert isinstance(proof, Proof)
    assert (proof.person, proof.way) == (ada.id, Way.PASSWORD)


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(tx: Transaction, edges: Edges) -> None:
    ada = person(tx, edges, "ada")
    passwords.set_password(tx, edges, ada.id, PASSWORD, by=ada.id)
    wrong = refused(passwords.check_password(tx, edges, "ada@people.test", "x"))
    assert wrong == refused(passwords.check_password(tx, edges, "nobody@people.test", "x"))
    passwords.remove_password(tx, edges, ada.id, by=ada.id)
    assert wrong == refused(passwords.check_password(tx, edges, "ada@people.test", PASSWORD))


def test_short_passwords_and_those_of_service_accounts_are_refused(tx: Transaction, edges: Edges) -> None:
    ada = person(tx, edges, "ada")
    robot = person(tx, edges, "robot", human=ada.id, kind=Kind.SERVICE)
    for who, password in ((ada.id, "short"), (robot.id, PASSWORD)):
        with pytest.raises(BadPerson):
            passwords.set_password(tx, edges, who, password, by="host:test")


def test_only_the_first_person_of_an_instance_has_a_password(tx: Transaction, edges: Edges, clock: FrozenClock) -> None:
    ada = person(tx, edges, "ada")
    clock.advance(minutes=1)
    bob = person(tx, edges, "bob")
    assert [passwords.offered(tx, each) for each in (ada, bob)] == [True, False]
    passwords.set_password(tx, edges, ada.id, PASSWORD, by=ada.id)
    with pytest.raises(BadPerson, match="only the first administrator"):
        passwords.set_password(tx, edges, bob.id, PASSWORD, by=bob.id)
    assert passwords.set_at(tx, bob.id) is None


def test_nobody_sets_what_another_person_proves_themselves_with(tx: Transaction, edges: Edges, ledger: Ledger) -> None:
    ada, bob = person(tx, edges, "ada"), person(tx, edges, "bob")
    with pytest.raises(BadPerson, match="cannot set this"):
        passwords.set_password(tx, edges, ada.id, PASSWORD, by=bob.id)
    with pytest.raises(BadPerson, match="cannot set this"):
        recovery.issue_codes(tx, edges, ada.id, by=bob.id)
    assert ledger.kinds == ["person.added"] * 2


def test_the_count_of_failures_is_kept_though_the_attempt_fails(
    database: Database, edges: Edges, ledger: Ledger, clock: FrozenClock
) -> None:
    with database.begin() as tx:
        ada = person(tx, edges, "ada")
        passwords.set_password(tx, edges, ada.id, PASSWORD, by=ada.id)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            settled(database, lambda tx: passwords.check_password(tx, edges, "ada@people.test", "wrong"))
    with pytest.raises(SignInRefused, match="does not match"):
        settled(database, lambda tx: passwords.check_password(tx, edges, "ada@people.test", PASSWORD))
    assert ledger.kinds.count("sign_in.refused") == 5
    clock.advance(minutes=15)
    assert settled(database, lambda tx: passwords.check_password(tx, edges, "ada@people.test", PASSWORD))


def app_of(tx: Transaction, edges: Edges, who: PersonId) -> pyotp.TOTP:
    return pyotp.TOTP(totp.begin_totp(tx, edges, who, issuer="Seawall", label="ada").secret)


def test_a_code_counts_once_and_only_forward(tx: Transaction, edges: Edges, ledger: Ledger, clock: FrozenClock) -> None:
    ada = person(tx, edges, "ada")
    app = app_of(tx, edges, ada.id)
    before, code = app.at(clock() - timedelta(seconds=30)), app.at(clock())
    assert isinstance(totp.check_code(tx, edges, ada.id, code), Proof)
    assert ledger.kinds[-1] == "factor.enrolled"
    assert refused(totp.check_code(tx, edges, ada.id, code))
    assert refused(totp.check_code(tx, edges, ada.id, before))
    clock.advance(seconds=30)
    assert isinstance(totp.check_code(tx, edges, ada.id, app.at(clock())), Proof)


def test_a_code_of_another_time_or_person_is_refused(tx: Transaction, edges: Edges, clock: FrozenClock) -> None:
    ada, bob = person(tx, edges, "ada"), person(tx, edges, "bob")
    app = app_of(tx, edges, ada.id)
    for who, code in ((ada, app.at(clock() + timedelta(seconds=60))), (ada, "é" * 6), (bob, app.at(clock()))):
        assert refused(totp.check_code(tx, edges, who.id, code))


def test_guesses_of_codes_run_out_and_the_wait_grows(tx: Transaction, edges: Edges, clock: FrozenClock) -> None:
    ada = person(tx, edges, "ada")
    app = app_of(tx, edges, ada.id)
    for _ in range(5):
        assert refused(totp.check_code(tx, edges, ada.id, "x"))
    assert "closed" in refused(totp.check_code(tx, edges, ada.id, app.at(clock())))
    clock.advance(minutes=15)
    for _ in range(5):
        said = refused(totp.check_code(tx, edges, ada.id, "x"))
    assert "12:45" in said


def test_the_secret_of_an_app_is_in_the_vault_and_goes_with_it(
    tx: Transaction, edges: Edges, clock: FrozenClock
) -> None:
    ada = person(tx, edges, "ada")
    app = app_of(tx, edges, ada.id)
    assert app.secret not in tx.exec_driver_sql("SELECT t::text FROM access_totp t").scalar_one()
    totp.remove_totp(tx, edges, ada.id, by=ada.id)
    assert refused(totp.check_code(tx, edges, ada.id, app.at(clock())))
    assert tx.exec_driver_sql("SELECT count(*) FROM vault_items").scalar_one() == 1


def test_a_recovery_code_works_once_for_its_person(tx: Transaction, edges: Edges) -> None:
    ada, bob = person(tx, edges, "ada"), person(tx, edges, "bob")
    codes = recovery.issue_codes(tx, edges, ada.id, by=ada.id)
    assert len(set(codes)) == 10
    assert refused(recovery.check_recovery(tx, edges, bob.id, codes[0]))
    assert isinstance(recovery.check_recovery(tx, edges, ada.id, codes[0].upper().replace("-", " ")), Proof)
    assert refused(recovery.check_recovery(tx, edges, ada.id, codes[0]))
    assert recovery.left(tx, ada.id) == 9
    recovery.issue_codes(tx, edges, ada.id, by=ada.id)
    assert refused(recovery.check_recovery(tx, edges, ada.id, codes[1]))


def test_a_passkey_registers_and_signs_in(tx: Transaction, edges: Edges, ledger: Ledger) -> None:
    ada = person(tx, edges, "ada")
    device = key_of(tx, edges, ada)
    proof = used(tx, edges, device)
    assert (proof.person, proof.verified) == (ada.id, True)
    assert ledger.kinds == ["person.added", "factor.enrolled"]


@pytest.mark.parametrize(
    "device",
    [
        Authenticator("seawall.test", "https://evil.test"),
        Authenticator("evil.test", "https://seawall.test"),
        Authenticator("seawall.test", "https://seawall.test", verifies=False),
    ],
    ids=["another origin", "another domain", "person not verified"],
)
def test_a_passkey_from_elsewhere_is_not_registered(
    tx: Transaction, edges: Edges, ledger: Ledger, device: Authenticator
) -> None:
    ada = person(tx, edges, "ada")
    asked = passkeys.begin_registration(tx, edges, SITE, ada.id, label="ada")
    answer = device.create(asked.options)
    assert refused(passkeys.register(tx, edges, SITE, asked.id, answer, person=ada.id, name="k", by=ada.id))
    assert ledger.kinds == ["person.added"]


@pytest.mark.parametrize(
    ("field", "value"), [("origin", "https://evil.test"), ("domain", "evil.test"), ("verifies", False)]
)
def test_a_passkey_used_elsewhere_or_without_its_person_proves_nothing(
    tx: Transaction, edges: Edges, field: str, value: object
) -> None:
    device = key_of(tx, edges, person(tx, edges, "ada"))
    setattr(device, field, value)
    asked = passkeys.begin_assertion(tx, edges, SITE)
    assert refused(passkeys.assert_passkey(tx, edges, SITE, asked.id, device.get(asked.options)))


def test_an_answer_is_good_once_for_its_challenge_and_its_time(
    tx: Transaction, edges: Edges, clock: FrozenClock
) -> None:
    ada, bob = person(tx, edges, "ada"), person(tx, edges, "bob")
    device = key_of(tx, edges, ada)
    asked = passkeys.begin_assertion(tx, edges, SITE)
    answer = device.get(asked.options)
    other = passkeys.begin_assertion(tx, edges, SITE)
    assert refused(passkeys.assert_passkey(tx, edges, SITE, other.id, answer))
    assert isinstance(passkeys.assert_passkey(tx, edges, SITE, asked.id, answer), Proof)
    assert refused(passkeys.assert_passkey(tx, edges, SITE, asked.id, answer))
    of_bob = passkeys.begin_assertion(tx, edges, SITE, bob.id)
    assert refused(passkeys.assert_passkey(tx, edges, SITE, of_bob.id, device.get(of_bob.options)))
    late = passkeys.begin_assertion(tx, edges, SITE)
    clock.advance(minutes=5)
    assert refused(passkeys.assert_passkey(tx, edges, SITE, late.id, device.get(late.options)))


def test_a_counter_that_does_not_grow_ends_the_passkey(tx: Transaction, edges: Edges, ledger: Ledger) -> None:
    ada = person(tx, edges, "ada")
    device = key_of(tx, edges, ada)
    used(tx, edges, device)
    device.uses -= 1
    asked = passkeys.begin_assertion(tx, edges, SITE)
    assert "copied" in refused(passkeys.assert_passkey(tx, edges, SITE, asked.id, device.get(asked.options)))
    assert ledger[-1].reason_code == "copied"  # type: ignore[attr-defined]
    assert working(tx, ada.id) == []


def test_a_passkey_that_never_counts_is_taken_as_it_is(tx: Transaction, edges: Edges) -> None:
    ada = person(tx, edges, "ada")
    device = key_of(tx, edges, ada)
    device.counts = False
    assert [used(tx, edges, device).person for _ in range(2)] == [ada.id] * 2
    assert len(working(tx, ada.id)) == 1


@pytest.mark.parametrize("answer", [{}, {"rawId": 3}, {"rawId": "!"}, {"rawId": "AAAA", "response": {}}])
def test_what_is_no_answer_of_a_passkey_is_refused(tx: Transaction, edges: Edges, answer: dict[str, object]) -> None:
    asked = passkeys.begin_assertion(tx, edges, SITE)
    assert refused(passkeys.assert_passkey(tx, edges, SITE, asked.id, answer))


def test_nothing_of_a_deactivated_person_proves_anything(tx: Transaction, edges: Edges, clock: FrozenClock) -> None:
    ada = person(tx, edges, "ada")
    device, app = key_of(tx, edges, ada), app_of(tx, edges, ada.id)
    passwords.set_password(tx, edges, ada.id, PASSWORD, by=ada.id)
    code = recovery.issue_codes(tx, edges, ada.id, by=ada.id)[0]
    link = links.issue_link(tx, edges, ada.id, by="host:test")
    people.deactivate(tx, edges, ada.id, by="host:test")
    asked = passkeys.begin_assertion(tx, edges, SITE)
    assert refused(passkeys.assert_passkey(tx, edges, SITE, asked.id, device.get(asked.options)))
    assert refused(totp.check_code(tx, edges, ada.id, app.at(clock())))
    assert refused(passwords.check_password(tx, edges, "ada@people.test", PASSWORD))
    assert refused(recovery.check_recovery(tx, edges, ada.id, code))
    assert refused(links.consume_link(tx, edges, link.token, from_loopback=True))


def test_the_first_link_makes_one_administrator_on_a_new_embedded_database_only(
    tx: Transaction, edges: Edges, ledger: Ledger
) -> None:
    assert links.first_link(tx, edges, embedded=False) is None
    assert not ledger
    link = links.first_link(tx, edges, embedded=True)
    assert link is not None
    assert link.loopback_only
    assert link.token not in tx.exec_driver_sql("SELECT l::text FROM access_links l").scalar_one()
    assert links.first_link(tx, edges, embedded=True) is None
    assert refused(links.consume_link(tx, edges, link.token, from_loopback=False))
    assert isinstance(links.consume_link(tx, edges, link.token, from_loopback=True), Proof)
    assert refused(links.consume_link(tx, edges, link.token, from_loopback=True))
    assert ledger.kinds == ["person.added", "role.granted", "sign_in_link.issued"]


def test_a_link_runs_out_and_a_new_one_ends_it(tx: Transaction, edges: Edges, clock: FrozenClock) -> None:
    ada, bob = person(tx, edges, "ada"), person(tx, edges, "bob")
    old = links.issue_link(tx, edges, ada.id, by=bob.id)
    new = links.issue_link(tx, edges, ada.id, by=bob.id)
    assert refused(links.consume_link(tx, edges, old.token, from_loopback=True))
    proof = links.consume_link(tx, edges, new.token, from_loopback=False)
    assert isinstance(proof, Proof)
    assert proof.vouched_by == bob.id
    late = links.issue_link(tx, edges, ada.id, by=bob.id)
    clock.advance(minutes=10)
    assert refused(links.consume_link(tx, edges, late.token, from_loopback=True))

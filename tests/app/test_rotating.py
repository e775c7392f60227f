"""Every key of an installation can be replaced: recorded, without locking anybody out, killed wherever one likes."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from seawall.access.people import Proof, people, recovery
from seawall.access.people.model import AddressTaken, Profile
from seawall.access.people.people import add, find_by_address
from seawall.app.commands.secrets import secrets
from seawall.app.instance import Instance
from seawall.app.publishing import publish_once
from seawall.app.rotating import StillNeeded, held, retire, rotate
from seawall.app.settings import Settings
from seawall.ledger.errors import KeyNotPublished
from seawall.ledger.handover import announce, pending
from seawall.ledger.handover_note import handover_note
from seawall.ledger.note import NoteInvalid, Verifier, open_note
from seawall.ledger.recover import recover
from seawall.ledger.signer import Signer, read_key
from seawall.ledger.source import reader
from seawall.ledger.verify import Report, verify
from seawall.vault import Retention


@pytest.fixture
def instance(database_url: str, tmp_path: Path) -> Iterator[Instance]:
    settings = Settings(
        data_dir=str(tmp_path / "data"), database_url=database_url, classifiers=False, ledger_release_after_s=0
    )
    instance = Instance(settings)
    yield instance
    instance.close()


def kinds(instance: Instance) -> list[str]:
    with instance.database().begin() as tx:
        return list(tx.scalars(text("SELECT kind FROM ledger_records ORDER BY id")))


def versions(instance: Instance, name: str) -> list[int]:
    return next([each.version, *each.earlier] for each in held(instance) if each.name == name)


def check(instance: Instance, key: str) -> Report:
    return verify(reader(str(instance.ledger_dir)), Verifier.parse(key))


def publish(instance: Instance) -> None:
    with instance.database().begin() as tx:
        add(tx, instance.edges(), Profile(name="somebody"), by="host:test")
    publish_once(instance)


def test_whoever_has_the_old_key_of_the_ledger_goes_on_verifying(instance: Instance) -> None:
    publish(instance)
    first = instance.ledger_key()
    rotate(instance, "ledger", by="host:test")
    second = instance.ledger_key()
    assert first != second
    publish(instance)
    note = (instance.ledger_dir / "checkpoint").read_text()
    assert open_note(note, Verifier.parse(first)) == open_note(note, Verifier.parse(second)), "a stock tool has either"
    assert check(instance, first).verified
    assert check(instance, second).verified
    retire(instance, "ledger", by="host:test")
    publish(instance)
    with pytest.raises(NoteInvalid, match="no signature"):
        open_note((instance.ledger_dir / "checkpoint").read_text(), Verifier.parse(first))
    report = check(instance, first)
    assert report.verified, report.problems
    assert report.seen is not None
    assert report.seen.key == second
    rotate(instance, "ledger", by="host:test")
    publish(instance)
    retire(instance, "ledger", by="host:test")
    publish(instance)
    assert check(instance, first).verified, "over two handovers"
    assert kinds(instance).count("ledger.key_rotated") == 2


def test_a_handover_that_the_old_key_did_not_sign_is_not_followed(instance: Instance, tmp_path: Path) -> None:
    publish(instance)
    first = instance.ledger_key()
    thief = Signer.load_or_create(tmp_path / "thief", instance.settings.ledger_origin)
    forged = handover_note(instance.settings.ledger_origin, thief.key, thief.key)
    (instance.ledger_dir / "keys").mkdir()
    (instance.ledger_dir / "keys" / "000").write_text(forged.replace(str(thief.verifier), first, 1))
    note = (instance.ledger_dir / "checkpoint").read_text()
    (instance.ledger_dir / "checkpoint").write_text(thief.sign(note.rpartition("\n\n")[0] + "\n"))
    assert not check(instance, first).verified


def test_a_key_that_signed_nothing_yet_does_not_stand_alone(instance: Instance) -> None:
    publish(instance)
    rotate(instance, "ledger", by="host:test")
    with pytest.raises(KeyNotPublished):
        retire(instance, "ledger", by="host:test")
    assert versions(instance, "ledger") == [2, 1]
    assert "secret.retired" not in kinds(instance)


def test_a_recovered_log_goes_on_under_its_newest_key(instance: Instance) -> None:
    publish(instance)
    first = instance.ledger_key()
    rotate(instance, "ledger", by="host:test")
    publish(instance)
    recover(instance.database(), instance.signer(), instance.ledger_dir, by="host:test", clock=instance.clock)
    publish(instance)
    assert check(instance, instance.ledger_key()).verified
    old = Verifier.parse(first)
    retire(instance, "ledger", by="host:test")
    publish(instance)
    assert check(instance, str(Verifier(f"{old.name}/2", old.public))).verified


def test_people_keep_their_addresses_codes_and_forms(instance: Instance) -> None:
    edges = instance.edges()
    with instance.database().begin() as tx:
        ada = add(tx, edges, Profile(name="Ada", address="ada@people.test"), by="host:test")
        used, kept = recovery.issue_codes(tx, edges, ada.id, by=ada.id)[:2]
        form = edges.keyed("csrf", "se_1")
    done = rotate(instance, "people", by="host:test")
    assert (done.version, done.moved) == (2, 1)
    for running in (edges, instance.edges()):
        with instance.database().begin() as tx:
            known = find_by_address(tx, running, "ADA@people.test")
            assert known is not None
            assert known.id == ada.id
            assert form in running.every_keyed("csrf", "se_1")
            assert running.keyed("csrf", "se_1") != form, "a process that runs takes the new version at once"
            with pytest.raises(AddressTaken):
                add(tx, running, Profile(name="Eve", address="ada@people.test"), by="host:test")
    with instance.database().begin() as tx:
        assert isinstance(recovery.check_recovery(tx, edges, ada.id, used), Proof)
    with pytest.raises(StillNeeded, match="9 recovery codes"):
        retire(instance, "people", by="host:test")
    assert versions(instance, "people") == [2, 1]
    retire(instance, "people", by="host:test", end_recovery_codes=True)
    assert versions(instance, "people") == [2]
    with instance.database().begin() as tx:
        assert not isinstance(recovery.check_recovery(tx, edges, ada.id, kept), Proof)
        assert find_by_address(tx, edges, "ada@people.test") is not None
        assert len(recovery.issue_codes(tx, edges, ada.id, by=ada.id)) == 10
    assert [each for each in kinds(instance) if each.startswith("secret.")] == ["secret.rotated", "secret.retired"]


def test_the_vault_is_wrapped_anew(instance: Instance) -> None:
    with instance.database().begin() as tx:
        item = instance.vault().put(tx, b"a letter", owner="somebody", retention=Retention.CASE)
    before = instance.keystore().names()
    assert rotate(instance, "vault", by="host:test").moved == 1
    assert not before & instance.keystore().names()
    with instance.database().begin() as tx:
        assert instance.vault().get(tx, item) == b"a letter"


def test_no_secret_is_shown_or_recorded(instance: Instance) -> None:
    for name in ("people", "accounts", "ledger"):
        told = CliRunner().invoke(secrets, ["rotate", name, "--json"], obj=instance)
        assert told.exit_code == 0, told.output
    publish(instance)
    shown = CliRunner().invoke(secrets, ["show", "--json"], obj=instance).output
    shown += CliRunner().invoke(secrets, ["show"], obj=instance).output
    hidden = [*instance.keystore().every("people"), *instance.keystore().every("accounts")]
    hidden += [path.read_bytes() for path in (instance.data_dir / "keys").iterdir()]
    with instance.database().begin() as tx:
        rows = " ".join(tx.scalars(text("SELECT r::text FROM ledger_records AS r")))
        rows += " ".join(tx.scalars(text("SELECT r::text FROM access_secrets AS r")))
    assert len(hidden) == 6
    assert not any(secret.hex() in rows or secret.hex() in shown for secret in hidden)
    assert [each["version"] for each in json.loads(shown.partition("\n")[0])] == [2, 2, 2]


# What is killed runs in a process of its own, and ends itself at exactly one place.
_KILLED = """
    import os, signal, sys
    from seawall.app import rotating
    from seawall.app.instance import Instance
    from seawall.app.settings import Settings

    class Dying(Instance):
        def record(self, tx, body):
            super().record(tx, body)
            if body.kind in ("secret.rotated", "secret.retired"):
                os.kill(os.getpid(), signal.SIGKILL)

    settings = Settings(data_dir=sys.argv[1], database_url=sys.argv[2], classifiers=False)
    getattr(rotating, sys.argv[3])(Dying(settings), sys.argv[4], by="host:killed")
"""


def killed(instance: Instance, act: str, name: str) -> None:
    settings = instance.settings
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_KILLED), settings.data_dir, settings.database_url, act, name],
        check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize("name", ["people", "accounts"])
def test_a_rotation_that_is_killed_before_its_commit_is_finished_not_repeated(instance: Instance, name: str) -> None:
    with instance.database().begin() as tx:
        add(tx, instance.edges(), Profile(name="Ada", address="ada@people.test"), by="host:test")
    killed(instance, "rotate", name)
    assert versions(instance, name) == [2, 1]
    assert "secret.rotated" not in kinds(instance)
    with instance.database().begin() as tx:
        assert find_by_address(tx, instance.edges(), "ada@people.test") is not None, "in the meantime, too"
    with pytest.raises(StillNeeded, match="not finished"):
        retire(instance, name, by="host:test", end_recovery_codes=True)
    assert rotate(instance, name, by="host:test").version == 2
    assert versions(instance, name) == [2, 1]
    assert kinds(instance).count("secret.rotated") == 1
    killed(instance, "retire", name)
    assert versions(instance, name) == [2, 1]
    retire(instance, name, by="host:test")
    assert versions(instance, name) == [2]
    with instance.database().begin() as tx:
        assert find_by_address(tx, instance.edges(), "ada@people.test") is not None


def test_a_rotation_of_the_ledgers_key_goes_on_wherever_it_was_killed(instance: Instance) -> None:
    publish(instance)
    first, folder = instance.ledger_key(), instance.data_dir / "keys"
    origin, database = instance.settings.ledger_origin, instance.database()
    made = pending(folder)
    material = (folder / "ledger.v2.pending").read_bytes()
    assert instance.ledger_key() == first, "made, not announced: not in use"
    assert pending(folder) == made
    for _ in range(2):
        announce(database, folder, origin, made, by="host:test", clock=instance.clock)
    assert kinds(instance).count("ledger.key_rotated") == 1
    assert instance.ledger_key() == first, "announced, not in use"
    publish(instance)
    assert check(instance, first).verified
    rotate(instance, "ledger", by="host:test")
    assert (folder / "ledger.v2.key").read_bytes() == material
    assert kinds(instance).count("ledger.key_rotated") == 1
    publish(instance)
    assert check(instance, first).verified
    assert read_key(folder / "ledger.v2.key")
    assert not (folder / "ledger.v2.pending").exists()


def test_an_account_against_which_something_holds_keeps_its_name(instance: Instance) -> None:
    from seawall.enforce import StandingBook, account_id, restrict
    from seawall.gateway.live import Live
    from seawall.vocabulary.ids import AccountId, KeyId

    key = KeyId("key_1")
    old = account_id(instance.account_secrets()[0], key, "ada")
    rotate(instance, "accounts", by="host:test")
    newest, *earlier = instance.account_secrets()

    def live(standings: StandingBook) -> Any:
        wired = ("access", "policies", "listener", "recorder", "client", "screens", "record", "clock", "referenced")
        given = dict.fromkeys(wired)
        return Live(
            **given, standings=standings, account_secret=newest, earlier_account_secrets=tuple(earlier),
            body_limit=1, connect_s=1,
        )  # type: ignore[arg-type]  # fmt: skip

    standings = StandingBook(instance.clock)
    assert live(standings).account(key, "ada") == account_id(newest, key, "ada")
    with instance.database().begin() as tx:
        tx.execute(
            text(
                "INSERT INTO enforce_accounts (id, project, key, has_end_user, state, timeline, first_seen, weight, "
                "counts_from, updated_at) VALUES (:id, 'pr_1', 'key_1', true, 'good', '[]', now(), 0, 0, now())"
            ),
            {"id": old},
        )
        restrict(
            tx, AccountId(old), per_minute=1, by="host:test", reason_code="test", until=None,
            record=instance.record, clock=instance.clock,
        )  # fmt: skip
        standings.load(tx)
    assert live(standings).account(key, "ada") == old
    assert live(standings).account(key, "bob") == account_id(newest, key, "bob")


def test_a_name_that_is_no_secret_is_refused(instance: Instance) -> None:
    told = CliRunner().invoke(secrets, ["rotate", "session"], obj=instance)
    assert told.exit_code == 2
    assert isinstance(secrets, click.Group)
    assert os.environ.get("SEAWALL_KEY") is None
    assert people

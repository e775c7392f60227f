"""Rotate and retire the secrets of an installation. Each is a record; each may be killed anywhere and begun again.

| name | what it is | what a rotation does |
|---|---|---|
| ledger | the key that signs checkpoints | a record announces the new one; both sign until the old is retired |
| vault | the keys that wrap what the vault holds | everything is wrapped anew, the old keys are destroyed |
| people | finds addresses, checks recovery codes and forms | addresses move at once; the rest is tried under both |
| accounts | makes end users accounts | accounts against which something holds keep their names, the rest get new ones |

One more, `identities`, is behind what providers and directories call people. It is not rotated: those names are kept
nowhere, so nobody could be found again. It hides them from whoever has the database alone, and opens nothing.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec
from sqlalchemy import delete, func, select

from seawall.access import secrets
from seawall.access.people.people import rehash
from seawall.access.people.tables import recovery_codes
from seawall.app.instance import Instance
from seawall.ledger.files import Files
from seawall.ledger.handover import retire as retire_ledger
from seawall.ledger.handover import rotate as rotate_ledger
from seawall.ledger.sequencer import origin_of, read_state
from seawall.ledger.signer import versions as ledger_versions
from seawall.store import Transaction
from seawall.vault import sweep
from seawall.vocabulary.errors import Conflict, InvalidInput
from seawall.vocabulary.records.audit import SecretRetired, SecretRotated

NAMES = ("ledger", "vault", "people", "accounts")


class NoSuchSecret(InvalidInput):
    """No secret of the installation has that name, or it is rotated only."""

    code = "app.no_such_secret"


class StillNeeded(Conflict):
    """Something rests on an earlier version alone."""

    code = "app.secret_still_needed"


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A secret of the installation: its newest version, earlier ones that still count, when it was rotated last."""

    name: str
    version: int
    earlier: tuple[int, ...]
    rotated_at: datetime | None
    rotated_by: str | None


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What a rotation did. `moved` is how much was moved to the new version at once."""

    name: str
    version: int
    moved: int = 0
    says: str = ""


def held(instance: Instance) -> list[Held]:
    """Return the secrets of the installation, without any of them."""
    with instance.database().begin() as tx:
        last = {each.name: each for each in secrets.history(tx)}
    found = {
        "ledger": ledger_versions(instance.data_dir / "keys") or [1],
        **{name: instance.keystore().versions(name) for name in ("people", "accounts")},
    }
    return [
        Held(
            name=name,
            version=numbers[0],
            earlier=tuple(numbers[1:]),
            rotated_at=last[name].made_at if name in last else None,
            rotated_by=last[name].made_by if name in last else None,
        )
        for name, numbers in found.items()
    ]


def rotate(instance: Instance, name: str, *, by: str) -> Done:
    """Give a secret a new version, or finish what was begun. Raises NoSuchSecret."""
    acts: dict[str, Callable[[Instance, str], Done]] = {
        "ledger": _ledger,
        "vault": _vault,
        "people": _people,
        "accounts": _accounts,
    }
    if name not in acts:
        raise NoSuchSecret(f"There is no secret {name!r}.", hint=f"There are: {', '.join(NAMES)}.")
    return acts[name](instance, by)


def retire(instance: Instance, name: str, *, by: str, end_recovery_codes: bool = False) -> Done:
    """Destroy the earlier versions of a secret. Raises NoSuchSecret, StillNeeded, KeyNotPublished."""
    if name == "ledger":
        return _retire_ledger(instance, by)
    if name not in ("people", "accounts"):
        raise NoSuchSecret(f"{name!r} has no versions to retire.", hint="There are: ledger, people, accounts.")
    with instance.database().begin() as tx:
        secrets.one_at_a_time(tx)
        ended = _end_recovery_codes(tx, instance, end_recovery_codes) if name == "people" else 0
        newest, *earlier = instance.keystore().versions(name)
        if newest > secrets.in_force(tx, name):
            raise StillNeeded(f"A rotation of {name} was not finished.", hint=f"seawall secrets rotate {name}")
        instance.record(tx, SecretRetired(name=name, versions=tuple(earlier), ended=ended, by=by))
        secrets.retired(tx, name, earlier, clock=instance.clock)
    # After the commit: killed here, they are destroyed by the next call.
    for version in earlier:
        instance.keystore().discard(name, version)
    return Done(name=name, version=newest, moved=0, says=f"{len(earlier)} earlier versions are destroyed.")


def _ledger(instance: Instance, by: str) -> Done:
    with instance.database().begin() as tx:
        origin = origin_of(instance.settings.ledger_origin, read_state(tx).generation)
    told = rotate_ledger(instance.database(), instance.data_dir / "keys", origin, by=by, clock=instance.clock)
    with instance.database().begin() as tx:
        secrets.one_at_a_time(tx)
        if secrets.in_force(tx, "ledger") < told.version:
            secrets.put_in_force(tx, "ledger", told.version, by=by, clock=instance.clock)
    return Done(name="ledger", version=told.version, says=f"Give people the new key: {told.new_key}")


def _vault(instance: Instance, by: str) -> Done:
    with instance.database().begin() as tx:
        rotated = instance.vault().rotate(tx, by=by)
    swept = sweep(instance.vault(), instance.database(), instance.clock)
    return Done(
        name="vault", version=len(rotated.keys), moved=swept.rewrapped, says=f"{len(rotated.keys)} keys retired."
    )


def _people(instance: Instance, by: str) -> Done:
    edges = instance.edges()
    return _renewed(instance, "people", by, lambda tx: rehash(tx, edges), "Every address moved.")


def _accounts(instance: Instance, by: str) -> Done:
    says = "Gateways take it when they start next: stop and start them one after another."
    return _renewed(instance, "accounts", by, lambda _: 0, says)


def _renewed(instance: Instance, name: str, by: str, move: Callable[[Transaction], int], says: str) -> Done:
    with instance.database().begin() as tx:
        secrets.one_at_a_time(tx)
        keystore = instance.keystore()
        version = keystore.versions(name)[0]
        if version == secrets.in_force(tx, name):
            version = keystore.renew(name)
        moved = move(tx)
        secrets.put_in_force(tx, name, version, by=by, clock=instance.clock)
        instance.record(tx, SecretRotated(name=name, version=version, moved=moved, by=by))
    return Done(name=name, version=version, moved=moved, says=says)


def _end_recovery_codes(tx: Transaction, instance: Instance, end: bool) -> int:
    """Return how many recovery codes rested on earlier versions; refuse to, or end them."""
    since = next((each.made_at for each in reversed(secrets.history(tx)) if each.name == "people"), None)
    if since is None:
        return 0
    resting = recovery_codes.c.used_at.is_(None) & (recovery_codes.c.issued_at <= since)
    count = tx.scalar(select(func.count()).select_from(recovery_codes).where(resting)) or 0
    if count and not end:
        raise StillNeeded(
            f"{count} recovery codes rest on an earlier version.",
            hint="Let people make new ones, or end them with --end-recovery-codes.",
        )
    tx.execute(delete(recovery_codes).where(resting))
    return count


def _retire_ledger(instance: Instance, by: str) -> Done:
    with instance.database().begin() as tx:
        secrets.one_at_a_time(tx)
        origin = origin_of(instance.settings.ledger_origin, read_state(tx).generation)
        gone = retire_ledger(instance.data_dir / "keys", Files(instance.ledger_dir), origin)
        instance.record(tx, SecretRetired(name="ledger", versions=gone, ended=0, by=by))
        secrets.retired(tx, "ledger", gone, clock=instance.clock)
    newest = ledger_versions(instance.data_dir / "keys")[0]
    return Done(name="ledger", version=newest, says=f"{len(gone)} earlier keys are destroyed.")

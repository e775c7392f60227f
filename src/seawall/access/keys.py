"""Make, revoke and list keys. A secret is shown once and stored as its SHA-256: it has 256 random bits."""

import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import exists, insert, select, update

from seawall.access.model import BadSetting, KeyHeld, KeyRefused, KeyShown, NoSuchKey
from seawall.access.projects import CHANNEL, Write, find
from seawall.access.reviews import REVIEW_AFTER, enlist
from seawall.access.tables import keys, projects, reviews, tester_keys
from seawall.store import Transaction
from seawall.store.listen import notify
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.ids import KeyId, ProjectId, new_id
from seawall.vocabulary.records.access import KeyCreated, KeyRevoked

PREFIX = "sw_"


def digest(secret: str) -> bytes:
    """Return what is stored of a secret."""
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


def create_key(
    tx: Transaction,
    project: str,
    name: str,
    *,
    zero_retention: bool | None = None,
    owner: str = "",
    by: str,
    record: Write,
    clock: Clock,
) -> tuple[KeyId, str]:
    """Make a key of a project; return its id and the secret, which nothing can show again.

    `owner` answers for the application that it is for; left out, whoever makes it. Raises NoSuchProject, BadSetting.
    """
    if not name.strip() or len(name) > 80 or not name.isprintable():
        raise BadSetting(f"{name[:80]!r} cannot name a key.", hint="Take up to 80 printable characters.")
    made_in = find(tx, project)
    key, secret = KeyId(new_id("key")), PREFIX + secrets.token_urlsafe(32)
    row: dict[str, Any] = {
        "id": key,
        "project": made_in.id,
        "name": name,
        "hash": digest(secret),
        "prefix": secret[:7],
        "zero_retention": zero_retention,
        "created_at": clock(),
    }
    tx.execute(insert(keys).values(row))
    enlist(tx, "key", key, owner=owner or by, review_at=row["created_at"] + REVIEW_AFTER)
    record(tx, KeyCreated(key=key, project=made_in.id, zero_retention=zero_retention, owner=owner or by, by=by))
    notify(tx, CHANNEL, made_in.id)
    return key, secret


def find_held(tx: Transaction, secret: str | None) -> KeyHeld:
    """Return whose working key this is. Keys of outside testers reach the live path alone. Raises KeyRefused."""
    tests = exists().where(tester_keys.c.key == keys.c.id)
    works = keys.c.revoked_at.is_(None) & projects.c.archived_at.is_(None) & ~tests
    whose = (
        select(keys.c.id, keys.c.project, keys.c.zero_retention, projects.c.zero_retention.label("keeps_none"))
        .join(projects, projects.c.id == keys.c.project)
        .where(keys.c.hash == digest(secret or ""), works)
    )
    row = tx.execute(whose).first()
    if row is None:
        hint = "Send a project's key as `x-api-key`, or as `Authorization: Bearer`."
        raise KeyRefused("No key was sent that works here.", hint=hint)
    keeps_none = row.keeps_none if row.zero_retention is None else row.zero_retention
    return KeyHeld(project=row.project, key=row.id, zero_retention=keeps_none)


def keeps_none(tx: Transaction, key: str) -> bool:
    """Tell whether nothing is kept of what comes with a key, by itself or by its project; not of one unknown."""
    whose = (
        select(keys.c.zero_retention, projects.c.zero_retention.label("keeps_none"))
        .join(projects, projects.c.id == keys.c.project)
        .where(keys.c.id == key)
    )
    row = tx.execute(whose).first()
    return row is not None and bool(row.keeps_none if row.zero_retention is None else row.zero_retention)


def project_of(tx: Transaction, key: str) -> ProjectId:
    """Return the project of a key, ended or not. Raises NoSuchKey."""
    project = tx.scalar(select(keys.c.project).where(keys.c.id == key))
    if project is None:
        raise NoSuchKey(f"There is no key {key!r}.", hint="`seawall keys list` shows all; give its id.")
    return ProjectId(project)


def revoke_key(tx: Transaction, key: str, *, by: str, record: Write, clock: Clock) -> None:
    """End a key. Raises NoSuchKey for one that is unknown or ended already."""
    open_key = (keys.c.id == key) & keys.c.revoked_at.is_(None)
    project = tx.scalar(update(keys).where(open_key).values(revoked_at=clock()).returning(keys.c.project))
    if project is None:
        raise NoSuchKey(f"There is no working key {key!r}.", hint="`seawall keys list` shows all; give its id.")
    record(tx, KeyRevoked(key=KeyId(key), by=by))
    notify(tx, CHANNEL, project)


def list_keys(tx: Transaction, project: str | None = None) -> Sequence[KeyShown]:
    """Return the keys of a project, or all, newest first. Raises NoSuchProject."""
    mine = (reviews.c.source == "key") & (reviews.c.thing == keys.c.id)
    found = select(keys, reviews.c.owner).outerjoin(reviews, mine).order_by(keys.c.id.desc())
    if project is not None:
        found = found.where(keys.c.project == find(tx, project).id)
    return [
        KeyShown(
            key=row.id,
            project=row.project,
            name=row.name,
            owner=row.owner or "",
            prefix=row.prefix,
            zero_retention=row.zero_retention,
            created_at=row.created_at,
            revoked_at=row.revoked_at,
        )
        for row in tx.execute(found)
    ]

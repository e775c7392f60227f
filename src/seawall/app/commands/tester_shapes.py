"""Engagements, testers and their keys as `seawall testers` shows them, whichever way it learned of them."""

from datetime import datetime
from typing import Any

import msgspec

from seawall.access import testers as rooms
from seawall.access.testers import Engagement, Tester, TesterKey
from seawall.app.commands.options import instance
from seawall.store import Transaction
from seawall.vocabulary.records.testers import Conditions


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """An engagement as lists show it."""

    id: str
    organisation: str
    project: str
    owner: str
    state: str
    begins: datetime
    ends: datetime
    ended_at: datetime | None
    models: tuple[str, ...]
    addresses: tuple[str, ...]
    request_budget: int | None
    token_budget: int | None
    requests: int
    tokens: int
    safeguards: bool


class Validated(msgspec.Struct, frozen=True, kw_only=True):
    """A tester of an engagement."""

    person: str
    checked: str
    validated_by: str
    validated_at: datetime
    removed_at: datetime | None
    has_factor: bool
    active: bool


class Whole(Shown, frozen=True, kw_only=True):
    """An engagement with its people and keys."""

    purpose: str
    testers: tuple[Validated, ...]
    keys: tuple[TesterKey, ...]


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A new key; the secret is shown this once."""

    key: str
    secret: str


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """The record that states the conditions."""

    record: str
    conditions: Conditions


def seen(tx: Transaction, found: Engagement) -> Shown:
    """Return an engagement as lists show it."""
    return Shown(**_fields(tx, found))


def whole(tx: Transaction, found: Engagement) -> Whole:
    """Return an engagement with its people and keys."""
    return Whole(
        **_fields(tx, found),
        purpose=rooms.purpose_of(tx, instance().edges(), found),
        testers=tuple(map(validated, rooms.testers_of(tx, found.id))),
        keys=tuple(rooms.keys_of(tx, found.id)),
    )


def _fields(tx: Transaction, found: Engagement) -> dict[str, Any]:
    requests, tokens = rooms.used(tx, found.id)
    counted = {"state": found.state(instance().clock()).value, "requests": requests, "tokens": tokens}
    plain = set(Shown.__struct_fields__) - set(counted)
    return {name: getattr(found, name) for name in plain} | counted


def validated(tester: Tester) -> Validated:
    """Return a tester as lists show them."""
    return Validated(**{name: getattr(tester, name) for name in Validated.__struct_fields__})

"""What a record becomes before it enters the ledger: a canonical body and a salted commitment of one size. Pure.

    record -> body (RFC 8785; private fields as salted digests) -> entry = tag || SHA-256(tag || leaf salt || body)

Every salt is derived from one secret of 32 bytes per record, so that one field can be disclosed without the others.
"""

import hmac
import os
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
import rfc8785

from seawall.vocabulary.errors import InvalidInput, SeawallError
from seawall.vocabulary.ids import RecordId, new_id
from seawall.vocabulary.records import Audience, Record

_ENTRY = b"seawall/entry/1\x00"
_FIELD = b"seawall/field/1\x00"
ENTRY_BYTES = len(_ENTRY) + 32
SALT_BYTES = 32


class NotCanonical(InvalidInput):
    """A record holds a value that canonical JSON does not carry exactly."""

    code = "ledger.not_canonical"


class CommitmentWrong(SeawallError):
    """A body, a salt or a disclosed field is not what the ledger committed to."""

    code, status = "ledger.commitment_wrong", 422


class Committed(msgspec.Struct, frozen=True, kw_only=True):
    """A record as the ledger keeps it. `private` are the values of its private fields, as canonical JSON."""

    id: RecordId
    kind: str
    audience: Audience
    at: datetime
    body: bytes
    private: bytes
    secret: bytes
    entry: bytes


class Disclosure(msgspec.Struct, frozen=True, kw_only=True):
    """One private field of a record, with what is needed to check it. `salt` is hexadecimal."""

    record: str
    field: str
    value: Any
    salt: str


def commit(record: Record, *, at: datetime) -> Committed:
    """Return the body and the commitment of a record. Raises NotCanonical."""
    name, secret = RecordId(new_id("re")), os.urandom(32)
    fields: dict[str, Any] = msgspec.to_builtins(record)
    private = {field: fields[field] for field in sorted(record.private)}
    shown = {field: value for field, value in fields.items() if field not in private}
    digests = {field: {"digest": _digest(field, value, field_salt(secret, field))} for field, value in private.items()}
    head = {"v": 1, "kind": record.kind, "id": name, "at": at.isoformat()}
    body = canonical({**shown, **digests, **head}, record.kind)
    return Committed(
        id=name,
        kind=record.kind,
        audience=record.audience,
        at=at,
        body=body,
        private=canonical(private, record.kind),
        secret=secret,
        entry=entry(body, leaf_salt(secret)),
    )


def entry(body: bytes, salt: bytes) -> bytes:
    """Return the entry that commits to a body."""
    return _ENTRY + sha256(_ENTRY + salt + body).digest()


def leaf_salt(secret: bytes) -> bytes:
    """Return the salt of the whole body."""
    return hmac.digest(secret, b"leaf", "sha256")


def field_salt(secret: bytes, field: str) -> bytes:
    """Return the salt of one private field."""
    return hmac.digest(secret, b"field:" + field.encode(), "sha256")


def disclose(record: str, private: bytes, secret: bytes, field: str) -> Disclosure:
    """Return one private field with its salt. Raises CommitmentWrong when the record has no such field."""
    values = msgspec.json.decode(private, type=dict[str, Any])
    if field not in values:
        raise CommitmentWrong(
            f"{record} has no private field {field!r}.", hint=f"It has: {', '.join(values) or 'none'}."
        )
    return Disclosure(record=record, field=field, value=values[field], salt=field_salt(secret, field).hex())


def check_disclosure(body: Mapping[str, Any], told: Disclosure) -> None:
    """Check a disclosed field against the digest in its record's body. Raises CommitmentWrong."""
    held = body.get(told.field)
    stated = held.get("digest") if isinstance(held, Mapping) else None
    if body.get("id") != told.record or stated is None:
        raise CommitmentWrong(f"This body is not of {told.record}, or commits to no field {told.field!r}.")
    if stated != _digest(told.field, told.value, _from_hex(told.salt)):
        raise CommitmentWrong(f"The value of {told.field!r} is not the one that {told.record} committed to.")


def canonical(value: Any, what: str) -> bytes:
    """Return a value as RFC 8785 JSON. Raises NotCanonical for floats and numbers that JSON does not carry exactly."""
    place = _inexact(value)
    if place is not None:
        raise NotCanonical(
            f"{what}: the value at {place or 'the top'} is a fraction, which canonical bodies do not hold.",
            hint="Write it as a whole number of thousandths, or as text.",
        )
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeError) as error:
        raise NotCanonical(f"{what}: {error}") from None


def _inexact(value: Any, place: str = "") -> str | None:
    if isinstance(value, float):
        return place
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list | tuple) else ()
    for name, below in items:
        found = _inexact(below, f"{place}.{name}".removeprefix("."))
        if found is not None:
            return found
    return None


def _digest(field: str, value: Any, salt: bytes) -> str:
    return sha256(_FIELD + salt + canonical(value, field)).hexdigest()


def _from_hex(salt: str) -> bytes:
    try:
        return bytes.fromhex(salt)
    except ValueError:
        raise CommitmentWrong(f"The salt {salt[:20]!r} is not hexadecimal.") from None

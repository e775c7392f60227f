"""Passkeys and security keys (WebAuthn), checked by py_webauthn. Each challenge is kept here and good once.

The person is verified by the device every time. A counter that does not grow is a copy: the key then ends. Keys that
always count zero, as synchronised ones do, are taken as they are. Attestation is not asked for.
"""

import secrets
from datetime import timedelta
from typing import Any

import msgspec
import webauthn
from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from seawall.access.people.edges import Edges
from seawall.access.people.held_keys import working
from seawall.access.people.model import BadPerson, Kind
from seawall.access.people.people import find, human_of
from seawall.access.people.proofs import Attempted, Proof, SignInRefused, Way
from seawall.access.people.tables import challenges, passkeys
from seawall.access.projects import CHANNEL
from seawall.store import Transaction
from seawall.store.listen import notify
from seawall.vocabulary.ids import PersonId, new_id
from seawall.vocabulary.records.people import FactorEnrolled, FactorRemoved

CHALLENGE_GOOD_FOR = timedelta(minutes=5)
_MALFORMED = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """Where passkeys are used: the domain, and every origin from which browsers may come."""

    domain: str
    name: str
    origins: tuple[str, ...]


class Challenge(msgspec.Struct, frozen=True, kw_only=True):
    """What a browser is given: `options` as JSON for `navigator.credentials`, `id` to come back with the answer."""

    id: str
    options: str


def begin_registration(tx: Transaction, edges: Edges, site: Site, person: str, *, label: str) -> Challenge:
    """Return what a browser needs to make a passkey. Raises NoSuchPerson, BadPerson."""
    known = find(tx, person)
    if known.kind is not Kind.PERSON or not known.active:
        raise BadPerson(f"{person} cannot have a passkey.", hint="Active people can; service accounts have tokens.")
    challenge = secrets.token_bytes(32)
    options = webauthn.generate_registration_options(
        rp_id=site.domain,
        rp_name=site.name,
        user_id=known.id.encode(),
        user_name=label,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_descriptors(tx, known.id),
    )
    return _kept(tx, edges, "register", known.id, challenge, webauthn.options_to_json(options))


def register(
    tx: Transaction,
    edges: Edges,
    site: Site,
    challenge: str,
    answer: dict[str, Any],
    *,
    person: PersonId,
    name: str,
    vouched_by: PersonId | None = None,
    by: str,
) -> Attempted:
    """Keep a new passkey of a person and return the proof that it made, or the refusal.

    `vouched_by` is whoever issued the link of the session in which this happens.
    """
    asked = _taken(tx, edges, "register", challenge)
    if asked is None or asked.person != person:
        return _refused("This registration has run out.")
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=asked.challenge,
            expected_rp_id=site.domain,
            expected_origin=list(site.origins),
            require_user_verification=True,
        )
    except _MALFORMED:
        return _refused("The passkey could not be checked.")
    row: dict[str, Any] = {"id": new_id("pk"), "person": person, "name": name, "credential": made.credential_id}
    row |= {"public_key": made.credential_public_key, "sign_count": made.sign_count, "enrolled_at": edges.clock()}
    row |= {"backed_up": made.credential_backed_up, "enrolled_by": by, "vouched_by": vouched_by or human_of(tx, by)}
    try:
        with tx.begin_nested():
            tx.execute(insert(passkeys).values(row))
    except IntegrityError:
        return _refused("This passkey is registered already.")
    edges.record(tx, FactorEnrolled(person=person, factor=str(row["id"]), way=Way.PASSKEY, by=by))
    notify(tx, CHANNEL, person)
    return Proof(person=person, way=Way.PASSKEY, at=edges.clock(), factor=str(row["id"]), verified=True)


def begin_assertion(tx: Transaction, edges: Edges, site: Site, person: str | None = None) -> Challenge:
    """Return what a browser needs to use a passkey: of one person, or whichever it has."""
    challenge = secrets.token_bytes(32)
    options = webauthn.generate_authentication_options(
        rp_id=site.domain,
        challenge=challenge,
        allow_credentials=_descriptors(tx, person) if person else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _kept(tx, edges, "assert", person, challenge, webauthn.options_to_json(options))


def assert_passkey(tx: Transaction, edges: Edges, site: Site, challenge: str, answer: dict[str, Any]) -> Attempted:
    """Return the proof that somebody used a passkey and was verified by it, or the refusal."""
    asked = _taken(tx, edges, "assert", challenge)
    row = None if asked is None else _credential(tx, answer)
    if asked is None or row is None or asked.person not in (None, row.person) or not find(tx, row.person).active:
        return _refused("This passkey is not known here, or the attempt has run out.")
    try:
        used = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=asked.challenge,
            expected_rp_id=site.domain,
            expected_origin=list(site.origins),
            credential_public_key=row.public_key,
            # The counter is judged here, as what it says is more than a failed check.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except _MALFORMED:
        return _refused("The passkey could not be checked.")
    if used.new_sign_count <= row.sign_count and (used.new_sign_count or row.sign_count):
        remove_passkey(tx, edges, row.id, by=row.person, reason_code="copied")
        return _refused("This passkey was copied: it is ended.")
    new = {"sign_count": used.new_sign_count, "used_at": edges.clock(), "backed_up": used.credential_backed_up}
    tx.execute(update(passkeys).where(passkeys.c.id == row.id).values(new))
    return Proof(
        person=row.person, way=Way.PASSKEY, at=edges.clock(), factor=row.id, verified=True, vouched_by=row.vouched_by
    )


def remove_passkey(tx: Transaction, edges: Edges, passkey: str, *, by: str, reason_code: str = "removed") -> None:
    """Let a passkey count no more; nothing happens to one that does not."""
    mine = (passkeys.c.id == passkey) & passkeys.c.removed_at.is_(None)
    person = tx.scalar(update(passkeys).where(mine).values(removed_at=edges.clock()).returning(passkeys.c.person))
    if person is not None:
        edges.record(tx, FactorRemoved(person=person, factor=passkey, way=Way.PASSKEY, reason_code=reason_code, by=by))
        notify(tx, CHANNEL, person)


def _descriptors(tx: Transaction, person: str) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=row.credential) for row in working(tx, person)]


def _kept(tx: Transaction, edges: Edges, purpose: str, person: str | None, challenge: bytes, options: str) -> Challenge:
    name, now = new_id("ch"), edges.clock()
    tx.execute(delete(challenges).where(challenges.c.ends_at <= now))
    row = {"id": name, "purpose": purpose, "person": person, "challenge": challenge}
    tx.execute(insert(challenges).values(row | {"ends_at": now + CHALLENGE_GOOD_FOR}))
    return Challenge(id=name, options=options)


def _taken(tx: Transaction, edges: Edges, purpose: str, challenge: str) -> Row[Any] | None:
    mine = (challenges.c.id == challenge) & (challenges.c.purpose == purpose) & (challenges.c.ends_at > edges.clock())
    return tx.execute(delete(challenges).where(mine).returning(challenges)).first()


def _credential(tx: Transaction, answer: dict[str, Any]) -> Row[Any] | None:
    try:
        credential = base64url_to_bytes(answer["rawId"])
    except _MALFORMED:
        return None
    known = (passkeys.c.credential == credential) & passkeys.c.removed_at.is_(None)
    return tx.execute(select(passkeys).where(known).with_for_update()).first()


def _refused(message: str) -> SignInRefused:
    return SignInRefused(message, hint="Begin again, or use another way.")

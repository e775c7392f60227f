"""What is held of a person who works here: profile, factors, sessions, roles, and the records that name them.

Erased they keep their id, so that what they did stays attributed; nothing that says who that was remains. Their roles
and sessions end. Records are found by looking through all private fields: seconds, on a large ledger.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import delete, select, text, update

from seawall.access.people import Edges, passwords, people, roles, totp
from seawall.access.people import passkeys as keys
from seawall.access.people.held_keys import working
from seawall.access.people.model import Profile
from seawall.access.people.tables import attempts, challenges, links, passkeys, recovery_codes, sessions
from seawall.access.people.tables import passwords as hashes
from seawall.access.people.tables import people as known
from seawall.access.people.tables import totp as apps
from seawall.access.privacy.content import KEPT_BY_LAW
from seawall.access.privacy.model import Kept, Removed, Subject, Whose
from seawall.access.tables import testers
from seawall.store import Transaction

ERASED = Profile(name="(erased)")
_NAMED = text("""
    SELECT id, kind, at FROM ledger_records WHERE position(CAST(:id AS bytea) IN private) > 0 ORDER BY id
""")


class PeopleHolder:
    """People who work here, and testers."""

    name = "person"

    def __init__(self, edges: Edges) -> None:
        self._edges = edges

    def holds(self, tx: Transaction, subject: Subject) -> Iterable[Mapping[str, Any]]:
        """Give what is known of a person."""
        if subject.kind is Whose.PERSON:
            yield from self._holds(tx, subject.id)

    def erase(self, tx: Transaction, subject: Subject, *, by: str) -> Removed:
        """Take away who somebody is and all they could sign in with."""
        if subject.kind is not Whose.PERSON:
            return Removed(count=0)
        who, kept = people.find(tx, subject.id), list[Kept]()
        gone = self._factors(tx, who.id, by) + self._sessions(tx, who.id)
        for grant in roles.held(tx, who.id):
            roles.withdraw(tx, self._edges, who.id, grant.role, by=by, reason_code="person_asked")
        if who.active:
            people.deactivate(tx, self._edges, who.id, by=by)
        if self._on_hold(tx, who.id):
            kept.append(Kept(what="profile", count=1, why=KEPT_BY_LAW))
        else:
            people.change(tx, self._edges, who.id, ERASED, by=by)
            gone += 1
        named = len(tx.execute(_NAMED, {"id": who.id.encode()}).all())
        kept.append(Kept(what="records", count=named, why="ledger_names_the_id_alone"))
        return Removed(count=gone, kept=tuple(kept))

    def _on_hold(self, tx: Transaction, person: str) -> bool:
        profile = tx.scalar(select(known.c.profile).where(known.c.id == person))
        return any(each.id == profile and each.on_hold for each in self._edges.vault.owned(tx, person))

    def _factors(self, tx: Transaction, person: Any, by: str) -> int:
        gone = 0
        for row in working(tx, person):
            keys.remove_passkey(tx, self._edges, row.id, by=by, reason_code="person_asked")
            gone += 1
        # Votes refer to a passkey, so its row stays, without what its owner called it.
        tx.execute(update(passkeys).where(passkeys.c.person == person).values(name=""))
        gone += tx.scalar(select(apps.c.id).where(apps.c.person == person)) is not None
        totp.remove_totp(tx, self._edges, person, by=by, reason_code="person_asked")
        if tx.scalar(select(hashes.c.set_at).where(hashes.c.person == person)) is not None:
            passwords.remove_password(tx, self._edges, person, by=by)
            gone += 1
        return gone + tx.execute(delete(recovery_codes).where(recovery_codes.c.person == person)).rowcount

    def _sessions(self, tx: Transaction, person: str) -> int:
        gone = 0
        for table in (sessions, links, attempts, challenges):
            gone += tx.execute(delete(table).where(table.c.person == person)).rowcount
        return gone

    def _holds(self, tx: Transaction, person: str) -> Iterator[Mapping[str, Any]]:
        who, profile = people.find(tx, person), people.profile_of(tx, self._edges, person)
        yield {
            "part": "profile",
            "name": profile.name,
            "address": profile.address,
            "kind": who.kind.value,
            "source": who.source.value,
            "added_at": who.added_at.isoformat(),
            "added_by": who.added_by,
            "active": who.active,
            "on_hold": self._on_hold(tx, person),
        }
        for grant in roles.held(tx, person):
            told = {"part": "role", "role": grant.role, "granted_by": grant.granted_by}
            yield told | {"granted_at": grant.granted_at.isoformat(), "review_at": grant.review_at.isoformat()}
        for part, table, names in (
            ("session", sessions, ("id", "begun_at", "seen_at", "ends_at", "ended_at", "ended_why", "proofs")),
            ("passkey", passkeys, ("id", "name", "enrolled_at", "used_at", "removed_at")),
            ("authenticator_app", apps, ("id", "enrolled_at")),
            ("password", hashes, ("set_at",)),
            ("recovery_code", recovery_codes, ("issued_at", "used_at")),
            ("link", links, ("id", "issued_by", "issued_at", "used_at")),
            ("tester", testers, ("engagement", "checked", "validated_by", "validated_at", "removed_at")),
        ):
            for row in tx.execute(select(table).where(table.c.person == person)).mappings():
                yield {"part": part, **{name: _told(row[name]) for name in names}}
        for named in tx.execute(_NAMED, {"id": person.encode()}):
            yield {"part": "record", "record": named.id, "kind": named.kind, "at": named.at.isoformat()}


def _told(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value

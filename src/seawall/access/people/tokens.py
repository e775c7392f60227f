"""Tokens with which service accounts call the API: shown once, stored hashed, with an owner and an end.

    make -> secret (once) -> find -> ... -> end | run out

A token does nothing any more once the account or its owner is deactivated. Limits: it is as good as a password, for
whoever has it; it proves no passkey, so dangerous actions stay closed to it.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import insert, select, update

from seawall.access.people.edges import Edges
from seawall.access.people.model import BadPerson, Kind, Person, PersonInactive
from seawall.access.people.sessions import SessionEnded, digest
from seawall.access.people.tables import people, tokens
from seawall.store import Transaction
from seawall.vocabulary.errors import InvalidInput, NotFound
from seawall.vocabulary.ids import PersonId, TokenId, new_id
from seawall.vocabulary.records.sign_in import TokenCreated, TokenEnded

PREFIX = "swt_"
USUAL, LONGEST = timedelta(days=90), timedelta(days=365)
_NOTE_AFTER = timedelta(minutes=1)
_LONGEST_NAME = 100


class NoSuchToken(NotFound):
    """No token has that id."""

    code = "access.no_such_token"

    def __init__(self, token: str) -> None:
        super().__init__(f"There is no token {token!r} that works.", hint="`seawall tokens list` shows all.")


class BadToken(InvalidInput):
    """A token cannot be made like that."""

    code = "access.bad_token"


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token as lists show it, without its secret. `owner` answers for it."""

    id: TokenId
    person: PersonId
    name: str
    owner: PersonId
    made_by: str
    made_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None
    used_at: datetime | None = None


def make(
    tx: Transaction,
    edges: Edges,
    service: Person,
    name: str,
    *,
    owner: Person,
    by: str,
    good_for: timedelta = USUAL,
) -> tuple[Token, str]:
    """Make a token of a service account; return it and its secret, which nothing can show again.

    Raises BadPerson, BadToken, PersonInactive.
    """
    _check(service, name, owner, good_for)
    secret, now = PREFIX + secrets.token_urlsafe(32), edges.clock()
    made = Token(
        id=TokenId(new_id("tk")),
        person=service.id,
        name=name.strip(),
        owner=owner.id,
        made_by=by,
        made_at=now,
        ends_at=now + good_for,
    )
    tx.execute(insert(tokens).values(msgspec.structs.asdict(made) | {"hash": digest(secret)}))
    until = made.ends_at.isoformat()
    edges.record(tx, TokenCreated(person=service.id, token=made.id, owner=owner.id, ends_at=until, by=by))
    return made, secret


def find(tx: Transaction, secret: str, now: datetime) -> Token:
    """Return the token of a secret, if it works, and note that it was used. Raises SessionEnded."""
    owner = people.alias()
    works = (tokens.c.hash == digest(secret)) & tokens.c.ended_at.is_(None) & (tokens.c.ends_at > now)
    found = select(tokens).join(owner, owner.c.id == tokens.c.owner).where(works, owner.c.active_since.is_not(None))
    row = tx.execute(found).first()
    if row is None:
        raise SessionEnded("This token does not work here.")
    if row.used_at is None or now - row.used_at >= _NOTE_AFTER:
        tx.execute(update(tokens).where(tokens.c.id == row.id).values(used_at=now))
    return _token(row)


def named(tx: Transaction, token: str) -> Token:
    """Return a token by its id, one that ended too. Raises NoSuchToken."""
    row = tx.execute(select(tokens).where(tokens.c.id == token)).first()
    if row is None:
        raise NoSuchToken(token)
    return _token(row)


def end(tx: Transaction, edges: Edges, token: str, *, by: str, reason_code: str = "ended") -> Token:
    """End a token. Raises NoSuchToken."""
    ended = _end(tx, edges, tokens.c.id == token, by, reason_code)
    if not ended:
        raise NoSuchToken(token)
    return ended[0]


def end_all(tx: Transaction, edges: Edges, person: str, *, by: str, reason_code: str) -> int:
    """End every token of a service account; return how many."""
    return len(_end(tx, edges, tokens.c.person == person, by, reason_code))


def every(tx: Transaction, person: str | None = None) -> list[Token]:
    """Return the tokens of all, or of one account, in the order in which they were made; ended ones too."""
    found = select(tokens).order_by(tokens.c.id)
    return [_token(row) for row in tx.execute(found if person is None else found.where(tokens.c.person == person))]


def _end(tx: Transaction, edges: Edges, which: Any, by: str, reason_code: str) -> list[Token]:
    values = {"ended_at": edges.clock(), "ended_why": reason_code}
    changed = update(tokens).where(which, tokens.c.ended_at.is_(None)).values(values).returning(tokens)
    ended = [_token(row) for row in tx.execute(changed)]
    for each in ended:
        edges.record(tx, TokenEnded(person=each.person, token=each.id, reason_code=reason_code, by=by))
    return ended


def _check(service: Person, name: str, owner: Person, good_for: timedelta) -> None:
    if service.kind is Kind.PERSON:
        raise BadPerson(f"{service.id} is a person.", hint="People sign in; `seawall sign-in` does so for a program.")
    if owner.kind is not Kind.PERSON:
        raise BadPerson(f"{owner.id} is no person.", hint="A person answers for a token.")
    for each in (service, owner):
        if not each.active:
            raise PersonInactive(each.id)
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise BadToken(f"A token needs a name of 1 to {_LONGEST_NAME} printable characters.")
    if not timedelta(days=1) <= good_for <= LONGEST:
        raise BadToken(
            f"A token cannot be good for {good_for.days} days.",
            hint=f"Take 1 to {LONGEST.days}; {USUAL.days} is usual.",
        )


def _token(row: Any) -> Token:
    return Token(**{field: getattr(row, field) for field in Token.__struct_fields__})

"""Links of the portal: a token of 256 random bits, of which the digest alone is kept, with an end, revocable.

    issue -> token, shown once -> follow -> Link(kind, about, through)

One statement finds a link that works, so that one which never was, is over or was revoked costs the same and answers
the same. Whoever has a link is whoever it was given to: nothing more is known of them.
"""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

import msgspec
from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from seawall.cases.flags import From
from seawall.cases.office import Office
from seawall.cases.tables import links
from seawall.store import Transaction
from seawall.vocabulary.errors import NotFound
from seawall.vocabulary.ids import AccountId, KeyId, ProjectId, new_id
from seawall.vocabulary.records.portal import PortalLinkIssued, PortalLinkRevoked

_LONGEST_TOKEN = 200
_GONE_AFTER = timedelta(days=30)


class Opens(StrEnum):
    """What a link opens."""

    NOTICE = "notice"
    # The same with what was said: for a moment, on the fresh word of the operator's product.
    CONTENT = "content"
    MACHINE = "machine"
    APPEAL = "appeal"
    FLAG = "flag"
    REPORT = "report"
    FEEDBACK = "feedback"
    EXPORT = "export"


_SHORT, _LONG = timedelta(minutes=15), timedelta(days=400)
LASTS: dict[Opens, timedelta] = {
    Opens.NOTICE: _LONG,
    Opens.CONTENT: _SHORT,
    Opens.MACHINE: _LONG,
    Opens.APPEAL: _LONG,
    Opens.FLAG: _LONG,
    Opens.REPORT: _LONG,
    Opens.FEEDBACK: _LONG,
    Opens.EXPORT: _SHORT,
}


class LinkRefused(NotFound):
    """A link does not work: it never did, or does no more. Which of these is told to nobody."""

    code = "case.link_refused"

    def __init__(self) -> None:
        super().__init__("This link does not work, or works no more.", hint="Ask for a new one where you got it from.")


class NoSuchLink(NotFound):
    """No link of that id works for this project."""

    code = "case.no_such_link"

    def __init__(self, link: str) -> None:
        super().__init__(f"There is no link {link!r} here that works.", hint="Its id came with it when it was issued.")


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A link without its token."""

    id: str
    kind: Opens
    about: str
    project: ProjectId
    key: KeyId
    account: AccountId
    exchange: str | None
    made_at: datetime
    ends_at: datetime

    @property
    def through(self) -> From:
        """Return through which key whoever follows it comes."""
        return From(project=self.project, key=self.key)


def digest(token: str) -> bytes:
    """Return what is kept of a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def issue(
    tx: Transaction,
    office: Office,
    kind: Opens,
    about: str,
    *,
    project: str,
    key: str,
    account: str,
    exchange: str | None = None,
    token: str = "",
    by: str,
) -> tuple[Link, str]:
    """Make a link; return it and its token, which nothing can show again. The same `token` is the same link."""
    now, secret = office.edges.clock(), token or secrets.token_urlsafe(32)
    row = {
        "digest": digest(secret),
        "id": new_id("lk"),
        "kind": kind,
        "about": about,
        "project": project,
        "key": key,
        "account": account,
        "exchange": exchange,
        "made_at": now,
        "ends_at": now + LASTS[kind],
    }
    added = insert(links).values(row).on_conflict_do_nothing(index_elements=["digest"]).returning(links)
    made = tx.execute(added).first()
    if made is None:
        return _link(tx.execute(select(links).where(links.c.digest == row["digest"])).one()), secret
    found = _link(made)
    # Not about what: a link may open something of a sealed case, and auditors read this.
    office.edges.record(tx, PortalLinkIssued(link=found.id, opens=kind, ends_at=found.ends_at.isoformat(), by=by))
    return found, secret


def follow(tx: Transaction, office: Office, token: str, *kinds: Opens) -> Link:
    """Return the link of a token, if it works and opens one of these. Raises LinkRefused."""
    works = (
        (links.c.digest == digest(token[:_LONGEST_TOKEN]))
        & links.c.revoked_at.is_(None)
        & (links.c.ends_at > office.edges.clock())
        & links.c.kind.in_(kinds)
    )
    row = tx.execute(select(links).where(works)).first()
    if row is None:
        raise LinkRefused
    return _link(row)


def revoke(tx: Transaction, office: Office, link: str, *, project: str | None, by: str) -> None:
    """Let a link work no more; with a `project` only one of it. Raises NoSuchLink."""
    now = office.edges.clock()
    works = (links.c.id == link) & links.c.revoked_at.is_(None) & (links.c.ends_at > now)
    if project is not None:
        works &= links.c.project == project
    if tx.execute(update(links).where(works).values(revoked_at=now).returning(links.c.id)).first() is None:
        raise NoSuchLink(link)
    office.edges.record(tx, PortalLinkRevoked(link=link, by=by))


def forget(tx: Transaction, office: Office) -> int:
    """Remove links that have been over for a while; return how many."""
    over = links.c.ends_at < office.edges.clock() - _GONE_AFTER
    return len(tx.execute(delete(links).where(over).returning(links.c.id)).all())


def _link(row: Row[tuple[object, ...]]) -> Link:
    fields = {name: getattr(row, name) for name in Link.__struct_fields__}
    return Link(**(fields | {"kind": Opens(fields["kind"])}))

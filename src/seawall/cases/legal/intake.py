"""Take a request in: what kind of instrument, how deep it reaches, for whom, from when to when; the document itself.

What cannot be is refused here, so that nobody reviews what no instrument of its kind reaches.
"""

import re
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import insert

from seawall.cases.legal import permits
from seawall.cases.legal.bureau import Bureau
from seawall.cases.legal.errors import BadRequest, BadScope, BeyondTier
from seawall.cases.legal.kinds import EMERGENCY_BAR, EMERGENCY_WINDOW, RULES, Bar, Kind, State, Tier
from seawall.cases.legal.model import Asked, LegalRequest, Papers, Scope, Sender, plain
from seawall.cases.legal.notifying import add_bar
from seawall.cases.legal.rows import find, trail
from seawall.cases.legal.tables import requests
from seawall.cases.words import checked
from seawall.store import Transaction
from seawall.vocabulary.ids import LegalRequestId, new_id
from seawall.vocabulary.records.legal import LegalRequestTaken

LONGEST_DOCUMENT = 1024 * 1024
MOST_ACCOUNTS = 100
_ACCOUNT = re.compile(r"(ac|key)_[a-z0-9_]{1,56}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LINE = 300
_FORWARD = timedelta(minutes=5)


def take(tx: Transaction, bureau: Bureau, asked: Asked, *, by: str) -> LegalRequest:
    """Take a request in. Raises NotPermitted, PeopleDecide, BadRequest, BadScope, BeyondTier, BadWords."""
    permits.permit(tx, bureau, "legal.intake", "any", by)
    now = bureau.edges.clock()
    _check(asked, now)
    check_scope(asked.scope, asked.tier)
    made = LegalRequestId(new_id("lr"))
    row = _row(tx, bureau, asked, made, now) | {"taken_by": by}
    tx.execute(insert(requests).values(row))
    trail(tx, bureau.edges, made, "taken", by, _record(asked, row, by), told={"kind": asked.kind.value})
    if asked.nondisclosure:
        add_bar(tx, bureau, made, Bar.ORDER, asked.nondisclosure_until, by=by)
    if asked.kind is Kind.EMERGENCY:
        add_bar(tx, bureau, made, Bar.EMERGENCY, now + EMERGENCY_BAR, by=by)
    return find(tx, made)


def check_scope(scope: Scope, tier: Tier) -> None:
    """Check that a scope names somebody, something and a time, and reaches no deeper than its tier.

    Raises BadScope.
    """
    if not 1 <= len(set(scope.accounts)) == len(scope.accounts) <= MOST_ACCOUNTS:
        raise BadScope(f"A scope of {len(scope.accounts)} accounts.", hint=f"1 to {MOST_ACCOUNTS}, each named once.")
    wrong = [each for each in scope.accounts if not _ACCOUNT.fullmatch(each)]
    if wrong:
        raise BadScope(f"{wrong[0][:60]!r} is no account.", hint="Such as ac_…: `seawall accounts list` shows them.")
    deep = [each.value for each in scope.categories if not tier.reaches(each.tier)]
    if deep:
        raise BadScope(f"A tier of {tier.value} does not reach {', '.join(deep)}.", hint="Leave it out, or ask anew.")
    if tier is not Tier.NONE and not scope.categories:
        raise BadScope("No category of data is named.", hint="Whoever asks for everything is asked what they need.")
    if any(each.tzinfo is None for each in (scope.since, scope.until)) or scope.since >= scope.until:
        raise BadScope("The time is empty, or has no zone.", hint="From when up to, not including, when.")


def _check(asked: Asked, now: datetime) -> None:
    reaches = RULES[asked.kind].reaches
    if not reaches.reaches(asked.tier):
        raise BeyondTier(asked.kind, asked.tier, reaches)
    if asked.tier is Tier.NONE and reaches is not Tier.NONE:
        raise BadRequest(f"A {asked.kind.value} that reaches nothing.", hint=f"Its tier is at most {reaches.value}.")
    if not _COUNTRY.fullmatch(asked.country):
        raise BadRequest(f"{asked.country[:10]!r} is no country.", hint="Two capital letters, such as DE.")
    if not 1 <= len(asked.document) <= LONGEST_DOCUMENT:
        raise BadRequest(f"A document of {len(asked.document)} bytes.", hint=f"1 to {LONGEST_DOCUMENT}.")
    if asked.received_at > now + _FORWARD:
        raise BadRequest("It would have come in later than now.", hint="Give the day on which it did.")
    if asked.due_at is not None and asked.due_at <= asked.received_at:
        raise BadRequest("It would be due before it came in.", hint="Leave it out for the time of its kind.")
    until = asked.nondisclosure_until
    if until is not None and (not asked.nondisclosure or until <= now):
        raise BadRequest("The end of the order not to tell has passed, or there is no order.", hint="Give its end.")
    if asked.kind is Kind.EMERGENCY:
        _check_emergency(asked)


def _check_emergency(asked: Asked) -> None:
    if not asked.papers.danger.strip():
        raise BadRequest("An emergency without its statement.", hint="What danger, to whom, and why it cannot wait.")
    if asked.scope.until - asked.scope.since > EMERGENCY_WINDOW:
        raise BadScope(
            f"An emergency reaches {EMERGENCY_WINDOW.days} days.", hint="For more, another instrument is needed."
        )


def _row(tx: Transaction, bureau: Bureau, asked: Asked, made: LegalRequestId, now: datetime) -> dict[str, Any]:
    papers = msgspec.json.encode(_checked(asked.papers))
    due = asked.due_at or asked.received_at + timedelta(hours=RULES[asked.kind].within_hours)
    return {
        "id": made, "kind": asked.kind, "tier": asked.tier, "country": asked.country, "channel": asked.channel,
        "state": State.RECEIVED, "received_at": asked.received_at, "taken_at": now, "due_at": due,
        "scope": plain(asked.scope), "papers": permits.store(tx, bureau, papers, made),
        "document": permits.store(tx, bureau, asked.document, made),
        "document_sha256": sha256(asked.document).hexdigest(), "objected": False,
    }  # fmt: skip


def _checked(papers: Papers) -> Papers:
    def line(what: str, said: str, *, needed: bool = False) -> str:
        return checked(what, said, _LINE) if said.strip() or needed else ""

    sender = papers.sender
    return Papers(
        agency=line("agency", papers.agency, needed=True),
        sender=Sender(
            name=line("sender's name", sender.name, needed=True),
            title=line("sender's title", sender.title),
            email=line("sender's address", sender.email),
            phone=line("sender's phone", sender.phone),
        ),
        legal_basis=line("legal basis", papers.legal_basis, needed=True),
        case_ref=line("case reference", papers.case_ref),
        danger=checked("statement of danger", papers.danger) if papers.danger.strip() else "",
    )


def _record(asked: Asked, row: dict[str, Any], by: str) -> LegalRequestTaken:
    return LegalRequestTaken(
        request=row["id"],
        by=by,
        request_kind=asked.kind,
        tier=asked.tier,
        country=asked.country,
        channel=asked.channel,
        accounts=len(asked.scope.accounts),
        categories=tuple(sorted(asked.scope.categories)),
        since=asked.scope.since.isoformat(),
        until=asked.scope.until.isoformat(),
        received_at=asked.received_at.isoformat(),
        due_at=row["due_at"].isoformat(),
        document_sha256=row["document_sha256"],
    )

"""Tell the people concerned, before anything is given; or, where something bars it, when that ends.

A bar is an order, a child's safety, or an emergency. Only an order may have no end. Each is on record. What tells them
is laid ready as the notices of cases are, in the transaction that decides: the operator's product takes it over, and
webhooks and letters tell that it is there. While something bars it, nothing leaves.
"""

from datetime import datetime

import msgspec
from sqlalchemy import exists, insert, or_, select

from seawall.cases.legal import permits
from seawall.cases.legal.bureau import Bureau
from seawall.cases.legal.errors import BadRequest, ToldAlready
from seawall.cases.legal.kinds import Bar, Kind
from seawall.cases.legal.model import LegalRequest
from seawall.cases.legal.rows import as_request, change, lock, trail
from seawall.cases.legal.tables import bars, requests
from seawall.cases.telling import lay_legal
from seawall.store import Transaction
from seawall.vocabulary.ids import AccountId, KeyId, LegalRequestId, ProjectId
from seawall.vocabulary.records.legal import LegalNoticeBarred, LegalNoticeLaid

_BY = "seawall"


class Barred(msgspec.Struct, frozen=True, kw_only=True):
    """What bars a notice, until when (None without an end), since when, by whom."""

    reason: Bar
    until: datetime | None
    by: str
    at: datetime


def bar(tx: Transaction, bureau: Bureau, request: str, reason: Bar, until: datetime | None, *, by: str) -> LegalRequest:
    """Say that the people concerned may not be told yet.

    Raises NotPermitted, PeopleDecide, NoSuchLegalRequest, NotNow, ToldAlready, BadRequest.
    """
    permits.permit(tx, bureau, "legal.review", request, by)
    found = lock(tx, request)
    if found.noticed_at is not None:
        raise ToldAlready(found.id)
    if until is None and reason is not Bar.ORDER:
        raise BadRequest(f"A bar for {reason.value} without an end.", hint="Only an order may have none.")
    if until is not None and until <= bureau.edges.clock():
        raise BadRequest("The bar would be over already.", hint="Give an end that is still to come.")
    add_bar(tx, bureau, found.id, reason, until, by=by)
    return found


def add_bar(
    tx: Transaction, bureau: Bureau, request: LegalRequestId, reason: Bar, until: datetime | None, *, by: str
) -> None:
    """Write a bar down."""
    ends = None if until is None else until.isoformat()
    tx.execute(insert(bars).values(request=request, reason=reason, until=until, by=by, at=bureau.edges.clock()))
    body = LegalNoticeBarred(request=request, by=by, reason=reason, until=ends)
    trail(tx, bureau.edges, request, "notice_barred", by, body, told={"reason": reason.value, "until": ends})


def bars_of(tx: Transaction, request: str) -> list[Barred]:
    """Return what was said to bar the notice of a request, oldest first."""
    rows = tx.execute(select(bars).where(bars.c.request == request).order_by(bars.c.seq)).mappings()
    return [Barred(reason=Bar(row["reason"]), until=row["until"], by=row["by"], at=row["at"]) for row in rows]


def barred(tx: Transaction, request: str, now: datetime) -> bool:
    """Tell whether anything bars the notice of a request at a moment."""
    holds = (bars.c.request == request) & or_(bars.c.until.is_(None), bars.c.until > now)
    return bool(tx.scalar(select(exists().where(holds))))


def tell(tx: Transaction, bureau: Bureau, request: LegalRequest, *, by: str) -> LegalRequest:
    """Lay notices ready for everybody whom an approved request concerns, unless something bars it. Once."""
    now = bureau.edges.clock()
    if request.noticed_at is not None or request.kind is Kind.PRESERVATION or barred(tx, request.id, now):
        return request
    scope = request.grants or request.asks
    for account in scope.accounts:
        through = bureau.used_through(tx, account)
        # Of somebody who is nobody here, nobody can be told.
        if through is not None:
            _lay(tx, bureau, request, account, through, now, by)
    return change(tx, request, noticed_at=now)


def tell_due(tx: Transaction, bureau: Bureau) -> int:
    """Tell the people of approved requests whose bars have ended; return how many requests."""
    untold = requests.c.noticed_at.is_(None) & requests.c.approved_at.is_not(None)
    waits = untold & (requests.c.kind != Kind.PRESERVATION.value)
    rows = tx.execute(select(requests).where(waits).with_for_update(skip_locked=True)).mappings().all()
    told = [tell(tx, bureau, as_request(row), by=_BY) for row in rows]
    return sum(each.noticed_at is not None for each in told)


def _lay(
    tx: Transaction,
    bureau: Bureau,
    request: LegalRequest,
    account: AccountId,
    through: tuple[ProjectId, KeyId],
    now: datetime,
    by: str,
) -> None:
    made = lay_legal(tx, request.id, account, *through, now)
    if made is None:
        return
    late = request.approved_at is not None and now > request.approved_at
    body = LegalNoticeLaid(request=request.id, by=by, notice=made, account=account, late=late)
    trail(tx, bureau.edges, request.id, "notice_laid", by, body, told={"notice": made, "late": late})

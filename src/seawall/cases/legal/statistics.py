"""Close the numbers of a period, as a public record: once, for a period that is over and overlaps no other.

Two periods that overlap would give back, by their difference, what each leaves out. A request counts in the period in
which it came in, with what had come of it when the numbers were closed.
"""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import exists, insert, select, text

from seawall.cases.legal import permits
from seawall.cases.legal.bureau import Bureau
from seawall.cases.legal.errors import BadPeriod
from seawall.cases.legal.kinds import Outcome, State, Tier
from seawall.cases.legal.model import LegalRequest
from seawall.cases.legal.numbers import Counted, bands, cells
from seawall.cases.legal.rows import as_request
from seawall.cases.legal.tables import preservations, productions, requests, statistics
from seawall.store import Transaction
from seawall.vocabulary.records.legal import LegalStatisticsClosed

_LOCK = 0x1E6A15


def preview(tx: Transaction, bureau: Bureau, since: datetime, until: datetime) -> LegalStatisticsClosed:
    """Return what would be told of a period, suppressed as it would be. Raises BadPeriod."""
    if any(each.tzinfo is None for each in (since, until)) or since >= until:
        raise BadPeriod(
            "The period is empty, or has no zone.", hint="From its first moment up to, not including, its end."
        )
    came = (requests.c.received_at >= since) & (requests.c.received_at < until)
    found = [as_request(row) for row in tx.execute(select(requests).where(came)).mappings()]
    rows = _counted(tx, found)
    security_requests, security_accounts = bands(rows)
    return LegalStatisticsClosed(
        since=since.isoformat(),
        until=until.isoformat(),
        smallest_cell=bureau.limits.smallest_cell,
        cells=cells(rows, bureau.limits.smallest_cell),
        national_security_requests=security_requests,
        national_security_accounts=security_accounts,
    )


def close(tx: Transaction, bureau: Bureau, since: datetime, until: datetime, *, by: str) -> LegalStatisticsClosed:
    """Close the numbers of a period and publish them. Raises NotPermitted, PeopleDecide, BadPeriod."""
    permits.permit(tx, bureau, "legal.review", "any", by)
    now = bureau.edges.clock()
    # Two who close at once follow each other.
    tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    made = preview(tx, bureau, since, until)
    if until > now:
        raise BadPeriod(f"The period ends on {until:%d %B %Y}.", hint="Close it once it is over.")
    meets = exists().where(statistics.c.since < until, statistics.c.until > since)
    if tx.scalar(select(meets)):
        raise BadPeriod("A period that overlaps was closed before.", hint="`seawall legal numbers` shows those.")
    body: dict[str, Any] = msgspec.to_builtins(made)
    tx.execute(insert(statistics).values(since=since, until=until, body=body, closed_at=now))
    bureau.edges.record(tx, made)
    return made


def closed(tx: Transaction) -> list[LegalStatisticsClosed]:
    """Return the numbers that were published, newest first."""
    found = select(statistics.c.body).order_by(statistics.c.since.desc())
    return [msgspec.convert(body, LegalStatisticsClosed) for body in tx.scalars(found)]


def _counted(tx: Transaction, found: list[LegalRequest]) -> list[Counted]:
    given = set(tx.scalars(select(productions.c.request).where(productions.c.produced_at.is_not(None))))
    kept = set(tx.scalars(select(preservations.c.request)))
    return [_one(each, each.id in given, each.id in kept) for each in found]


def _one(request: LegalRequest, given: bool, preserved: bool) -> Counted:
    scope = request.grants or request.asks
    return Counted(
        country=request.country,
        kind=request.kind.value,
        accounts=len(request.asks.accounts),
        answered=given,
        content=given and any(each.tier is Tier.CONTENT for each in scope.categories),
        rejected=request.state is State.CLOSED and request.outcome is Outcome.REJECTED,
        objected=request.objected,
        preserved=preserved,
        told=request.noticed_at is not None,
    )

"""What a screening of the past would change: in numbers, by category and measure, exchange by exchange and account.

Nothing bites by itself. From here a person chooses exchanges that people shall look at; of each one case is opened.
The numbers are counted from the rows that are listed, and the cases are opened from them. What is about child safety
counts in the numbers and is listed for those alone who may see it; its cases are sealed.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import RowMapping, Select, any_, func, literal, select, update

from seawall.investigations.desk import Desk, Proposed
from seawall.investigations.errors import NothingChosen, StillScreening
from seawall.investigations.model import MOST, UNFINISHED
from seawall.investigations.permits import sees_sealed
from seawall.investigations.rescreening import Rescreening, find, lock
from seawall.investigations.tables import rescreened
from seawall.store import Transaction
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Tier
from seawall.vocabulary.ids import AccountId, CaseId, ExchangeId
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.records.investigations import RescreeningFollowed

_SEALING = Category.CHILD_SEXUAL_EXPLOITATION
_ACCOUNTS = 20


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One exchange that is seen otherwise now, or in which anything was found."""

    exchange: ExchangeId
    account: AccountId
    before: Measure
    after: Measure
    appeared: tuple[Category, ...]
    gone: tuple[Category, ...]
    case: CaseId | None


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account, and in how many of its exchanges something newly appeared."""

    account: AccountId
    exchanges: int


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What one screening shows. `openable` are exchanges in which something appeared and of which there is no case.

    `hidden` of those are about child safety, where whoever looks may not see that. No judge was asked again: `judged`
    counts the findings of judges that were taken over as they were.
    """

    it: Rescreening
    with_findings: int
    changed: int
    appeared: dict[str, int]
    gone: dict[str, int]
    measures: dict[str, int]
    accounts: tuple[Account, ...]
    openable: int
    hidden: int
    judged: int


def preview(tx: Transaction, desk: Desk, rescreening: str, *, by: str) -> Preview:
    """Return what a screening of the past shows, in numbers. Raises NoSuchRescreening."""
    found, sealed = find(tx, rescreening), sees_sealed(tx, desk, by)
    mine = rescreened.c.rescreening == found.id
    openable = func.cardinality(rescreened.c.appeared) > 0
    openable &= rescreened.c.case.is_(None)
    counted = tx.execute(
        select(
            func.count().label("rows"),
            func.count().filter(rescreened.c.before != rescreened.c.after).label("changed"),
            func.count().filter(openable).label("openable"),
            func.count().filter(openable, rescreened.c.sealed).label("sealed"),
        ).where(mine)
    ).one()
    hidden = 0 if sealed else counted.sealed
    return Preview(
        it=found,
        with_findings=counted.rows,
        changed=counted.changed,
        appeared=_by_category(tx, found, rescreened.c.appeared),
        gone=_by_category(tx, found, rescreened.c.gone),
        measures=_by_measure(tx, found),
        accounts=_accounts(tx, found, sealed=sealed),
        openable=counted.openable - hidden,
        hidden=hidden,
        judged=_judged(tx, found),
    )


def rows(
    tx: Transaction,
    desk: Desk,
    rescreening: str,
    *,
    by: str,
    only: str = "appeared",
    category: str = "",
    after: str = "",
    limit: int = 50,
) -> tuple[list[Row], str]:
    """Return the exchanges of one, oldest first, and behind which the next are: those in which something `appeared`
    or is `gone`, that would have been decided otherwise (`changed`), or `all`. Raises NoSuchRescreening.
    """
    found, most = find(tx, rescreening), max(1, min(limit, MOST))
    chosen = _chosen(found, only, category).order_by(rescreened.c.exchange).limit(most)
    if not sees_sealed(tx, desk, by):
        chosen = chosen.where(rescreened.c.sealed.is_(False))
    if after:
        chosen = chosen.where(rescreened.c.exchange > after)
    listed = [_row(row) for row in tx.execute(chosen).mappings()]
    barred = frozenset() if sees_sealed(tx, desk, by) else desk.sealed_by_case(tx, [each.exchange for each in listed])
    following = listed[-1].exchange if len(listed) == most else ""
    return [each for each in listed if each.exchange not in barred], following


def open_cases(tx: Transaction, desk: Desk, rescreening: str, chosen: Sequence[str], *, by: str) -> list[str]:
    """Open a case of each chosen exchange in which something newly appeared and that has none; return the new ones.

    Raises NoSuchRescreening, StillScreening, NothingChosen.
    """
    found = lock(tx, rescreening)
    if found.state in UNFINISHED:
        raise StillScreening(found.id)
    wanted = _chosen(found, "appeared", "").where(rescreened.c.exchange.in_(list(chosen)[:MOST]))
    if not sees_sealed(tx, desk, by):
        wanted = wanted.where(rescreened.c.sealed.is_(False))
    listed = [_row(row) for row in tx.execute(wanted.order_by(rescreened.c.exchange)).mappings()]
    if not listed:
        raise NothingChosen
    made = [each for each in (_case(tx, desk, found, row, by=by) for row in listed if row.case is None) if each]
    if made:
        desk.edges.record(tx, RescreeningFollowed(rescreening=found.id, cases=len(made), by=by))
    return made


def _case(tx: Transaction, desk: Desk, found: Rescreening, row: Row, *, by: str) -> str | None:
    category = _SEALING if _SEALING in row.appeared else row.appeared[0]
    source = f"rescreening:{found.id}:{row.exchange}"
    opened = desk.open_case(tx, Proposed(exchange=row.exchange, category=category, source=source, by=by))
    if opened is None:
        return None
    mine = (rescreened.c.rescreening == found.id) & (rescreened.c.exchange == row.exchange)
    tx.execute(update(rescreened).where(mine).values(case=opened[0]))
    return opened[0] if opened[1] else None


def _chosen(found: Rescreening, only: str, category: str) -> Select[Any]:
    chosen = select(rescreened).where(rescreened.c.rescreening == found.id)
    column = rescreened.c.gone if only == "gone" else rescreened.c.appeared
    if only in ("appeared", "gone"):
        chosen = chosen.where(func.cardinality(column) > 0)
        chosen = chosen.where(literal(category) == any_(column)) if category else chosen
    return chosen.where(rescreened.c.before != rescreened.c.after) if only == "changed" else chosen


def _by_category(tx: Transaction, found: Rescreening, column: Any) -> dict[str, int]:
    each = func.unnest(column).label("category")
    named = select(each).where(rescreened.c.rescreening == found.id).subquery()
    counted = select(named.c.category, func.count().label("n")).group_by(named.c.category)
    return {row.category: row.n for row in tx.execute(counted.order_by(func.count().desc(), named.c.category))}


def _judged(tx: Transaction, found: Rescreening) -> int:
    """Count the findings of judges among those that were decided on again."""
    stage = func.jsonb_each(rescreened.c.findings).table_valued("key", "value", joins_implicitly=True)
    each = func.jsonb_array_elements(stage.c.value).table_valued("value", joins_implicitly=True)
    theirs = each.c.value.op("->>")("tier") == Tier.JUDGE.value
    counted = select(func.count()).select_from(rescreened, stage, each)
    return tx.scalar(counted.where(rescreened.c.rescreening == found.id, theirs)) or 0


def _by_measure(tx: Transaction, found: Rescreening) -> dict[str, int]:
    both = (rescreened.c.before, rescreened.c.after)
    counted = select(*both, func.count().label("n")).where(
        rescreened.c.rescreening == found.id, rescreened.c.before != rescreened.c.after
    )
    found_ = tx.execute(counted.group_by(*both).order_by(func.count().desc(), *both))
    return {f"{row.before} → {row.after}": row.n for row in found_}


def _accounts(tx: Transaction, found: Rescreening, *, sealed: bool) -> tuple[Account, ...]:
    counted = select(rescreened.c.account, func.count().label("n")).where(
        rescreened.c.rescreening == found.id, func.cardinality(rescreened.c.appeared) > 0
    )
    if not sealed:
        counted = counted.where(rescreened.c.sealed.is_(False))
    ordered = counted.group_by(rescreened.c.account).order_by(func.count().desc(), rescreened.c.account)
    return tuple(Account(account=row.account, exchanges=row.n) for row in tx.execute(ordered.limit(_ACCOUNTS)))


def _row(row: RowMapping) -> Row:
    return msgspec.convert({name: row[name] for name in Row.__struct_fields__}, Row, strict=False)

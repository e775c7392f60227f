"""Follow the ledger: what every rule finds in records that were numbered since it last looked.

    records behind the cursor, in their order -> per rule: how many, the newest, what waits for what -> cursor

One process at a time, in one transaction with its cursor, so that nothing is counted twice. A rule that asks for
something else than before, a ledger that began anew and a record that is gone each make a rule read from the beginning.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from seawall.commitments.documents import Rule
from seawall.commitments.model import Book
from seawall.commitments.rules import SHOWN, Carried, Seen, digest, had, kinds, matches, wanted
from seawall.commitments.tables import pairs, rules
from seawall.ledger.sequencer import read_state
from seawall.ledger.tables import records
from seawall.store import Transaction

_LOCK = 0x5EA3A16
_AT_ONCE = 5000
_PAIRS = text("""
    INSERT INTO commitments_pairs (rule, key, wanted_record, wanted_at, had_record, had_at)
    SELECT * FROM unnest(CAST(:rules AS text[]), CAST(:keys AS text[]), CAST(:wanted_records AS text[]),
        CAST(:wanted_ats AS timestamptz[]), CAST(:had_records AS text[]), CAST(:had_ats AS timestamptz[]))
    ON CONFLICT (rule, key) DO UPDATE SET
        wanted_record = coalesce(commitments_pairs.wanted_record, excluded.wanted_record),
        wanted_at = coalesce(commitments_pairs.wanted_at, excluded.wanted_at),
        had_record = coalesce(excluded.had_record, commitments_pairs.had_record),
        had_at = coalesce(excluded.had_at, commitments_pairs.had_at)
""")
_OPEN = text("""
    SELECT rule, count(*) AS open, (array_agg(wanted_record ORDER BY wanted_at, key))[1:5] AS names,
        (array_agg(wanted_at ORDER BY wanted_at, key))[1:5] AS ats
    FROM commitments_pairs WHERE had_at IS NULL AND wanted_at IS NOT NULL GROUP BY rule
""")


class _Tally:
    """What one rule has found: kept in a row between two looks."""

    def __init__(self, rule: Rule, at: int, total: int = 0, newest: Iterable[Carried] = ()) -> None:
        self.rule, self.next, self.total, self.newest = rule, at, total, list(newest)
        self._keep = max(SHOWN, rule.count.at_least if rule.count is not None else 0)
        self.pairs: dict[str, tuple[str | None, datetime | None, str | None, datetime | None]] = {}

    def take(self, name: str, kind: str, at: datetime, body: Mapping[str, Any]) -> None:
        """Take a record in, where the rule speaks of such."""
        is_wanted, is_had = matches(wanted(self.rule), kind, body), matches(had(self.rule), kind, body)
        if is_wanted:
            self.total += 1
        if self.rule.every is not None and (is_wanted or is_had):
            self._pair(str(body.get(self.rule.every.same)), name, at, is_wanted, is_had)
        if is_had or (is_wanted and self.rule.count is not None):
            self.newest = sorted([Carried(name, at), *self.newest], key=lambda each: each.at, reverse=True)[
                : self._keep
            ]

    def _pair(self, key: str, name: str, at: datetime, is_wanted: bool, is_had: bool) -> None:
        before = self.pairs.get(key, (None, None, None, None))
        first = (name, at) if is_wanted and before[0] is None else before[:2]
        self.pairs[key] = (*first, *((name, at) if is_had else before[2:]))


def catch_up(tx: Transaction, book: Book, *, at_once: int = _AT_ONCE) -> int:
    """Let every rule read what it has not read yet; return up to which number of the ledger they all have."""
    tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    generation = read_state(tx).generation
    end = int(tx.scalar(select(func.coalesce(func.max(records.c.sequence) + 1, 0))) or 0)
    tallies = _begun(tx, book, generation)
    for start in sorted({each.next for each in tallies}):
        _read(tx, [each for each in tallies if each.next == start], start, end, at_once)
    changed = [each for each in tallies if each.next != end]
    for tally in changed:
        tally.next = end
    _keep(tx, changed, generation)
    return end


def seen(tx: Transaction, book: Book) -> dict[str, Seen]:
    """Return what each rule has found so far; what was kept of a rule that asked for something else does not count."""
    waiting = {row.rule: row for row in tx.execute(_OPEN)}
    found: dict[str, Seen] = {}
    for row in tx.execute(select(rules)):
        rule = book.rules.get(row.rule)
        if rule is None or row.digest != digest(rule):
            continue
        open_ = waiting.get(row.rule)
        missing = () if open_ is None else tuple(map(Carried, open_.names, open_.ats))
        count = 0 if open_ is None else open_.open
        found[row.rule] = Seen(total=row.total, newest=_newest(row), open=count, missing=missing)
    return found


def read_to(tx: Transaction) -> int:
    """Return up to which number of the ledger all rules have read."""
    return int(tx.scalar(select(func.coalesce(func.min(rules.c.next), 0))) or 0)


def _begun(tx: Transaction, book: Book, generation: int) -> list[_Tally]:
    """Return what each rule has found, from nothing where it has to begin anew."""
    kept = {row.rule: row for row in tx.execute(select(rules))}
    gone = _gone(tx, kept.values())
    good = {
        name: row
        for name, row in kept.items()
        if name in book.rules
        and row.digest == digest(book.rules[name])
        and row.generation == generation
        and not gone & {each.record for each in _newest(row)}
    }
    stale = [name for name in kept if name not in good]
    tx.execute(delete(pairs).where(pairs.c.rule.in_(stale)))
    tx.execute(delete(rules).where(rules.c.rule.in_(stale)))
    return [
        _Tally(rule, good[name].next, good[name].total, _newest(good[name])) if name in good else _Tally(rule, -1)
        for name, rule in book.rules.items()
    ]


def _gone(tx: Transaction, rows: Iterable[Row[Any]]) -> set[str]:
    """Return records that carry a state and are not in the ledger any more."""
    named = {each.record for row in rows for each in _newest(row)}
    return named - set(tx.scalars(select(records.c.id).where(records.c.id.in_(named))))


def _read(tx: Transaction, tallies: Sequence[_Tally], start: int, end: int, at_once: int) -> None:
    """Let rules that stand at one place read on to the end."""
    looked_at = sorted(frozenset[str]().union(*(kinds(each.rule) for each in tallies)))
    by_kind = {kind: [each for each in tallies if kind in kinds(each.rule)] for kind in looked_at}
    chosen = select(records.c.sequence, records.c.id, records.c.kind, records.c.at, records.c.body).where(
        records.c.kind.in_(looked_at), records.c.sequence < end
    )
    while start < end:
        page = tx.execute(chosen.where(records.c.sequence >= start).order_by(records.c.sequence).limit(at_once)).all()
        for row in page:
            body = msgspec.json.decode(row.body)
            for tally in by_kind[row.kind]:
                tally.take(row.id, row.kind, row.at, body)
        for tally in tallies:
            _keep_pairs(tx, tally)
        start = end if len(page) < at_once else page[-1].sequence + 1


def _keep_pairs(tx: Transaction, tally: _Tally) -> None:
    if tally.pairs:
        values = list(tally.pairs.values())
        columns = ("wanted_records", "wanted_ats", "had_records", "had_ats")
        given = {name: [each[number] for each in values] for number, name in enumerate(columns)}
        tx.execute(_PAIRS, {"rules": [tally.rule.id] * len(values), "keys": list(tally.pairs), **given})
        tally.pairs = {}


def _keep(tx: Transaction, tallies: Sequence[_Tally], generation: int) -> None:
    rows = [
        {
            "rule": each.rule.id,
            "digest": digest(each.rule),
            "generation": generation,
            "next": each.next,
            "total": each.total,
            "newest": msgspec.to_builtins(each.newest),
        }
        for each in tallies
    ]
    if rows:
        made = upsert(rules).values(rows)
        changed = {name: made.excluded[name] for name in ("digest", "generation", "next", "total", "newest")}
        tx.execute(made.on_conflict_do_update(index_elements=["rule"], set_=changed))


def _newest(row: Row[Any]) -> tuple[Carried, ...]:
    return msgspec.convert(row.newest, tuple[Carried, ...])

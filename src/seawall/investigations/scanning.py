"""Search through what was said: a worker opens each exchange of a period and looks for a text or an expression.

Expressions are those of Hyperscan, which take the same time whatever the text; letters count alike in either case.
A step reads some exchanges, keeps what was found and how far it came in one transaction: a worker that dies takes
nothing along, and whoever goes on finds nothing twice. It ends after `MOST_HITS`.
"""

from collections.abc import Callable, Sequence
from typing import Any

import hyperscan
from sqlalchemy import RowMapping, Select, select, update
from sqlalchemy.dialects.postgresql import insert

from seawall.investigations import words
from seawall.investigations.desk import Desk
from seawall.investigations.errors import BadPattern
from seawall.investigations.indexing import at_least
from seawall.investigations.model import MOST_HITS, UNFINISHED, How, Search, State
from seawall.investigations.rows import as_search, find, trail
from seawall.investigations.tables import exchanges, hits, searches
from seawall.screen.fold import fold
from seawall.store import Database, Transaction
from seawall.store.jobs import Job
from seawall.vocabulary.records.investigations import InvestigationSearchFinished

JOB = "investigations.scan"
_STEP = 100
_LONGEST = 500
_FLAGS = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_DOTALL | hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_UTF8

Matches = Callable[[str], bool]


def compiled(how: How, typed: str) -> Matches:
    """Return what tells whether a text has what is looked for. Raises BadPattern, which repeats none of it."""
    if len(typed) > _LONGEST:
        raise BadPattern(f"The pattern has {len(typed)} characters.", hint=f"At most {_LONGEST}.")
    if how is How.TEXT:
        sought = fold(typed).casefold()
        return lambda said: sought in fold(said).casefold()
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    try:
        database.compile(expressions=[typed.encode("utf-8", "surrogatepass")], ids=[0], flags=[_FLAGS])
    except hyperscan.error:
        raise BadPattern(
            "The expression cannot be used.", hint="As RE2 writes them: no look-around, no back-references, not empty."
        ) from None

    def matches(said: str) -> bool:
        found: list[int] = []
        database.scan(said.encode("utf-8", "replace"), match_event_handler=lambda *_: found.append(1))
        return bool(found)

    return matches


def scan(database: Database, desk: Desk, search: str) -> None:
    """Carry a search through contents out, from wherever it is."""
    while step(database, desk, search):
        pass


def step(database: Database, desk: Desk, search: str) -> bool:
    """Read the next exchanges of a search; tell whether there is more to do."""
    with database.begin() as tx:
        row = tx.execute(select(searches).where(searches.c.id == search).with_for_update()).mappings().first()
        made = None if row is None else as_search(row)
        if made is None or made.state not in UNFINISHED:
            return False
        typed = words.read(tx, desk, made.item)
        if typed is None:
            _finish(tx, desk, made, State.STOPPED, whole=False)
            return False
        rows = list(tx.execute(upcoming(made)).mappings())
        made = _found(tx, desk, made, rows, compiled(made.how, typed))
        if made.hits >= MOST_HITS or len(rows) < _STEP:
            _finish(tx, desk, made, State.FINISHED, whole=made.hits < MOST_HITS)
            return False
        return True


def scan_job(database: Database, desk: Desk) -> Job:
    """Return the job that workers run."""

    def run(*, search: str) -> None:
        scan(database, desk, search)

    return Job(JOB, run)


def upcoming(made: Search) -> Select[Any]:
    """Return the next exchanges of a search, newest first."""
    chosen = select(exchanges).order_by(exchanges.c.exchange.desc()).limit(_STEP)
    if made.reached:
        chosen = chosen.where(exchanges.c.exchange < made.reached)
    if made.since is not None:
        chosen = chosen.where(exchanges.c.exchange >= at_least(made.since))
    if made.until is not None:
        chosen = chosen.where(exchanges.c.exchange < at_least(made.until))
    if made.project is not None:
        chosen = chosen.where(exchanges.c.project == made.project)
    if not made.sealed:
        chosen = chosen.where(exchanges.c.sealed.is_(False))
    return chosen


def _found(tx: Transaction, desk: Desk, made: Search, rows: Sequence[RowMapping], matches: Matches) -> Search:
    barred = frozenset() if made.sealed else desk.sealed_by_case(tx, [row["exchange"] for row in rows])
    fits = [row["exchange"] for row in rows if row["exchange"] not in barred and _fits(tx, desk, row, matches)]
    if fits:
        put = insert(hits).values([{"search": made.id, "exchange": each} for each in fits])
        tx.execute(put.on_conflict_do_nothing())
    changed = {
        "state": State.RUNNING.value,
        "reached": rows[-1]["exchange"] if rows else made.reached,
        "read": made.read + len(rows),
        "hits": made.hits + len(fits),
    }
    again = update(searches).where(searches.c.id == made.id).values(changed).returning(searches)
    return as_search(tx.execute(again).mappings().one())


def _fits(tx: Transaction, desk: Desk, row: RowMapping, matches: Matches) -> bool:
    asked, answered = (words.content(tx, desk, row[name]) for name in ("input_item", "output_item"))
    return any(matches(each.text) for each in desk.exchanges.said(row["api"], asked, answered))


def _finish(tx: Transaction, desk: Desk, made: Search, state: State, *, whole: bool) -> None:
    tx.execute(update(searches).where(searches.c.id == made.id).values(state=state.value, whole=whole))
    body = InvestigationSearchFinished(
        investigation=made.investigation, search=made.id, read=made.read, hits=made.hits, whole=whole, by=made.by
    )
    told = {"search": made.id, "read": made.read, "hits": made.hits, "whole": whole}
    trail(tx, desk, find(tx, made.investigation), "search_finished", made.by, body, told=told)

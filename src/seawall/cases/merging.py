"""Merge cases that are the same thing: one is settled, the others with it."""

from collections.abc import Sequence

from seawall.cases.errors import BadMerge, CaseClosed, CaseTaken, NoSuchCase
from seawall.cases.model import UNSETTLED, Case, Origin
from seawall.cases.office import Office
from seawall.cases.opening import join
from seawall.cases.permits import permit, settling
from seawall.cases.rows import lock_all
from seawall.store import Transaction

MOST = 200


def merge(tx: Transaction, office: Office, into: str, others: Sequence[str], *, by: str) -> Case:
    """Merge cases into one of them and return that. Raises as `permit`, BadMerge, CaseClosed, CaseTaken."""
    wanted = sorted(set(others))
    if not 1 <= len(wanted) <= MOST or into in wanted:
        raise BadMerge(f"{len(wanted)} cases into {into}.", hint=f"1 to {MOST} others.")
    found = lock_all(tx, [into, *wanted])
    for each in (into, *wanted):
        if each not in found:
            raise NoSuchCase(each)
        _check(tx, office, found[each], found[into], by)
    for each in wanted:
        kept = lock_all(tx, [into])[into]
        join(tx, office, found[each], kept, by=by)
    return lock_all(tx, [into])[into]


def _check(tx: Transaction, office: Office, case: Case, into: Case, by: str) -> None:
    permit(tx, office, case, settling(case), by)
    if case.state not in UNSETTLED:
        raise CaseClosed(case)
    if case.claim_holds(office.edges.clock()) and case.claimed_by != by:
        raise CaseTaken(case)
    if case.origin is Origin.APPEAL:
        raise BadMerge(f"{case.id} is an appeal; each has an answer of its own.", hint="Leave it out.")
    # What is about two accounts, or may be seen by different people, is not one thing.
    if (case.account, case.sealed, case.readers) != (into.account, into.sealed, into.readers):
        raise BadMerge(
            f"{case.id} is about another account than {into.id}, or others may see it.", hint="Settle it by itself."
        )
    if case.about is not None and case.about != into.about:
        raise BadMerge(
            f"{case.id} is about decision {case.about}, {into.id} is not.", hint="Merge the other way, or leave it out."
        )

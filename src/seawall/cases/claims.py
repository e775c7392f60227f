"""Claim cases, give them back, let them wait. A claim is a lock with an end: who holds it alone settles the case.

claim | take_next -> (renewed -> pause -> resume) -> release | settled;  a claim that is over, or whose holder lost the
right, binds nobody

Whoever opens, reads or notes something in a case that they hold has it for a whole claim from then on. It outlasts
their session: whoever signs in again goes on, and what they leave lying is free once its time is over.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select, update

from seawall.access.people import Edges, Person
from seawall.cases.clocks import resumed
from seawall.cases.errors import CaseClosed, CaseNotWaiting, CaseTaken, CaseWaits, NothingToDo, NotYours, SameHuman
from seawall.cases.model import SEALED_QUEUE, UNSETTLED, Case, State
from seawall.cases.office import Office
from seawall.cases.permits import Step, may, permit, settling
from seawall.cases.rows import change, find, lock, trail
from seawall.cases.tables import cases
from seawall.cases.took_part import refuse_own_work
from seawall.enforce.staff import checked_code
from seawall.store import Transaction
from seawall.vocabulary.errors import NotFound, SeawallError
from seawall.vocabulary.records.cases import CaseClaimed, CasePaused, CaseReleased, CaseResumed

_LOOKED_AT = 200
# A claim is renewed at most this often.
_RENEW_AFTER = timedelta(minutes=1)


def claim(tx: Transaction, office: Office, case: str, *, by: str) -> Case:
    """Take a case for a while, or for longer where one has it.

    Raises NoSuchCase, NotPermitted, ReviewersAreHuman, CaseClosed, CaseWaits, CaseTaken, SameHuman.
    """
    return _taken(tx, office, lock(tx, case), by)


def take_next(tx: Transaction, office: Office, *, by: str, queue: str | None = None, sealed: bool = False) -> Case:
    """Take the case that is most urgent among those that one may settle. Raises NothingToDo, ReviewersAreHuman."""
    for each in _free(tx, office, queue, sealed=sealed):
        row = tx.execute(select(cases.c.id).where(cases.c.id == each).with_for_update(skip_locked=True)).first()
        if row is None:
            continue
        try:
            return _taken(tx, office, lock(tx, each), by)
        except (CaseTaken, CaseClosed, CaseWaits, SameHuman, NotFound):
            continue
        except SeawallError as error:
            if error.code != "access.not_permitted":
                raise
    raise NothingToDo


def release(tx: Transaction, office: Office, case: str, *, by: str) -> Case:
    """Give a case back. Raises NoSuchCase, NotYours."""
    found = lock(tx, case)
    permit(tx, office, found, Step.READ, by)
    _hold(found, by)
    return let_go(tx, office.edges, found, by=by, reason_code="given_back")


def pause(tx: Transaction, office: Office, case: str, *, reason_code: str, by: str) -> Case:
    """Let a case wait for something outside; its clock stands still. Raises as `claimed`, BadReasonCode."""
    checked_code(reason_code)
    found = claimed(tx, office, case, by=by)
    waits = change(tx, found, state=State.WAITING, paused_at=office.edges.clock(), **_FREE)
    body = CasePaused(case=found.id, reason_code=reason_code, by=by)
    trail(tx, office.edges, waits, "paused", by, body, told={"reason_code": reason_code})
    return waits


def resume(tx: Transaction, office: Office, case: str, *, by: str) -> Case:
    """Let a case go on. Raises NoSuchCase, NotPermitted, CaseNotWaiting."""
    found = lock(tx, case)
    permit(tx, office, found, settling(found), by)
    if found.state is not State.WAITING or found.paused_at is None:
        raise CaseNotWaiting(found)
    due = resumed(found.due_at, found.paused_at, office.edges.clock())
    opened = change(tx, found, state=State.OPEN, paused_at=None, due_at=due)
    body = CaseResumed(case=found.id, due_at=due.isoformat(), by=by)
    trail(tx, office.edges, opened, "resumed", by, body, told={"due_at": due.isoformat()})
    return opened


def claimed(tx: Transaction, office: Office, case: str, *, by: str) -> Case:
    """Return a case that somebody holds and may settle at this moment, locked.

    Raises NoSuchCase, NotPermitted, ReviewersAreHuman, CaseClosed, NotYours, SameHuman.
    """
    found = lock(tx, case)
    who = permit(tx, office, found, settling(found), by)
    if found.state not in UNSETTLED:
        raise CaseClosed(found)
    _hold(found, by, office.edges.clock())
    refuse_own_work(tx, found, who.human)
    return found


def let_go(tx: Transaction, edges: Edges, case: Case, *, by: str, reason_code: str) -> Case:
    """Make a locked, claimed case free."""
    free = change(tx, case, state=State.OPEN, **_FREE)
    body = CaseReleased(case=case.id, reason_code=reason_code, by=by)
    trail(tx, edges, free, "released", by, body, told={"reason_code": reason_code, "was": case.claimed_by})
    return free


def time_out(tx: Transaction, office: Office) -> int:
    """Make free what was claimed for longer than a claim lasts; return how many."""
    over = (cases.c.state == State.CLAIMED) & (cases.c.claim_until <= office.edges.clock())
    found = select(cases.c.id).where(over).order_by(cases.c.id).limit(1000).with_for_update(skip_locked=True)
    late = list(tx.scalars(found))
    for each in late:
        let_go(tx, office.edges, lock(tx, each), by="seawall", reason_code="timed_out")
    return len(late)


def renew(tx: Transaction, office: Office, case: Case, *, by: str) -> Case:
    """Let somebody who works on a case that they hold have it for a whole claim from now on; return it as it is then.

    Nothing is recorded and the version stays: whoever has the case, has it as before.
    """
    now, until = office.edges.clock(), office.edges.clock() + office.rules.claim_for
    if not case.claim_holds(now) or case.claimed_by != by or (case.claim_until or now) > until - _RENEW_AFTER:
        return case
    mine = (cases.c.id == case.id) & (cases.c.claimed_by == by) & (cases.c.claim_until > now)
    tx.execute(update(cases).where(mine).values(claim_until=until))
    return find(tx, case.id)


def release_theirs(tx: Transaction, edges: Edges, person: Person, by: str) -> None:
    """Make free what somebody holds who is deactivated: see `access.people.Edges.person_ended`."""
    theirs = (cases.c.state == State.CLAIMED) & (cases.c.claimed_by == person.id)
    held = list(tx.scalars(select(cases.c.id).where(theirs).order_by(cases.c.id).with_for_update()))
    for each in held:
        let_go(tx, edges, lock(tx, each), by=by, reason_code="person_deactivated")


_FREE = {"claimed_by": None, "claimed_human": None, "claim_until": None}


def _taken(tx: Transaction, office: Office, case: Case, by: str) -> Case:
    who, now = permit(tx, office, case, settling(case), by), office.edges.clock()
    if case.state is State.WAITING:
        raise CaseWaits(case)
    if case.state not in UNSETTLED:
        raise CaseClosed(case)
    if case.state is State.CLAIMED and case.claimed_by != by:
        case = _freed(tx, office, case, now)
    refuse_own_work(tx, case, who.human)
    until = now + office.rules.claim_for
    taken = change(tx, case, state=State.CLAIMED, claimed_by=by, claimed_human=who.human, claim_until=until)
    body = CaseClaimed(case=case.id, until=until.isoformat(), by=by)
    trail(tx, office.edges, taken, "claimed", by, body, told={"until": until.isoformat()})
    return taken


def _freed(tx: Transaction, office: Office, case: Case, now: datetime) -> Case:
    """Take a case from whoever holds it, where their claim binds nobody any more. Raises CaseTaken."""
    if not case.claim_holds(now):
        return let_go(tx, office.edges, case, by="seawall", reason_code="timed_out")
    if not may(tx, office, case, settling(case), case.claimed_by or ""):
        return let_go(tx, office.edges, case, by="seawall", reason_code="right_lost")
    raise CaseTaken(case)


def _hold(case: Case, by: str, now: datetime | None = None) -> None:
    if case.state is not State.CLAIMED or case.claimed_by != by or (now is not None and not case.claim_holds(now)):
        raise NotYours(case)


def _free(tx: Transaction, office: Office, queue: str | None, *, sealed: bool) -> Iterator[str]:
    """Give the cases that may be free, most urgent first."""
    over = (cases.c.state == State.CLAIMED) & (cases.c.claim_until <= office.edges.clock())
    chosen = (cases.c.sealed == sealed) & cases.c.state.in_(UNSETTLED) & ((cases.c.state == State.OPEN) | over)
    if queue is not None or sealed:
        chosen &= cases.c.queue == (SEALED_QUEUE if sealed else queue)
    order = (cases.c.priority, cases.c.due_at, cases.c.id)
    found = select(cases.c.id).where(chosen).order_by(*order).limit(_LOOKED_AT)
    yield from tx.scalars(found).all()

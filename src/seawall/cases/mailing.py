"""Letters to staff about what waits for them: how much of what, and a link. No word of anybody, no id, no name.

    what came, is nearly late, waits for a vote, is to be answered soon -> not told before -> one letter a person

Each thing is told once to each. Of cases about child safety, and of those that name their readers, nothing is mailed.
Limits: an address that is gone by the time of sending fails like any other letter, and lies among the dead.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from seawall import outbox
from seawall.access.approvals import Desk
from seawall.access.approvals.inbox import inbox
from seawall.access.people import Kind, Person, people
from seawall.access.rights import follow
from seawall.access.waiting import could
from seawall.cases.model import UNSETTLED, Origin, State
from seawall.cases.office import Office
from seawall.cases.tables import cases, events, mail_wishes, mailed
from seawall.cases.wishes import Pace, Wishes, wishes
from seawall.outbox.kinds import STAFF_TOLD
from seawall.store import Database, Transaction
from seawall.store.jobs import Job
from seawall.vocabulary.ids import ItemId

NEARLY_LATE, APPEAL_SOON = timedelta(hours=2), timedelta(hours=24)
# What puts a case before the people of a queue: it came, was handed on, or somebody else is to look too.
_CAME = ("opened", "moved", "proposed", "disagreed", "reopened")
# Whatever began before is committed by now.
_SETTLES = timedelta(minutes=1)
_REMEMBERED = timedelta(days=400)
_MOST = 500


def mail_staff(tx: Transaction, office: Office, desk: Desk, pace: Pace) -> int:
    """Lay a letter for everybody of a pace for whom there is news; return how many letters."""
    asked = select(mail_wishes.c.person).where(mail_wishes.c.pace == pace).order_by(mail_wishes.c.person)
    return sum(_mail(tx, office, desk, each) for each in tx.scalars(asked).all())


def mailing_jobs(database: Database, office: Office, desk: Desk) -> tuple[Job, ...]:
    """Return the jobs that workers run; what is told at once is told within five minutes."""

    def run(pace: Pace) -> None:
        with database.begin() as tx:
            follow(tx, desk.rights)
            mail_staff(tx, office, desk, pace)

    return (
        Job("cases.mail_at_once", lambda: run(Pace.AT_ONCE), every="*/5 * * * *"),
        Job("cases.mail_daily", lambda: run(Pace.DAILY), every="0 6 * * *"),
    )


def forget_mailed(tx: Transaction, now: datetime) -> None:
    """Forget what was told long ago."""
    tx.execute(delete(mailed).where(mailed.c.at < now - _REMEMBERED))


def _mail(tx: Transaction, office: Office, desk: Desk, name: str) -> bool:
    """Lay one person's letter, if there is news; tell whether there was. Two workers at once tell it once."""
    locked = select(mail_wishes.c.seen).where(mail_wishes.c.person == name).with_for_update(skip_locked=True)
    seen, person = tx.scalar(locked), people.find(tx, name)
    if seen is None or person.kind is not Kind.PERSON or not person.active:
        return False
    wanted, now = wishes(tx, name), office.edges.clock()
    counts = _counts(tx, office, desk, person, wanted, seen, now)
    if not any(counts.values()):
        return False
    outbox.publish(
        tx, kind=STAFF_TOLD, project="", about=name, body={"counts": counts}, at=now, webhooks=False,
        letters=(outbox.Letter(address=ItemId(name), language=wanted.language),),
    )  # fmt: skip
    return True


def _counts(
    tx: Transaction, office: Office, desk: Desk, person: Person, wanted: Wishes, seen: int, now: datetime
) -> dict[str, int]:
    told = {"came": 0, "late": 0, "votes": 0, "appeals": 0}
    if could(tx, desk, person, "case.decide"):
        told["came"] = _came(tx, person.id, wanted, seen, now)
        soon = cases.c.due_at <= now + NEARLY_LATE
        if wanted.late:
            told["late"] = _new(tx, person.id, "late", _open(tx, _of(wanted) & soon), now)
        near = (cases.c.origin == Origin.APPEAL) & (cases.c.due_at <= now + APPEAL_SOON)
        if wanted.appeals:
            told["appeals"] = _new(tx, person.id, "appeal", _open(tx, near), now)
    if wanted.votes:
        waits = [each.id for each in inbox(tx, office.edges, desk, person.id).to_vote]
        told["votes"] = _new(tx, person.id, "vote", waits, now)
    return told


def _came(tx: Transaction, person: str, wanted: Wishes, seen: int, now: datetime) -> int:
    """Count what came into the queues since somebody was told last, and move on to here."""
    behind = (events.c.seq > seen) & (events.c.at <= now - _SETTLES)
    upto = tx.scalar(select(func.max(events.c.seq)).where(behind))
    if upto is None:
        return 0
    tx.execute(update(mail_wishes).where(mail_wishes.c.person == person).values(seen=upto))
    if not wanted.came:
        return 0
    came = select(func.count(cases.c.id.distinct())).join(events, events.c.case == cases.c.id)
    lately = (events.c.seq > seen) & (events.c.seq <= upto) & events.c.what.in_(_CAME)
    return tx.scalar(came.where(lately, _of(wanted), _PLAIN, cases.c.state.in_(UNSETTLED))) or 0


_PLAIN = cases.c.sealed.is_(False) & cases.c.readers.is_(None)


def _of(wanted: Wishes) -> ColumnElement[bool]:
    return cases.c.queue.in_(wanted.queues) if wanted.queues else cases.c.sealed.is_(False)


def _open(tx: Transaction, which: ColumnElement[bool]) -> list[str]:
    """Return the unsettled cases of a kind whose clock runs, soonest due first."""
    running = _PLAIN & cases.c.state.in_((State.OPEN, State.CLAIMED))
    found = select(cases.c.id).where(running, which).order_by(cases.c.due_at, cases.c.id)
    return list(tx.scalars(found.limit(_MOST)))


def _new(tx: Transaction, person: str, what: str, about: Sequence[str], now: datetime) -> int:
    """Note what somebody is told; count what they were not told before."""
    if not about:
        return 0
    rows = [{"person": person, "what": what, "about": each, "at": now} for each in about]
    noted = insert(mailed).values(rows).on_conflict_do_nothing().returning(mailed.c.about)
    return len(tx.execute(noted).all())

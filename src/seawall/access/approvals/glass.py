"""Break glass: one person with a passkey, for thirty minutes; everyone is told, and two others review it.

It is counted, whether it was used or not. Rules about rules cannot be broken this way.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.exc import IntegrityError

from seawall.access.approvals import alarms
from seawall.access.approvals.model import Actor, Desk, NotEligible, Request, Rules, State, VotedAlready
from seawall.access.approvals.requests import find, keep, locked, permit, prepared
from seawall.access.approvals.tables import alarms as alarmed
from seawall.access.approvals.tables import requests, reviews
from seawall.access.people import people
from seawall.access.people.edges import Edges
from seawall.access.people.proofs import require_passkey
from seawall.access.rights import Resource
from seawall.access.rights.actions import BY_NAME
from seawall.access.rights.rights import FRESH
from seawall.store import Transaction
from seawall.vault import Retention
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.ids import ItemId, PersonId
from seawall.vocabulary.records.approvals import GlassBroken, GlassReviewed


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How often glass was broken, and how that was reviewed."""

    broken: int
    executed: int
    reviewed: int
    overdue: int


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """What one reviewer found; `words` say why, and may be empty."""

    person: PersonId
    justified: bool
    words: str
    at: datetime


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody may still do alone, or did and awaits reviews; `reviews` is how many there are."""

    request: Request
    reviews: int
    review_by: datetime


def break_glass(
    tx: Transaction,
    edges: Edges,
    desk: Desk,
    actor: Actor,
    action: str,
    resource: Resource,
    parameters: Mapping[str, Any],
    *,
    reason: str,
) -> Request:
    """Let one person do one exact action alone, once, within minutes.

    Raises NotPermitted, NoSuchAction, StepUpNeeded, NotEligible, RequestConflicts.
    """
    require_passkey(actor.proofs, edges.clock(), FRESH)
    permit(tx, edges, desk, actor, "approval.break_glass", Resource(kind="Approval", id="new"))
    made = prepared(tx, edges, desk, actor, action, resource, parameters, reason=reason)
    if not BY_NAME[action].glass:
        raise NotEligible(f"{action} cannot be done alone, in no emergency.", hint="Ask for it.")
    until = edges.clock() + desk.rules.glass_for
    made = msgspec.structs.replace(made, glass=True, state=State.APPROVED, ends_at=until)
    keep(tx, edges, made, reason=reason)
    due = edges.clock() + desk.rules.review_within
    edges.record(
        tx,
        GlassBroken(
            request=made.id, action=action, ends_at=until.isoformat(), review_by=due.isoformat(), person=actor.person
        ),
    )
    alarms.tell(tx, edges, desk, made, alarms.BROKEN)
    return made


def review(
    tx: Transaction, edges: Edges, desk: Desk, actor: Actor, request: str, *, justified: bool, words: str = ""
) -> int:
    """Say whether it was justified, and why; return how many have. A late review counts as late, and is still wanted.

    Raises NoSuchRequest, NotPermitted, NotEligible, VotedAlready.
    """
    found = locked(tx, edges, request)
    if not found.glass:
        raise NotEligible(f"Nobody broke glass in {request}.", hint="Only that is reviewed.")
    permit(
        tx, edges, desk, actor, "approval.review_glass", Resource(kind="Approval", id=found.id, requester=found.human)
    )
    reviewer = people.find(tx, actor.person)
    if reviewer.vouched_by == found.human:
        raise NotEligible(f"{reviewer.id} was added by whoever is reviewed.", hint="Somebody else must review it.")
    row = {"request": found.id, "human": reviewer.human, "person": reviewer.id, "justified": justified}
    if words.strip():
        said = edges.vault.put(tx, words.strip().encode(), owner=reviewer.id, retention=Retention.EVIDENCE)
        row |= {"words": said}
    try:
        with tx.begin_nested():
            tx.execute(insert(reviews).values(row | {"at": edges.clock()}))
    except IntegrityError:
        raise VotedAlready("You have reviewed this.", hint="Two different people review.") from None
    edges.record(tx, GlassReviewed(request=found.id, justified=justified, person=reviewer.id))
    alarms.seen(tx, edges, found, reviewer)
    given = tx.scalar(select(func.count()).select_from(reviews).where(reviews.c.request == found.id)) or 0
    if given >= desk.rules.reviewers:
        alarms.settled(tx, edges, found)
    return given


def watched(tx: Transaction, edges: Edges, rules: Rules) -> list[Watched]:
    """Return what everybody is told of: broken glass until its time is over and enough people have reviewed."""
    count = select(func.count()).where(reviews.c.request == requests.c.id).scalar_subquery()
    broken = select(requests.c.id, count.label("given")).where(requests.c.glass).order_by(requests.c.asked_at.desc())
    runs = (requests.c.state == State.APPROVED) & (requests.c.ends_at > edges.clock())
    rows = tx.execute(broken.where((count < rules.reviewers) | runs)).all()
    return [
        Watched(request=found, reviews=row.given, review_by=found.asked_at + rules.review_within)
        for row in rows
        for found in (find(tx, edges, row.id),)
    ]


def counts(tx: Transaction, edges: Edges, desk: Desk, since: datetime, until: datetime) -> Counts:
    """Count what was done alone in a period."""
    return counted(tx, desk.rules, edges.clock(), (requests.c.asked_at >= since) & (requests.c.asked_at < until))


def counted(tx: Transaction, rules: Rules, now: datetime, which: ColumnElement[bool] | None = None) -> Counts:
    """Count what was done alone, ever or of some requests."""
    broken = tx.execute(select(requests).where(requests.c.glass, *(() if which is None else (which,)))).all()
    due = {row.id: row.asked_at + rules.review_within for row in broken}
    in_time: dict[str, int] = dict.fromkeys(due, 0)
    for row in tx.execute(select(reviews.c.request, reviews.c.at).where(reviews.c.request.in_(due))):
        in_time[row.request] += row.at <= due[row.request]
    reviewed = {name for name, number in in_time.items() if number >= rules.reviewers}
    late = [name for name, by in due.items() if now >= by and name not in reviewed]
    executed = sum(row.state == State.EXECUTED for row in broken)
    return Counts(broken=len(broken), executed=executed, reviewed=len(reviewed), overdue=len(late))


def overdue(tx: Transaction, edges: Edges, desk: Desk) -> int:
    """Tell everybody concerned, once, of each review that is missing past its time; return of how many."""
    late = requests.c.glass & (requests.c.asked_at <= edges.clock() - desk.rules.review_within)
    told = select(alarmed.c.request).where(alarmed.c.what == alarms.OVERDUE)
    missing = 0
    for name in tx.scalars(select(requests.c.id).where(late, requests.c.id.not_in(told))).all():
        if counted(tx, desk.rules, edges.clock(), requests.c.id == name).overdue:
            alarms.tell(tx, edges, desk, locked(tx, edges, name), alarms.OVERDUE)
            missing += 1
    return missing


def every_review(tx: Transaction, edges: Edges, request: Request) -> list[Review]:
    """Return who reviewed, what they found and when. Raises what the vault raises."""
    given = select(reviews).where(reviews.c.request == request.id).order_by(reviews.c.at, reviews.c.person)
    return [
        Review(
            person=PersonId(row.person),
            justified=row.justified,
            words=edges.vault.get(tx, ItemId(row.words)).decode() if row.words else "",
            at=row.at,
        )
        for row in tx.execute(given).all()
    ]


class GlassBook:
    """How often glass was broken, for the metrics of one process: read at the start and on each notice."""

    channel = alarms.CHANNEL

    def __init__(self, clock: Clock, rules: Rules = Rules(), *, told: Callable[[Counts], None]) -> None:  # noqa: B008
        self._clock, self._rules, self._told = clock, rules, told

    def load(self, tx: Transaction) -> None:
        """Count anew."""
        self._told(counted(tx, self._rules, self._clock()))

    def notice(self, tx: Transaction, payload: str) -> None:
        """Count anew: it happens seldom."""
        self.load(tx)

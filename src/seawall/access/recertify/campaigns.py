"""The life of a campaign: begin, remind, confirm or withdraw, and at the deadline withdraw what nobody confirmed.

Every item's row is locked before it is decided, so that a confirmation and the deadline follow each other.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_new

from seawall.access.people import Edges, people
from seawall.access.recertify.model import (
    ADMINISTRATORS,
    BadDeadline,
    Campaign,
    Due,
    Item,
    ItemDecided,
    NoSuchCampaign,
    NoSuchItem,
    NothingDue,
    NotYours,
    Outcome,
    Report,
    Source,
    Standing,
)
from seawall.access.recertify.owners import is_active, is_gone
from seawall.access.recertify.tables import campaigns, items
from seawall.access.reviews import REVIEW_AFTER
from seawall.store import Transaction
from seawall.vocabulary.ids import PersonId, new_id
from seawall.vocabulary.records.recertify import RecertificationBegun, RecertificationClosed, RecertificationReminded

ANSWER_WITHIN = timedelta(days=14)
AHEAD = timedelta(days=30)
REMIND_EVERY = timedelta(days=3)
# Tells whether a person may act in place of an owner who is gone.
Administers = Callable[[str], bool]


def begin(
    tx: Transaction,
    edges: Edges,
    sources: Sequence[Source],
    *,
    by: str,
    within: timedelta = ANSWER_WITHIN,
    ahead: timedelta = AHEAD,
    orphans_only: bool = False,
) -> Campaign:
    """Ask about what is due within `ahead` and about every grant whose owner is gone, unless it is asked already.

    Raises BadDeadline, NothingDue.
    """
    if within <= timedelta(0):
        raise BadDeadline("A campaign needs time to answer.", hint="Give a day or more.")
    now, name = edges.clock(), new_id("ca")
    deadline = now + within
    row = {"id": name, "begun_by": by, "begun_at": now, "deadline": deadline}
    found = [(source, due) for source in sources for due in _asked(tx, source, now + ahead, orphans_only)]
    if not found:
        raise NothingDue(
            "Nothing is due that is not asked already.", hint="`seawall recertify campaigns` shows what is."
        )
    tx.execute(insert(campaigns).values(row))
    made = [item for source, due in found if (item := _item(tx, name, source, due)) is not None]
    if not made:
        raise NothingDue(
            "Nothing is due that is not asked already.", hint="`seawall recertify campaigns` shows what is."
        )
    orphaned = sum(item.orphaned for item in made)
    edges.record(
        tx,
        RecertificationBegun(campaign=name, deadline=deadline.isoformat(), items=len(made), orphaned=orphaned, by=by),
    )
    return campaign_of(tx, name)


def confirm(
    tx: Transaction,
    edges: Edges,
    sources: Sequence[Source],
    item: str,
    *,
    by: str,
    administers: Administers,
    review: timedelta = REVIEW_AFTER,
) -> Item:
    """Confirm that something is still needed. Raises NoSuchItem, ItemDecided, NotYours."""
    found = _open(tx, edges, item)
    if people.human_of(tx, by) is not None and _same(tx, by, found.holder):
        raise NotYours("Nobody confirms what they hold themselves.", hint=f"{_answers(tx, found)} must.")
    _refuse_others(tx, found, by, administers)
    _source(sources, found).confirm(tx, edges, found.thing, by=by, review=review)
    return _decided(tx, edges, found, Standing.CONFIRMED, by)


def withdraw(
    tx: Transaction, edges: Edges, sources: Sequence[Source], item: str, *, by: str, administers: Administers
) -> Item:
    """Take away what is not needed any more; its holder may give it up too.

    Raises NoSuchItem, ItemDecided, NotYours.
    """
    found = _open(tx, edges, item)
    if not _same(tx, by, found.holder):
        _refuse_others(tx, found, by, administers)
    source = _source(sources, found)
    if source.indispensable(tx, found.thing):
        raise ItemDecided(f"{found.what} of {found.holder} is the last of its kind.", hint="Give it to somebody first.")
    source.withdraw(tx, edges, found.thing, by=by, reason_code="not_needed")
    return _decided(tx, edges, found, Standing.WITHDRAWN, by)


def inbox(tx: Transaction, sources: Sequence[Source], person: str, administers: Administers) -> list[Item]:
    """Return what a person is asked at this moment: as an owner, or as an administrator where no owner is left."""
    rows = tx.execute(select(items).where(items.c.state == Standing.OPEN).order_by(items.c.id))
    found = [_row(row) for row in rows]
    mine = [each for each in found if _may_answer(tx, each, person, administers)]
    return [each for each in mine if not _same(tx, person, each.holder)]


def remind(tx: Transaction, edges: Edges) -> int:
    """Remind everybody who has not answered for three days; return how many were reminded. Each is a record."""
    now = edges.clock()
    late = items.c.reminded_at.is_(None) | (items.c.reminded_at <= now - REMIND_EVERY)
    rows = tx.execute(select(items).where(items.c.state == Standing.OPEN, late).with_for_update(skip_locked=True)).all()
    waiting: Counter[tuple[str, str]] = Counter((row.campaign, _answers(tx, _row(row))) for row in rows)
    for (campaign, owner), count in sorted(waiting.items()):
        edges.record(tx, RecertificationReminded(campaign=campaign, owner=owner, items=count))
    tx.execute(update(items).where(items.c.id.in_([row.id for row in rows])).values(reminded_at=now))
    return len(waiting)


def close_due(tx: Transaction, edges: Edges, sources: Sequence[Source]) -> list[Report]:
    """End the campaigns whose deadline has passed: what nobody confirmed is withdrawn."""
    over = campaigns.c.closed_at.is_(None) & (campaigns.c.deadline <= edges.clock())
    names = tx.scalars(select(campaigns.c.id).where(over).order_by(campaigns.c.id).with_for_update(skip_locked=True))
    return [_close(tx, edges, sources, name) for name in names.all()]


def report(tx: Transaction, campaign: str) -> Report:
    """Return a campaign with all its items. Raises NoSuchCampaign."""
    rows = tx.execute(select(items).where(items.c.campaign == campaign).order_by(items.c.id))
    found = tuple(map(_row, rows))
    counted = Counter(item.state.value for item in found)
    return Report(campaign=campaign_of(tx, campaign), outcome=Outcome(**counted), items=found)


def every(tx: Transaction) -> list[Campaign]:
    """Return all campaigns, newest first."""
    return [_campaign(row) for row in tx.execute(select(campaigns).order_by(campaigns.c.id.desc()))]


def campaign_of(tx: Transaction, campaign: str) -> Campaign:
    """Return one campaign. Raises NoSuchCampaign."""
    row = tx.execute(select(campaigns).where(campaigns.c.id == campaign)).first()
    if row is None:
        raise NoSuchCampaign(f"There is no campaign {campaign!r}.", hint="`seawall recertify campaigns` shows all.")
    return _campaign(row)


def _close(tx: Transaction, edges: Edges, sources: Sequence[Source], name: str) -> Report:
    chosen = select(items).where(items.c.campaign == name, items.c.state == Standing.OPEN).order_by(items.c.id)
    for row in tx.execute(chosen.with_for_update()).all():
        _settle(tx, edges, sources, _row(row))
    tx.execute(update(campaigns).where(campaigns.c.id == name).values(closed_at=edges.clock()))
    told = report(tx, name)
    out = told.outcome
    edges.record(
        tx,
        RecertificationClosed(
            campaign=name, confirmed=out.confirmed, withdrawn=out.withdrawn, kept=out.kept, gone=out.gone
        ),
    )
    return told


def _settle(tx: Transaction, edges: Edges, sources: Sequence[Source], item: Item) -> None:
    source = _source(sources, item)
    due = source.find(tx, item.thing)
    if due is None:
        _decided(tx, edges, item, Standing.GONE, "nobody")
    elif due.review_at > item.review_at:
        # Confirmed meanwhile by another way, which recorded by whom.
        _decided(tx, edges, item, Standing.CONFIRMED, "elsewhere")
    elif source.indispensable(tx, item.thing):
        _decided(tx, edges, item, Standing.KEPT, "seawall")
    else:
        source.withdraw(tx, edges, item.thing, by="seawall", reason_code="not_confirmed")
        _decided(tx, edges, item, Standing.WITHDRAWN, "seawall")


def _asked(tx: Transaction, source: Source, until: datetime, orphans_only: bool) -> list[Due]:
    due = {} if orphans_only else {each.thing: each for each in source.given(tx, until)}
    gone = {each.thing: each for each in source.given(tx, None) if is_gone(tx, each.owner)}
    return list((due | gone).values())


def _item(tx: Transaction, campaign: str, source: Source, due: Due) -> Item | None:
    owner = people.human_of(tx, due.owner)
    lost = owner is None or not is_active(tx, due.owner) or (due.holder != "" and _same(tx, due.owner, due.holder))
    row = {
        "id": new_id("ci"), "campaign": campaign, "source": source.name, "thing": due.thing, "holder": due.holder,
        "what": due.what, "owner": ADMINISTRATORS if lost else due.owner, "orphaned": is_gone(tx, due.owner),
        "review_at": due.review_at, "state": Standing.OPEN,
    }  # fmt: skip
    # Two that begin at once do not ask the same twice.
    made = tx.execute(insert_new(items).values(row).on_conflict_do_nothing().returning(items)).first()
    return None if made is None else _row(made)


def _open(tx: Transaction, edges: Edges, item: str) -> Item:
    row = tx.execute(select(items).where(items.c.id == item).with_for_update()).first()
    if row is None:
        raise NoSuchItem(f"There is no item {item!r}.", hint="`seawall recertify campaigns` shows all.")
    found = _row(row)
    if found.state is not Standing.OPEN:
        raise ItemDecided(f"This was decided: it is {found.state.value}.", hint="Grant anew what is needed after all.")
    if edges.clock() >= campaign_of(tx, found.campaign).deadline:
        raise ItemDecided("The deadline has passed.", hint="Grant anew what is needed after all.")
    return found


def _refuse_others(tx: Transaction, item: Item, by: str, administers: Administers) -> None:
    # On the host nobody is signed in: `host:<user>` acts past this, and the record shows it.
    if people.human_of(tx, by) is None and by.startswith("host:"):
        return
    if not _may_answer(tx, item, by, administers):
        raise NotYours(f"{_answers(tx, item)} must answer this.", hint="Ask them.")


def _may_answer(tx: Transaction, item: Item, person: str, administers: Administers) -> bool:
    answers = _answers(tx, item)
    return administers(person) if answers == ADMINISTRATORS else _same(tx, person, answers)


def _answers(tx: Transaction, item: Item) -> str:
    """Return who answers at this moment: an owner who was deactivated since answers no more."""
    return item.owner if item.owner != ADMINISTRATORS and is_active(tx, item.owner) else ADMINISTRATORS


def _source(sources: Sequence[Source], item: Item) -> Source:
    return next(each for each in sources if each.name == item.source)


def _decided(tx: Transaction, edges: Edges, item: Item, state: Standing, by: str) -> Item:
    values = {"state": state, "decided_by": by, "decided_at": edges.clock()}
    row = tx.execute(update(items).where(items.c.id == item.id).values(values).returning(items)).one()
    return _row(row)


def _same(tx: Transaction, one: str, other: str) -> bool:
    """Tell whether two accounts are one human's."""
    human: PersonId | None = people.human_of(tx, one)
    return human is not None and human == people.human_of(tx, other)


def _row(row: Row[Any]) -> Item:
    fields = {name: getattr(row, name) for name in Item.__struct_fields__}
    return Item(**(fields | {"state": Standing(row.state)}))


def _campaign(row: Row[Any]) -> Campaign:
    return Campaign(**{name: getattr(row, name) for name in Campaign.__struct_fields__})

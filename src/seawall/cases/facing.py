"""What the person concerned sees of a decision behind a link: the notice, the exchange, and what they can do about it.

What they wrote themselves is shown on the fresh word of the operator's product alone, and that is a record. The model's
answer is not shown: it may be what was withheld. Of a case about child safety neither exchange nor content is.
"""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select

from seawall.cases import filers, words
from seawall.cases.clocks import in_time, last_second
from seawall.cases.decided import find as find_decision
from seawall.cases.decided import reversed_by
from seawall.cases.errors import NoSuchNotice, NothingToAppeal
from seawall.cases.flags import From
from seawall.cases.legal.told import LegalNotice
from seawall.cases.links import Link, Opens
from seawall.cases.model import SEALING
from seawall.cases.notices import one
from seawall.cases.office import Office
from seawall.cases.render import Notice
from seawall.cases.rows import find as find_case
from seawall.cases.rows import trail
from seawall.cases.speaking import Say
from seawall.cases.speaking import marked as _
from seawall.cases.tables import appeals, decisions
from seawall.enforce.sanctions import of_decision, reversed_at
from seawall.store import Transaction
from seawall.vocabulary.categories import MAPPINGS, Category
from seawall.vocabulary.concerned import Concerned
from seawall.vocabulary.ids import ItemId, NoticeId
from seawall.vocabulary.records.cases import ContentShown

_CHECKED = _("A request, or the answer to it, was refused, changed or held by an automatic check.")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A notice as its page shows it. `category` is the value, not the title; `appealed` that somebody appealed."""

    notice: Notice
    category: Category | None
    exchange_at: datetime | None
    model: str
    appealed: bool
    may_appeal: bool
    taken_back: bool
    with_content: bool


def told(tx: Transaction, office: Office, link: Link, say: Say = str) -> Told:
    """Return what a link shows of a decision. Raises NoSuchNotice, NothingToAppeal."""
    found: Concerned | None
    if link.kind is Opens.MACHINE:
        about = found = machine_decision(tx, office, link.about, link.exchange or "", through=link.through)
        made = _of_machine(office, about, link.about, say)
        category = next(iter(about.categories), None) if made.category else None
    else:
        told_of = one(tx, office, link.about, through=link.through, say=say).notice
        if isinstance(told_of, LegalNotice):
            raise NoSuchNotice(link.about)
        made = told_of
        found = office.exchanges(tx, made.exchange) if made.exchange is not None else None
        category = _category(tx, made) if made.category else None
    appealed = tx.scalar(select(appeals.c.case).where(appeals.c.decision == made.decision)) is not None
    back = _taken_back(tx, made)
    open_ = made.appeal_until is not None and in_time(made.appeal_until, office.edges.clock())
    shown = found if made.exchange is not None else None
    # What was shown is a line in the trail of a case.
    kept = shown is not None and shown.input_item is not None and _of_a_case(tx, made)
    return Told(
        notice=made,
        category=category,
        exchange_at=None if shown is None else shown.at,
        model="" if shown is None else shown.model,
        appealed=appealed,
        may_appeal=open_ and not appealed and not back,
        taken_back=back,
        with_content=link.kind is Opens.CONTENT and kept,
    )


def legal(tx: Transaction, office: Office, link: Link, say: Say = str) -> LegalNotice | None:
    """Return what a link shows of a request of an authority; None where it shows a decision. Raises NoSuchNotice."""
    if link.kind is Opens.MACHINE:
        return None
    made = one(tx, office, link.about, through=link.through, say=say).notice
    return made if isinstance(made, LegalNotice) else None


def content(tx: Transaction, office: Office, link: Link) -> str | None:
    """Return what the person wrote, which is recorded; None where nothing is kept, or may be shown."""
    seen = told(tx, office, link)
    if not seen.with_content:
        return None
    decided = find_decision(tx, seen.notice.decision)
    found = office.exchanges(tx, seen.notice.exchange or "")
    item = found.input_item if found is not None else None
    kept = words.read(tx, office, item)
    if kept is None or item is None:
        return None
    case = find_case(tx, decided.case)
    body = ContentShown(case=case.id, notice=NoticeId(link.about), items=(ItemId(item),), by=link.id)
    trail(tx, office.edges, case, "content_shown", link.id, body, told={"notice": link.about})
    return spoken(kept)


def appealed_on(tx: Transaction, office: Office, link: Link) -> tuple[str, str | None]:
    """Return the decision that a link's page can be appealed from, and the exchange on which a machine made it.

    Raises NoSuchNotice, NothingToAppeal.
    """
    decision = told(tx, office, link).notice.decision
    acted = of_decision(tx, decision)
    return decision, link.exchange or (acted.exchange if acted is not None else None)


def machine_decision(tx: Transaction, office: Office, decision: str, exchange: str, *, through: From) -> Concerned:
    """Return the exchange on which a machine decided. Raises NothingToAppeal."""
    found = office.exchanges(tx, exchange)
    if found is None or found.project != through.project or decision not in found.decisions:
        raise NothingToAppeal(decision)
    return found


def spoken(kept: str) -> str:
    """Return what somebody said last in a request, without what the product put around it."""
    try:
        body = msgspec.json.decode(kept)
    except msgspec.DecodeError:
        return kept
    messages = body.get("messages") if isinstance(body, dict) else None
    said = [_text(each) for each in messages or () if isinstance(each, dict) and each.get("role") == "user"]
    return next((each for each in reversed(said) if each), "")


def _text(message: dict[str, Any]) -> str:
    found = message.get("content")
    if isinstance(found, str):
        return found
    parts = [each.get("text") for each in found or () if isinstance(each, dict)] if isinstance(found, list) else []
    return "\n".join(each for each in parts if isinstance(each, str))


def _of_machine(office: Office, found: Concerned, decision: str, say: Say) -> Notice:
    open_ = SEALING not in found.categories
    category = next(iter(found.categories), None)
    return Notice(
        decision=decision,
        account=found.account,
        about=None,
        exchange=found.exchange if open_ else None,
        what=say(_CHECKED),
        why="",
        rule=next(iter(found.because), None) if open_ else None,
        category=MAPPINGS[category].title if category is not None and open_ else None,
        decided_automatically=True,
        detected_automatically=True,
        at=found.at,
        until=None,
        reverses=(),
        answers_appeal=False,
        stands=None,
        appeal_until=last_second(found.at, office.rules.appeal_for),
    )


def _of_a_case(tx: Transaction, made: Notice) -> bool:
    return tx.scalar(select(decisions.c.id).where(decisions.c.id == made.decision)) is not None


def _taken_back(tx: Transaction, made: Notice) -> bool:
    """Tell whether what a notice tells of was taken back since: a decision, an act, or one against whoever files."""
    if made.decision.startswith("fa_"):
        return filers.find(tx, made.decision).lifted_at is not None
    if made.reverses:
        return reversed_by(tx, made.decision) is not None
    return reversed_by(tx, made.decision) is not None or reversed_at(tx, made.decision) is not None


def _category(tx: Transaction, made: Notice) -> Category | None:
    return next((each for each in Category if MAPPINGS[each].title == made.category), None)

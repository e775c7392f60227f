"""Open cases: what brought them up, where the rules route them, and never twice for the same thing."""

from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from seawall.cases import telling, words
from seawall.cases.model import SEALING, UNSETTLED, Case, Origin, Stage, State
from seawall.cases.office import Office
from seawall.cases.rows import as_case, change, lock, trail
from seawall.cases.rules import Facts
from seawall.cases.tables import cases
from seawall.store import Transaction
from seawall.vocabulary.categories import Category
from seawall.vocabulary.concerned import Concerned
from seawall.vocabulary.ids import AccountId, CaseId, DecisionId, ExchangeId, KeyId, ProjectId, RuleId, new_id
from seawall.vocabulary.records.cases import CaseMerged, CaseOpened


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What a case is opened with. `source` names what brought it up: of one source there is one case."""

    origin: Origin
    source: str
    project: ProjectId
    key: KeyId
    account: AccountId
    has_end_user: bool
    exchange: ExchangeId | None = None
    about: DecisionId | None = None
    rule: RuleId | None = None
    category: Category | None = None
    sealed: bool = False
    detected_automatically: bool = False
    words: str | None = None

    @property
    def facts(self) -> Facts:
        """Return what it is routed by."""
        return Facts(origin=self.origin, project=self.project, category=self.category, rule=self.rule)


def of_exchange(found: Concerned, origin: Origin, source: str, **more: Any) -> Opening:
    """Return what opens a case about an exchange; one in which child sexual exploitation was found is sealed."""
    category = SEALING if SEALING in found.categories else next(iter(found.categories), None)
    given: dict[str, Any] = {
        "project": found.project,
        "key": found.key,
        "account": found.account,
        "has_end_user": found.has_end_user,
        "exchange": found.exchange,
        "rule": next(iter(found.because), None),
        "category": category,
    }
    return Opening(origin=origin, source=source, **given | more)


def open_case(tx: Transaction, office: Office, opening: Opening, *, by: str) -> tuple[Case, bool]:
    """Open a case, and tell whether it is new: what was opened from the same source before is returned as it is."""
    sealed = opening.sealed or opening.category is SEALING
    routed, now = office.rules.route(opening.facts, sealed=sealed), office.edges.clock()
    row = {
        **{name: getattr(opening, name) for name in Opening.__struct_fields__},
        "id": CaseId(new_id("cs")),
        "queue": routed.queue,
        "state": State.OPEN,
        "stage": Stage.FIRST,
        "priority": routed.priority,
        "sealed": sealed,
        "words": None,
        "opened_at": now,
        "due_at": now + routed.within,
        "round": 1,
        "joined": 0,
        "version": 1,
    }
    entered = insert(cases).values(row).on_conflict_do_nothing(index_elements=["source"]).returning(cases)
    made = tx.execute(entered).mappings().first()
    if made is None:
        known = select(cases).where(cases.c.source == opening.source)
        return as_case(tx.execute(known).mappings().one()), False
    case = as_case(made)
    if opening.words is not None:
        case = change(tx, case, words=words.keep(tx, office, opening.words, owner=_owner(case)))
    trail(tx, office.edges, case, "opened", by, _opened(case, by))
    telling.opened(tx, office, case)
    return case, True


def same_already(tx: Transaction, case: Case) -> Case | None:
    """Return an older unsettled case that came up in the same way about the same exchange, locked; None without."""
    same = (cases.c.exchange == case.exchange) & (cases.c.origin == case.origin) & (cases.c.sealed == case.sealed)
    older = select(cases.c.id).where(same, cases.c.id < case.id, cases.c.state.in_(UNSETTLED)).order_by(cases.c.id)
    first = tx.scalar(older.limit(1))
    if first is None:
        return None
    found = lock(tx, first)
    # Settled between the two statements: then this one is settled by itself.
    return found if found.state in UNSETTLED else None


def join(tx: Transaction, office: Office, case: Case, into: Case, *, by: str) -> Case:
    """Make a locked case part of another locked one, and return the case that is gone into it."""
    gone = change(tx, case, state=State.MERGED, merged_into=into.id, claimed_by=None, claimed_human=None,
                  claim_until=None)  # fmt: skip
    change(tx, into, joined=into.joined + case.joined + 1)
    trail(tx, office.edges, case, "merged", by, CaseMerged(case=case.id, into=into.id, by=by), told={"into": into.id})
    trail(tx, office.edges, into, "joined", by, told={"case": case.id})
    return gone


def _owner(case: Case) -> str:
    """Return whose the words are: the account's, where there is one and it may know of the case."""
    return case.id if case.sealed or not case.account else case.account


def _opened(case: Case, by: str) -> CaseOpened:
    return CaseOpened(
        case=case.id,
        origin=case.origin,
        queue=case.queue,
        priority=case.priority.name.lower(),
        project=case.project,
        account=case.account,
        exchange=case.exchange,
        about=case.about,
        rule=case.rule,
        category=case.category,
        due_at=case.due_at.isoformat(),
        by=by,
    )

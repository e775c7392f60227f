"""Carry out what was decided: take back, act on the account, write the decision down, and lay a notice ready.

In the caller's transaction, all of it or nothing. An appeal never makes anything worse: see `refuse_worse`.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import insert, select, update

from seawall import enforce
from seawall.cases import filers, telling
from seawall.cases.clocks import last_second
from seawall.cases.decided import Decided
from seawall.cases.errors import BadRuling
from seawall.cases.model import Case, Origin, Outcome, Ruling, State
from seawall.cases.office import Office
from seawall.cases.render import record
from seawall.cases.rows import change, trail
from seawall.cases.samples import draw
from seawall.cases.tables import decisions
from seawall.enforce.errors import DecisionAlreadyReversed, NoSuchDecision
from seawall.store import Transaction
from seawall.vocabulary.ids import DecisionId, ItemId, new_id

_ORDER = tuple(Outcome)
_SEALED_CODE = "case_decided"


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be carried out, by whom, and who had a say."""

    ruling: Ruling
    reason: ItemId
    by: str
    agreed_by: tuple[str, ...] = ()
    humans: tuple[str, ...] = ()
    bulk: str | None = None


def carry_out(tx: Transaction, office: Office, case: Case, said: Carried) -> Case:
    """Settle a locked case and return it. Raises what `enforce` and `reviewed` raise."""
    decision, now = DecisionId(new_id("de")), office.edges.clock()
    back = _taken_back(tx, office, case, said, decision)
    if said.ruling.outcome is not Outcome.NOTHING:
        _act(tx, office, case, said, decision)
    decided = _decided(office, case, said, decision, back, now)
    tx.execute(insert(decisions).values(_row(decided)))
    settled = change(
        tx, case, state=State.DECIDED, decision=decision, decided_at=now, claimed_by=None, claimed_human=None,
        claim_until=None, paused_at=None,
    )  # fmt: skip
    told = {"decision": decision, "outcome": decided.outcome.value, "reason_code": decided.reason_code}
    trail(tx, office.edges, settled, "decided", said.by, record(decided), told=told, item=decided.reason)
    if noticed(decided):
        telling.lay(tx, office, settled, decided)
    telling.decided(tx, office, settled, decided)
    for act in filers.settled(tx, office, settled, unfounded=decided.unfounded):
        telling.lay_act(tx, office, settled, act)
    # What nobody looked at is no sample of how people decide.
    if said.humans:
        draw(tx, office, settled, decided)
    return settled


def noticed(decided: Decided) -> bool:
    """Tell whether the person is told: something was done to the account or taken back, or they asked."""
    return decided.outcome is not Outcome.NOTHING or bool(decided.reverses) or decided.origin is Origin.APPEAL


def refuse_worse(tx: Transaction, case: Case, ruling: Ruling) -> None:
    """Refuse an answer to an appeal that is worse than what was appealed. Raises BadRuling."""
    if case.origin is not Origin.APPEAL or ruling.outcome is Outcome.NOTHING:
        return
    body = tx.scalar(select(decisions.c.body).where(decisions.c.id == case.about))
    before = Outcome.SUSPEND if body is None else Outcome(body["outcome"])
    if _ORDER.index(ruling.outcome) >= _ORDER.index(before):
        raise BadRuling(
            f"{ruling.outcome.value} is no milder than what was appealed.", hint="Choose something milder, or nothing."
        )


def _taken_back(
    tx: Transaction, office: Office, case: Case, said: Carried, decision: DecisionId
) -> tuple[DecisionId, ...]:
    """Take back what was wrong, and what this case came to before it was reopened; return those decisions."""
    ruling, back = said.ruling, list[DecisionId]()
    if case.about is not None and ruling.about_right is not None:
        if not ruling.about_right:
            back.append(case.about)
        if _of_a_machine(tx, case.about):
            office.reviewed(tx, case.about, case.exchange, ruling.about_right, said.by)
    if case.decision is not None:
        back.append(case.decision)
    for each in back:
        _reverse(tx, office, case, each, said, decision)
    return tuple(back)


def _of_a_machine(tx: Transaction, decision: DecisionId) -> bool:
    return tx.scalar(select(decisions.c.id).where(decisions.c.id == decision)) is None


def _reverse(
    tx: Transaction, office: Office, case: Case, back: DecisionId, said: Carried, decision: DecisionId
) -> None:
    code = _SEALED_CODE if case.sealed else said.ruling.reason_code
    edges = office.edges
    # Where nothing followed for the account, or it was taken back before, what is wanted holds already.
    with suppress(NoSuchDecision, DecisionAlreadyReversed):
        enforce.reverse(tx, back, by=said.by, reason_code=code, record=edges.record, clock=edges.clock)
    gone = (decisions.c.id == back) & decisions.c.reversed_by.is_(None)
    tx.execute(update(decisions).where(gone).values(reversed_by=decision))


def _act(tx: Transaction, office: Office, case: Case, said: Carried, decision: DecisionId) -> None:
    ruling, edges = said.ruling, office.edges
    enforce.meet(
        tx, case.account, key=case.key, project=case.project, has_end_user=case.has_end_user, clock=edges.clock
    )
    given: dict[str, Any] = {
        "by": said.by,
        # Records of standing are for auditors: of a sealed case they tell no reason.
        "reason_code": _SEALED_CODE if case.sealed else ruling.reason_code,
        "until": ruling.until,
        "decision": decision,
        "record": edges.record,
        "clock": edges.clock,
    }
    match ruling.outcome:
        case Outcome.WARN:
            enforce.warn(tx, case.account, **given)
        case Outcome.RESTRICT:
            enforce.restrict(tx, case.account, per_minute=ruling.per_minute or 0, **given)
        case Outcome.SUSPEND:
            enforce.suspend(tx, case.account, **given)
        case Outcome.BAN:
            enforce.ban(tx, case.account, **given)


def _decided(
    office: Office, case: Case, said: Carried, decision: DecisionId, back: tuple[DecisionId, ...], now: datetime
) -> Decided:
    ruling = said.ruling
    # What answers an appeal is final here.
    appealable = ruling.outcome is not Outcome.NOTHING and case.origin is not Origin.APPEAL
    return Decided(
        id=decision,
        case=case.id,
        origin=case.origin,
        sealed=case.sealed,
        project=case.project,
        account=case.account,
        exchange=case.exchange,
        about=case.about,
        about_right=ruling.about_right,
        rule=case.rule,
        category=case.category,
        outcome=ruling.outcome,
        until=ruling.until,
        per_minute=ruling.per_minute,
        reason_code=ruling.reason_code,
        reason=said.reason,
        reverses=back,
        detected_automatically=case.detected_automatically,
        opened_at=case.opened_at,
        at=now,
        appeal_until=last_second(now, office.rules.appeal_for) if appealable else None,
        by=said.by,
        agreed_by=said.agreed_by,
        humans=said.humans,
        bulk=said.bulk,
        unfounded=ruling.unfounded,
    )


def _row(decided: Decided) -> dict[str, Any]:
    return {
        "id": decided.id,
        "case": decided.case,
        "project": decided.project,
        "account": decided.account,
        "at": decided.at,
        "body": msgspec.to_builtins(decided),
        "reversed_by": None,
        "bulk": decided.bulk,
    }

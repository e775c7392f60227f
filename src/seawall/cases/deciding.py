"""Settle a case: one ruling, or two where the rules ask for a second reviewer, then what follows, all or nothing.

    decide -> (proposed -> another's ruling -> agreed | a third settles it) -> carry out -> Decided, notice

Everything happens in one transaction: what is done to the account, what is taken back, the decision, and the notice
that is to be given. Where it cannot be carried out, nothing of it was, and the case stays open.
"""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import insert, select

from seawall.cases import words
from seawall.cases.carrying import Carried, carry_out, refuse_worse
from seawall.cases.claims import claimed
from seawall.cases.errors import BadRuling, CaseOpen, NotCarriedOut
from seawall.cases.model import Case, Origin, Outcome, Ruling, Stage, State
from seawall.cases.office import Office
from seawall.cases.permits import Step, permit
from seawall.cases.rows import change, find, lock, trail
from seawall.cases.rules import Facts
from seawall.cases.tables import proposals
from seawall.cases.took_part import human_behind
from seawall.enforce.staff import checked_code
from seawall.store import Database, Transaction
from seawall.store.database import DatabaseUnavailable
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.ids import ItemId
from seawall.vocabulary.records.cases import CaseDisagreed, CaseFailed, CaseProposed, CaseReopened

LONGEST_REASON = 4000
_FREE = {"state": State.OPEN, "claimed_by": None, "claimed_human": None, "claim_until": None}


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """What one reviewer said in one round of a case. The words of `ruling` lie in the vault, as `reason`."""

    stage: Stage
    by: str
    human: str
    ruling: Ruling
    reason: ItemId
    at: datetime


def decide(tx: Transaction, office: Office, case: str, ruling: Ruling, *, by: str) -> Case:
    """Settle a case that one has claimed, or say how one would where others must look too; return the case then.

    Raises what `claimed` raises, BadRuling, BadWords, BadReasonCode, NotCarriedOut.
    """
    found = claimed(tx, office, case, by=by)
    ruling = checked(ruling, office.edges.clock())
    _refuse_answer(found, ruling)
    refuse_worse(tx, found, ruling)
    mine = _propose(tx, office, found, ruling, by)
    said = said_in(tx, found)
    if found.stage is Stage.FIRST and _wants_second(office, found, ruling.outcome):
        return _handed_on(tx, office, found, mine)
    if found.stage is Stage.SECOND and not ruling.same(said[0].ruling):
        return _disagreed(tx, office, found, said[0].ruling, ruling, by)
    # What two agree on is the first one's ruling, with its words and its end, unless that has passed meanwhile.
    final = said[0] if found.stage is Stage.SECOND and _lasts(said[0].ruling, mine.at) else mine
    return settle(tx, office, found, final, [each for each in said if each.by != final.by])


def decide_or_stay_open(database: Database, office: Office, case: str, ruling: Ruling, *, by: str) -> Case:
    """Decide in a transaction of its own; where it cannot be carried out, say so in the trail of the open case.

    Raises what `decide` raises.
    """
    try:
        with database.begin() as tx:
            return decide(tx, office, case, ruling, by=by)
    except NotCarriedOut as failed:
        with database.begin() as tx:
            found = find(tx, case)
            body = CaseFailed(case=found.id, code=failed.why, by=by)
            trail(tx, office.edges, found, "failed", by, body, told={"code": failed.why})
        raise


def settle(
    tx: Transaction, office: Office, case: Case, final: Proposal, others: list[Proposal], *, bulk: str | None = None
) -> Case:
    """Carry a ruling out on a locked case. Raises NotCarriedOut."""
    agreed = tuple(each.by for each in others if each.ruling.same(final.ruling))
    humans = tuple(sorted({final.human, *(each.human for each in others)}))
    said = Carried(ruling=final.ruling, reason=final.reason, by=final.by, agreed_by=agreed, humans=humans, bulk=bulk)
    try:
        return carry_out(tx, office, case, said)
    except DatabaseUnavailable:
        raise
    except SeawallError as error:
        raise NotCarriedOut(case.id, error.code) from error


def reopen(tx: Transaction, office: Office, case: str, *, reason_code: str, by: str) -> Case:
    """Let a settled case be settled anew; what followed holds until it is. Raises as `permit`, CaseOpen, SameHuman."""
    checked_code(reason_code)
    found = lock(tx, case)
    permit(tx, office, found, Step.REOPEN, by)
    if found.state is not State.DECIDED or found.decision is None:
        raise CaseOpen(found)
    routed = office.rules.route(facts_of(found), sealed=found.sealed)
    opened = change(
        tx, found, **_FREE, stage=Stage.FIRST, round=found.round + 1, due_at=office.edges.clock() + routed.within
    )
    body = CaseReopened(case=found.id, decision=found.decision, reason_code=reason_code, by=by)
    trail(tx, office.edges, opened, "reopened", by, body, told={"decision": found.decision, "reason_code": reason_code})
    return opened


def checked(ruling: Ruling, now: datetime) -> Ruling:
    """Return a ruling that makes sense by itself. Raises BadRuling, BadWords, BadReasonCode."""
    checked_code(ruling.reason_code)
    wrong = _wrong_terms(ruling, now)
    if wrong:
        raise BadRuling(wrong[0], hint=wrong[1])
    said = words.checked("reason", ruling.reason, LONGEST_REASON)
    return msgspec.structs.replace(ruling, reason=said)


def said_in(tx: Transaction, case: Case) -> list[Proposal]:
    """Return what reviewers said in this round of a case, in their order."""
    mine = (proposals.c.case == case.id) & (proposals.c.round == case.round)
    found = [_proposal(row) for row in tx.execute(select(proposals).where(mine)).mappings()]
    return sorted(found, key=lambda each: tuple(Stage).index(each.stage))


def facts_of(case: Case) -> Facts:
    """Return what a case is routed by."""
    return Facts(origin=case.origin, project=case.project, category=case.category, rule=case.rule)


def _wrong_terms(ruling: Ruling, now: datetime) -> tuple[str, str] | None:
    outcome, until = ruling.outcome, ruling.until
    if until is not None and (until.tzinfo is None or until <= now):
        return (
            f"{until.isoformat()} is not a moment in the future.",
            "Give it with its zone: 2026-02-01T09:00Z.",
        )
    if outcome is Outcome.SUSPEND and until is None:
        return "A suspension has an end.", "Say until when, or ban."
    if until is not None and outcome in (Outcome.NOTHING, Outcome.BAN):
        return f"{outcome.value} has no end.", "Leave the end out."
    if (outcome is Outcome.RESTRICT) != (ruling.per_minute is not None):
        return f"{outcome.value} and a rate of {ruling.per_minute}.", "A restriction, and nothing else, has a rate."
    if ruling.per_minute is not None and not 1 <= ruling.per_minute <= 100_000:
        return f"{ruling.per_minute} requests a minute is no rate.", "1 or more; to refuse everything, suspend."
    return None


def _refuse_answer(case: Case, ruling: Ruling) -> None:
    """Refuse a ruling that does not answer what a case asks. Raises BadRuling."""
    if ruling.unfounded and not _rejects(case, ruling):
        raise BadRuling(
            "Only what somebody filed, and nothing follows from, is manifestly unfounded.",
            hint="Leave the mark out, or settle the case with nothing.",
        )
    if not case.account and ruling.outcome is not Outcome.NOTHING:
        raise BadRuling(
            "This report is about no account, so nothing can be done to one.",
            hint="Settle it with nothing, and act on the account itself where there is one: seawall accounts.",
        )
    if case.about is None and ruling.about_right is not None:
        raise BadRuling("No decision is in question here.", hint="Leave it out whether one was right.")
    if case.origin is not Origin.APPEAL:
        return
    if ruling.about_right is None:
        raise BadRuling("An appeal asks whether the decision was right.", hint="Say that it stands, or was wrong.")
    if ruling.about_right and ruling.outcome is not Outcome.NOTHING:
        raise BadRuling("A decision that stands needs no other.", hint="Choose nothing as the outcome.")


def _rejects(case: Case, ruling: Ruling) -> bool:
    """Tell whether a ruling gives nothing to whoever filed."""
    if case.origin is Origin.APPEAL:
        return ruling.about_right is True
    filed = case.origin in (Origin.FLAG, Origin.REPORT)
    return filed and ruling.outcome is Outcome.NOTHING and ruling.about_right is not False


def _lasts(ruling: Ruling, now: datetime) -> bool:
    return ruling.until is None or ruling.until > now


def _wants_second(office: Office, case: Case, outcome: Outcome) -> bool:
    return office.rules.wants_second(facts_of(case), outcome, sealed=case.sealed)


def _propose(tx: Transaction, office: Office, case: Case, ruling: Ruling, by: str) -> Proposal:
    bare = msgspec.structs.replace(ruling, reason="")
    made = Proposal(
        stage=case.stage,
        by=by,
        human=human_behind(tx, by),
        ruling=bare,
        reason=words.keep(tx, office, ruling.reason, owner=case.id),
        at=office.edges.clock(),
    )
    row = {"case": case.id, "round": case.round, **msgspec.structs.asdict(made), "ruling": msgspec.to_builtins(bare)}
    tx.execute(insert(proposals).values(row))
    return made


def _handed_on(tx: Transaction, office: Office, case: Case, mine: Proposal) -> Case:
    waits = change(tx, case, **_FREE, stage=Stage.SECOND)
    outcome, code = mine.ruling.outcome, mine.ruling.reason_code
    body = CaseProposed(case=case.id, stage=mine.stage, outcome=outcome, reason_code=code, by=mine.by)
    # Not what was proposed: whoever looks next does so by themselves.
    trail(tx, office.edges, waits, "proposed", mine.by, body)
    return waits


def _disagreed(tx: Transaction, office: Office, case: Case, first: Ruling, second: Ruling, by: str) -> Case:
    waits = change(tx, case, **_FREE, stage=Stage.SETTLE)
    told = {"first": first.outcome.value, "second": second.outcome.value}
    trail(tx, office.edges, waits, "disagreed", by, CaseDisagreed(case=case.id, by=by, **told), told=told)
    return waits


def _proposal(row: Any) -> Proposal:
    return Proposal(
        stage=Stage(row["stage"]),
        by=row["by"],
        human=row["human"],
        ruling=msgspec.convert(row["ruling"], Ruling),
        reason=ItemId(row["reason"]),
        at=row["at"],
    )

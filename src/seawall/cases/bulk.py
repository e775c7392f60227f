"""Settle many cases at once, exactly as a preview showed them: the same cases, each as it was, with the same ruling.

    preview -> Preview(digest, what follows for each) -> decide(digest) -> all of them, or none

A preview is good for a quarter of an hour, for whoever made it, once. Appeals, cases about child safety, and cases for
which the rules want a second reviewer are left out, and the preview says so.
"""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import insert, select, update

from seawall import enforce
from seawall.access.rights.rights import NotPermitted
from seawall.cases import words
from seawall.cases.deciding import Proposal, checked, facts_of, settle
from seawall.cases.errors import BadRuling, BulkMoved, NoSuchBulk, NoSuchCase
from seawall.cases.model import UNSETTLED, Case, Origin, Outcome, Ruling, Stage, State
from seawall.cases.office import Office
from seawall.cases.permits import Step, permit
from seawall.cases.rows import lock_all
from seawall.cases.tables import bulks
from seawall.cases.took_part import human_behind, took_part
from seawall.store import Transaction
from seawall.vocabulary.ids import ItemId, new_id
from seawall.vocabulary.records.cases import CasesDecidedTogether

MOST = 500
GOOD_FOR = timedelta(minutes=15)


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """One case of a preview: as it is now, and where its account stands."""

    case: str
    version: int
    account: str
    stands: str


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What would be settled, and what is left out for which reason. `digest` names exactly this."""

    bulk: str
    digest: str
    ruling: Ruling
    cases: tuple[Chosen, ...]
    left_out: dict[str, str]


def preview(tx: Transaction, office: Office, wanted: Sequence[str], ruling: Ruling, *, by: str) -> Preview:
    """Show what settling cases alike would come to. Raises BadRuling, BadWords, BadReasonCode."""
    ids = sorted(set(wanted))
    if not 1 <= len(ids) <= MOST:
        raise BadRuling(f"{len(ids)} cases at once.", hint=f"1 to {MOST}.")
    if ruling.about_right is not None or ruling.unfounded:
        raise BadRuling("Whether somebody was right is said of each by itself.", hint="Settle those one by one.")
    found = lock_all(tx, ids)
    chosen, left_out = list[Chosen](), dict[str, str]()
    ruling, now = checked(ruling, office.edges.clock()), office.edges.clock()
    for each in ids:
        why = _left_out(tx, office, found.get(each), ruling, by)
        if why:
            left_out[each] = why
        else:
            case = found[each]
            standing = enforce.standing(tx, case.account, now=now)
            chosen.append(Chosen(case=case.id, version=case.version, account=case.account, stands=standing.state.value))
    return _kept(tx, office, tuple(chosen), left_out, ruling, by)


def decide(tx: Transaction, office: Office, bulk: str, digest: str, *, by: str) -> list[Case]:
    """Settle what a preview showed, all or nothing. Raises NoSuchBulk, BulkMoved, and what settling one raises."""
    row = tx.execute(select(bulks).where(bulks.c.id == bulk).with_for_update()).mappings().first()
    if row is None or row["by"] != by:
        raise NoSuchBulk(bulk)
    now = office.edges.clock()
    if row["done_at"] is not None or now >= row["ends_at"] or row["digest"] != digest:
        raise BulkMoved(f"Preview {bulk} was used, is too old, or is not what you saw.", hint="Make another.")
    shown = msgspec.convert(row["body"], Preview)
    found = lock_all(tx, [each.case for each in shown.cases])
    final = Proposal(
        stage=Stage.FIRST, by=by, human=human_behind(tx, by), ruling=shown.ruling, reason=ItemId(row["reason"]), at=now
    )
    moved = [each.case for each in shown.cases if _moved(tx, office, found.get(each.case), each, shown.ruling, by)]
    if moved:
        raise BulkMoved(f"{len(moved)} cases changed since, {moved[0]} among them.", hint="Make another preview.")
    settled = [
        settle(tx, office, found[each.case], final, [], bulk=bulk)
        # In the order of accounts, as each act locks one: two that cross would wait for each other.
        for each in sorted(shown.cases, key=lambda each: (each.account, each.case))
    ]
    tx.execute(update(bulks).where(bulks.c.id == bulk).values(done_at=now))
    outcome = shown.ruling.outcome
    office.edges.record(tx, CasesDecidedTogether(bulk=bulk, digest=digest, cases=len(settled), outcome=outcome, by=by))
    return settled


def _left_out(tx: Transaction, office: Office, case: Case | None, ruling: Ruling, by: str) -> str:
    """Return why a case cannot be settled together with others; empty where it can."""
    if case is None:
        return "unknown"
    try:
        who = permit(tx, office, case, Step.DECIDE, by)
    except NoSuchCase:
        return "unknown"
    except NotPermitted:
        return "not_permitted"
    told = (
        (case.sealed, "child_safety"),
        (case.origin is Origin.APPEAL, "appeal"),
        (not case.account and ruling.outcome is not Outcome.NOTHING, "no_account"),
        (case.state not in UNSETTLED, case.state.value),
        (case.state is State.WAITING, "waits"),
        (case.claim_holds(office.edges.clock()) and case.claimed_by != by, "taken"),
        (case.stage is not Stage.FIRST, "second_review"),
        (office.rules.wants_second(facts_of(case), ruling.outcome, sealed=case.sealed), "second_review"),
        (who.human in took_part(tx, case), "own_work"),
    )
    return next((why for holds, why in told if holds), "")


def _moved(tx: Transaction, office: Office, case: Case | None, shown: Chosen, ruling: Ruling, by: str) -> bool:
    return case is None or case.version != shown.version or bool(_left_out(tx, office, case, ruling, by))


def _kept(
    tx: Transaction, office: Office, chosen: tuple[Chosen, ...], left_out: dict[str, str], ruling: Ruling, by: str
) -> Preview:
    name, now = new_id("bu"), office.edges.clock()
    reason = words.keep(tx, office, ruling.reason, owner=name)
    bare = msgspec.structs.replace(ruling, reason="")
    digest = sha256(msgspec.json.encode([name, by, reason, bare, chosen])).hexdigest()
    made = Preview(bulk=name, digest=digest, ruling=bare, cases=chosen, left_out=left_out)
    row: dict[str, Any] = {"id": name, "by": by, "digest": digest, "body": msgspec.to_builtins(made), "reason": reason}
    tx.execute(insert(bulks).values(row | {"made_at": now, "ends_at": now + GOOD_FOR, "done_at": None}))
    return made

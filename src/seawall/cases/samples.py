"""Quality: a share of decisions that somebody else looks at afterwards, without knowing what they were.

Which ones is drawn from a keyed digest of the decision: the same again for whoever has the secret, and foreseen by no
reviewer. Where the second look comes to something else, a case is opened and a third person says who was right.
"""

from datetime import datetime

import msgspec
from sqlalchemy import insert, select, update

from seawall.cases.decided import Decided, find
from seawall.cases.errors import CaseClosed, NoSuchCase, NothingToAppeal, SameHuman
from seawall.cases.finding import seen
from seawall.cases.model import Case, Origin, Outcome
from seawall.cases.office import Office
from seawall.cases.opening import Opening, open_case
from seawall.cases.permits import Step, permit
from seawall.cases.rows import find as find_case
from seawall.cases.rows import trail
from seawall.cases.tables import cases, decisions, samples
from seawall.store import Transaction
from seawall.vocabulary.ids import CaseId, DecisionId
from seawall.vocabulary.records.cases import CaseQualityReviewed, CaseSampled

_WHOLE = 1 << 64


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A drawn decision; nothing of what it was, until somebody looked."""

    decision: DecisionId
    case: CaseId
    drawn_at: datetime
    by: str | None
    outcome: str | None
    agrees: bool | None


def drawn(digest: bytes, share: float) -> bool:
    """Tell whether a decision is drawn, from its keyed digest."""
    return int.from_bytes(digest[:8], "big") < share * _WHOLE


def draw(tx: Transaction, office: Office, case: Case, decided: Decided) -> bool:
    """Draw a decision for its quality, or not."""
    if not drawn(office.edges.lasting("case.sample", decided.id), office.rules.document.sample):
        return False
    row = {"decision": decided.id, "case": case.id, "sealed": case.sealed, "drawn_at": office.edges.clock()}
    tx.execute(insert(samples).values(row))
    trail(tx, office.edges, case, "sampled", "seawall", CaseSampled(case=case.id, decision=decided.id, by="seawall"))
    return True


def waiting(tx: Transaction, *, reader: str, sealed: bool = False, after: str = "", limit: int = 100) -> list[Sample]:
    """Return drawn decisions that nobody looked at yet, oldest first, of cases that somebody may see."""
    open_ = (samples.c.sealed == sealed) & samples.c.at.is_(None) & (samples.c.decision > after)
    of_case = select(samples).join(cases, cases.c.id == samples.c.case).where(open_, *seen(reader, sealed=sealed))
    found = of_case.order_by(samples.c.decision).limit(limit)
    return [_sample(row) for row in tx.execute(found).mappings()]


def waits_for(tx: Transaction, case: str, human: str) -> DecisionId | None:
    """Return the decision of a case that waits for a look which this human could be the one to give; None without."""
    open_ = samples.join(decisions, decisions.c.id == samples.c.decision)
    found = select(decisions.c.id, decisions.c.body["humans"].label("humans")).select_from(open_)
    waits = tx.execute(found.where(decisions.c.case == case, samples.c.at.is_(None)).order_by(decisions.c.id))
    return next((DecisionId(row.id) for row in waits if human not in row.humans), None)


def review(tx: Transaction, office: Office, decision: str, outcome: Outcome, *, by: str) -> Sample:
    """Say how one would have decided. Raises NothingToAppeal, NotPermitted, SameHuman, CaseClosed."""
    row = tx.execute(select(samples).where(samples.c.decision == decision).with_for_update()).mappings().first()
    if row is None:
        raise NothingToAppeal(decision)
    decided, case = find(tx, decision), find_case(tx, row["case"])
    try:
        who = permit(tx, office, case, Step.DECIDE, by)
    except NoSuchCase:
        # The decision of a case that they may not see is to them as one that was never made.
        raise NothingToAppeal(decision) from None
    if row["at"] is not None:
        raise CaseClosed(case)
    if who.human in decided.humans:
        raise SameHuman(case)
    agrees = outcome is decided.outcome
    looked = {"by": by, "human": who.human, "outcome": outcome.value, "agrees": agrees, "at": office.edges.clock()}
    changed = update(samples).where(samples.c.decision == decision).values(looked).returning(samples)
    made = _sample(tx.execute(changed).mappings().one())
    body = CaseQualityReviewed(case=case.id, decision=decided.id, outcome=outcome, agrees=agrees, by=by)
    trail(tx, office.edges, case, "quality_reviewed", by, body, told={"agrees": agrees})
    if not agrees:
        open_case(tx, office, _in_question(case, decided), by="seawall")
    return made


def _in_question(case: Case, decided: Decided) -> Opening:
    return Opening(
        origin=Origin.FINDING,
        source=f"quality:{decided.id}",
        project=case.project,
        key=case.key,
        account=case.account,
        has_end_user=case.has_end_user,
        exchange=case.exchange,
        about=decided.id,
        rule=case.rule,
        category=case.category,
        sealed=case.sealed,
    )


def _sample(row: object) -> Sample:
    return msgspec.convert({name: row[name] for name in Sample.__struct_fields__}, Sample)  # type: ignore[index]

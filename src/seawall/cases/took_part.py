"""Which humans took part in what a case is about. None of them looks at it again, by whichever of their accounts."""

from sqlalchemy import select

from seawall.access.people import people
from seawall.cases.errors import SameHuman
from seawall.cases.model import Case, Origin
from seawall.cases.tables import cases, decisions, proposals, samples
from seawall.enforce.sanctions import of_decision
from seawall.store import Transaction


def human_behind(tx: Transaction, actor: str) -> str:
    """Return the human behind whoever acts; whoever is nobody known here is themselves."""
    return people.human_of(tx, actor) or actor


def took_part(tx: Transaction, case: Case) -> frozenset[str]:
    """Return the humans who had a say in this round of a case, or in the decision that it is about."""
    mine = select(proposals.c.human).where(proposals.c.case == case.id, proposals.c.round == case.round)
    humans = set(tx.scalars(mine))
    if case.about is not None:
        earlier = select(decisions.c.body["humans"]).where(decisions.c.id == case.about)
        humans |= {each for found in tx.scalars(earlier) for each in found}
        looked = select(samples.c.human).where(samples.c.decision == case.about, samples.c.human.is_not(None))
        humans |= {each for each in tx.scalars(looked) if each}
        acted = of_decision(tx, case.about)
        # Whoever acted on the account without a case.
        humans |= {human_behind(tx, acted.by)} if acted is not None and acted.by is not None else set()
    return frozenset(humans | _who_judged_it(tx, case))


def _who_judged_it(tx: Transaction, case: Case) -> set[str]:
    """Return who settled other cases about what is appealed: whoever held it right before does not answer for it."""
    if case.origin is not Origin.APPEAL or case.about is None:
        return set()
    others = select(decisions.c.body["humans"]).join(cases, cases.c.id == decisions.c.case)
    # By account, which an index leads to; an appeal is about the account that it came from.
    same = (cases.c.account == case.account) & (cases.c.about == case.about) & (cases.c.id != case.id)
    return {each for found in tx.scalars(others.where(same)) for each in found}


def refuse_own_work(tx: Transaction, case: Case, human: str) -> None:
    """Raise SameHuman where somebody would look at what they took part in."""
    if human in took_part(tx, case):
        raise SameHuman(case)

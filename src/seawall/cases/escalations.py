"""Escalations: an exchange that the policy held, or a rule about accounts wants seen, becomes a case by a job.

    held, or a rule's act (in the transaction of either) -> job -> escalate -> case

A job that fails is tried again and then lies among the dead letters, where it can be run again; running twice opens
one case.
"""

from seawall.cases.errors import NoSuchExchange
from seawall.cases.model import Case, Origin
from seawall.cases.office import Office
from seawall.cases.opening import of_exchange, open_case
from seawall.cases.withdrawn import source_of_rule
from seawall.enforce.sanctions import reversed_at
from seawall.store import Database, Transaction
from seawall.store.jobs import Job, enqueue
from seawall.vocabulary.ids import DecisionId, ExchangeId, RuleId

JOB = "cases.escalate"
CASE_OF_RULE = "cases.of_rule"


def held(tx: Transaction, exchange: ExchangeId, decision: DecisionId) -> None:
    """Have a held exchange become a case, once this transaction commits."""
    enqueue(tx, JOB, exchange=exchange, decision=decision)


def escalate(tx: Transaction, office: Office, exchange: str, decision: DecisionId) -> Case:
    """Open the case of a held exchange. Raises NoSuchExchange."""
    found = office.exchanges(tx, exchange)
    if found is None:
        raise NoSuchExchange(exchange)
    opening = of_exchange(found, Origin.ESCALATION, f"held:{decision}", about=decision, detected_automatically=True)
    return open_case(tx, office, opening, by="seawall")[0]


def escalate_job(database: Database, office: Office) -> Job:
    """Return the job that workers run."""

    def run(*, exchange: str, decision: str) -> None:
        with database.begin() as tx:
            escalate(tx, office, exchange, DecisionId(decision))

    return Job(JOB, run, retries=8)


def escalate_for_rule(
    tx: Transaction, office: Office, exchange: str, decision: DecisionId, rule: RuleId
) -> Case | None:
    """Open the case that a rule about accounts wants, about its own decision; None where that was taken back meanwhile.

    Raises NoSuchExchange.
    """
    if reversed_at(tx, decision) is not None:
        return None
    found = office.exchanges(tx, exchange)
    if found is None:
        raise NoSuchExchange(exchange)
    opening = of_exchange(
        found, Origin.FINDING, source_of_rule(decision), about=decision, rule=rule, detected_automatically=True
    )
    return open_case(tx, office, opening, by="seawall")[0]


def case_of_rule_job(database: Database, office: Office) -> Job:
    """Return the job that workers run for a rule."""

    def run(*, exchange: str, decision: str, rule: str) -> None:
        with database.begin() as tx:
            escalate_for_rule(tx, office, exchange, DecisionId(decision), RuleId(rule))

    return Job(CASE_OF_RULE, run, retries=8)

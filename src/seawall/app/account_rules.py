"""Wire rules about accounts: the job that asks them after a decision, and the cases that they open."""

from seawall.app.holding import RULES
from seawall.app.instance import Instance
from seawall.cases import Office
from seawall.cases.escalations import CASE_OF_RULE, case_of_rule_job
from seawall.enforce.rules.acting import CaseDue, Works
from seawall.enforce.rules.asking import Fired, ask
from seawall.enforce.rules.sightings import forget
from seawall.gateway.sightings import answer_missing, seen
from seawall.store import Transaction
from seawall.store.jobs import Job, enqueue, enqueue_after
from seawall.vocabulary.errors import NotFound
from seawall.vocabulary.ids import DecisionId

_LONGEST_S = 300


class NothingSeen(NotFound):
    """Rules are to be asked about an exchange that is not there."""

    code = "account_rules.no_such_exchange"


def works(instance: Instance) -> Works:
    """Return what rules act with."""
    return Works(record=instance.record, clock=instance.clock, case=_case)


def ask_about(tx: Transaction, instance: Instance, exchange: str, decision: str, waited: int = 0) -> tuple[Fired, ...]:
    """Ask every rule about a decision on an exchange; later, where its answer is not over yet. Raises NothingSeen."""
    found = seen(tx, exchange)
    if found is None:
        raise NothingSeen(
            f"There is no exchange {exchange!r}.", hint="It is tried again, and then lies among the dead."
        )
    if answer_missing(tx, exchange, decision):
        # A stream is decided on before it is closed. Whoever leaves one open for good is noticed: `gateway.abandoned`.
        enqueue_after(tx, min(2**waited, _LONGEST_S), RULES, exchange=exchange, decision=decision, waited=waited + 1)
        return ()
    return ask(tx, found, DecisionId(decision), works(instance))


def account_rule_jobs(instance: Instance, office: Office) -> tuple[Job, ...]:
    """Return the jobs: rules after a decision, their cases, and what nobody counts any more."""

    def run(*, exchange: str, decision: str, waited: int = 0) -> None:
        with instance.database().begin() as tx:
            ask_about(tx, instance, exchange, decision, waited)

    def tidy() -> None:
        with instance.database().begin() as tx:
            while forget(tx, now=instance.clock()):
                pass

    return (
        Job(RULES, run, retries=8),
        case_of_rule_job(instance.database(), office),
        Job("account_rules.forget", tidy, every="23 3 * * *"),
    )


def _case(tx: Transaction, due: CaseDue) -> None:
    enqueue(tx, CASE_OF_RULE, exchange=due.trigger.exchange, decision=due.decision, rule=due.rule)

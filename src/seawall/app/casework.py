"""Wire cases: the office that settles them, and what a worker does for them."""

from pathlib import Path

from seawall.app.instance import Instance
from seawall.app.legalwork import limits
from seawall.cases import Office, load
from seawall.cases.claims import time_out
from seawall.cases.escalations import escalate_job
from seawall.gateway.concerned import concerned
from seawall.gateway.labels import review
from seawall.store import Transaction
from seawall.store.jobs import Job
from seawall.vocabulary.ids import DecisionId, ExchangeId


def office(instance: Instance) -> Office:
    """Return what cases are settled with. Raises BadRules, so that nothing starts on rules that cannot be used."""

    def reviewed(tx: Transaction, decision: DecisionId, exchange: ExchangeId | None, right: bool, by: str) -> None:
        review(tx, decision, exchange=exchange, right=right, by=by, record=instance.record, clock=instance.clock)

    named = instance.settings.cases_rules
    return Office(
        edges=instance.edges(),
        rights=instance.rights(),
        rules=load(Path(named) if named else None),
        exchanges=concerned,
        reviewed=reviewed,
        notice_for=limits(instance).notice_for,
    )


def case_jobs(instance: Instance) -> tuple[Job, ...]:
    """Return the jobs of cases: held exchanges, and claims that are over."""
    working = office(instance)

    def end_claims() -> None:
        with instance.database().begin() as tx:
            time_out(tx, working)

    return (escalate_job(instance.database(), working), Job("cases.time_out", end_claims, every="* * * * *"))

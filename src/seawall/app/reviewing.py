"""What a worker runs: the jobs of every room, judges and tallies."""

from seawall.access.approvals.jobs import jobs as approval_jobs
from seawall.app.auditing import audit_jobs
from seawall.app.casework import case_jobs
from seawall.app.committing import commitment_jobs
from seawall.app.holding import hold
from seawall.app.hub_delivering import delivery_jobs
from seawall.app.inquiring import investigation_jobs
from seawall.app.instance import Instance
from seawall.app.legalwork import legal_jobs
from seawall.app.recertifying import recertify_jobs
from seawall.app.stating import reasons_jobs
from seawall.app.tiers import open_judges
from seawall.app.voting import voting
from seawall.gateway.reviews import Reviewer
from seawall.gateway.tallies import roll_job
from seawall.policy import load_version
from seawall.policy.rules import Policy
from seawall.store import Transaction
from seawall.store.jobs import Job
from seawall.vault import jobs as vault_jobs


def worker_jobs(instance: Instance) -> tuple[Job, ...]:
    """Return the jobs of a worker."""

    def policy(tx: Transaction, digest: str, project: str) -> Policy:
        return load_version(tx, digest).of(project)

    reviewer = Reviewer(
        instance.database(),
        instance.vault(),
        judges=lambda: open_judges(instance.settings, instance.clock),
        policy=policy,
        record=instance.record,
        clock=instance.clock,
        decided=hold,
    )
    return (
        *vault_jobs(instance.vault(), instance.database(), instance.clock),
        *approval_jobs(instance.database(), instance.edges(), voting(instance)),
        reviewer.job(),
        *audit_jobs(instance),
        *recertify_jobs(instance),
        *case_jobs(instance),
        roll_job(instance.database(), instance.clock),
        *legal_jobs(instance),
        *reasons_jobs(instance),
        *commitment_jobs(instance),
        *delivery_jobs(instance),
        *investigation_jobs(instance),
    )

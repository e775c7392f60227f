"""What a worker runs: the vault's jobs, judges that are asked after an exchange, the end of testers' engagements."""

from seawall.access.testers import end_due
from seawall.app.instance import Instance
from seawall.app.tiers import open_judges
from seawall.gateway.reviews import Reviewer
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
    )

    def end_engagements() -> None:
        with instance.database().begin() as tx:
            end_due(tx, instance.edges())

    ending = Job("testers.end", end_engagements, every="* * * * *")
    return (*vault_jobs(instance.vault(), instance.database(), instance.clock), reviewer.job(), ending)

"""Wire the live path of one gateway process, and what a worker does all the time."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from seawall.access import AccessBook
from seawall.app.instance import Instance
from seawall.app.releases import record_releases
from seawall.app.tiers import judges, open_judges, pooled
from seawall.enforce import StandingBook
from seawall.gateway.batches import batch_due, interrupt_abandoned
from seawall.gateway.live import Live, Screens
from seawall.gateway.recorder import Recorder
from seawall.gateway.reviews import Reviewer
from seawall.ledger.write import batch
from seawall.net import GuardedClient
from seawall.policy import PolicyBook, ensure_default, load_version
from seawall.policy.rules import Policy
from seawall.screen.cascade import Tiers
from seawall.screen.engine import Classifier
from seawall.screen.linear import LinearClassifier
from seawall.screen.pool import ENCODER
from seawall.store import Transaction
from seawall.store.jobs import Job
from seawall.store.listen import Listener
from seawall.vault import jobs as vault_jobs
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.ids import ExchangeId, new_id

log = logging.getLogger(__name__)


def prepare(instance: Instance) -> None:
    """Migrate the database, publish the default policy where there is none, record the classifiers' releases once."""
    with instance.database().begin() as tx:
        ensure_default(tx, record=instance.record, clock=instance.clock)
    if instance.settings.classifiers:
        record_releases(instance)


@asynccontextmanager
async def living(instance: Instance, further: str = ENCODER) -> AsyncIterator[Live]:
    """Give the live path of this process, its books loaded and followed. `further` names the accurate tier's loader."""
    await asyncio.to_thread(prepare, instance)
    clock, database = instance.clock, instance.database()
    access, policies, standings = AccessBook(instance.unseal), PolicyBook(clock), StandingBook(clock)
    listener = Listener(database, [access, policies, standings], clock=clock)
    recorder = Recorder(database, new_id("gw"), keep=instance.keep, write=instance.record, clock=clock)
    classifiers: list[Classifier] = [LinearClassifier.load()] if instance.settings.classifiers else []
    recorder.start()
    following = asyncio.create_task(listener.run())
    try:
        async with GuardedClient() as client, pooled(instance.settings, further) as pool:
            yield Live(
                access=access,
                policies=policies,
                standings=standings,
                listener=listener,
                recorder=recorder,
                client=client,
                screens=Screens(classifiers),
                record=instance.record,
                account_secret=instance.account_secret(),
                clock=clock,
                body_limit=instance.settings.body_limit,
                connect_s=instance.settings.connect_timeout_s,
                tiers=Tiers(pool, judges(instance.settings, client, clock)),
            )
    finally:
        following.cancel()
        await recorder.stop()


def worker_jobs(instance: Instance) -> tuple[Job, ...]:
    """Return what a worker runs: the vault's jobs, and judges that are asked after an exchange."""

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
    return (*vault_jobs(instance.vault(), instance.database(), instance.clock), reviewer.job())


def publish_once(instance: Instance) -> int:
    """Close what died, batch what ended, publish what was recorded; return how many records were published."""
    database = instance.database()

    def commit(tx: Transaction, items: Sequence[tuple[ExchangeId, bytes]]) -> str:
        return batch(tx, items, clock=instance.clock)

    interrupt_abandoned(database, instance.clock)
    while batch_due(database, commit):
        pass
    return instance.sequencer().step()


async def keep_publishing(instance: Instance, stop: asyncio.Event) -> None:
    """Publish every few seconds until told to stop, and once more at the end. What fails is logged and tried again."""
    while True:
        last = stop.is_set()
        try:
            await asyncio.to_thread(publish_once, instance)
        except SeawallError as error:
            log.error("publishing failed: %s", error.message, extra={"code": error.code})
        except Exception:
            log.exception("publishing failed")
        if last:
            return
        try:
            await asyncio.wait_for(stop.wait(), instance.settings.batch_every_s)
        except TimeoutError:
            continue

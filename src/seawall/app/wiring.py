"""Wire the live path of one gateway process, and what a worker does all the time."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from seawall.access import AccessBook
from seawall.app.instance import Instance
from seawall.enforce import StandingBook
from seawall.gateway.batches import batch_due, interrupt_abandoned
from seawall.gateway.live import Live, Screens
from seawall.gateway.recorder import Recorder
from seawall.ledger.write import batch
from seawall.net import GuardedClient
from seawall.policy import PolicyBook, ensure_default
from seawall.screen.engine import Classifier
from seawall.screen.linear import LinearClassifier
from seawall.store import Transaction
from seawall.store.listen import Listener
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.ids import ExchangeId, new_id

log = logging.getLogger(__name__)


def prepare(instance: Instance) -> None:
    """Migrate the database and publish the default policy where there is none."""
    with instance.database().begin() as tx:
        ensure_default(tx, record=instance.record, clock=instance.clock)


@asynccontextmanager
async def living(instance: Instance) -> AsyncIterator[Live]:
    """Give the live path of this process, its books loaded and followed."""
    await asyncio.to_thread(prepare, instance)
    clock, database = instance.clock, instance.database()
    access, policies, standings = AccessBook(instance.unseal), PolicyBook(clock), StandingBook(clock)
    listener = Listener(database, [access, policies, standings], clock=clock)
    recorder = Recorder(database, new_id("gw"), content=instance.exchange_writer(), write=instance.record, clock=clock)
    classifiers: list[Classifier] = [LinearClassifier.load()] if instance.settings.classifiers else []
    recorder.start()
    following = asyncio.create_task(listener.run())
    try:
        async with GuardedClient() as client:
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
            )
    finally:
        following.cancel()
        await recorder.stop()


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

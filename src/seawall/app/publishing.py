"""What a worker does all the time: close what died or is over, batch what ended, publish what was recorded."""

import asyncio
import logging
from collections.abc import Sequence

from seawall.access.testers import end_due
from seawall.app.hub_delivering import ask_all
from seawall.app.hubbing import show_newest
from seawall.app.instance import Instance
from seawall.gateway.batches import batch_due
from seawall.ledger.write import batch
from seawall.store import Transaction
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.ids import ExchangeId

log = logging.getLogger(__name__)


def publish_once(instance: Instance) -> int:
    """Close what died or is over, batch what ended, publish what was recorded; return how many records that were."""
    database = instance.database()

    def commit(tx: Transaction, items: Sequence[tuple[ExchangeId, bytes]]) -> str:
        return batch(tx, items, clock=instance.clock)

    instance.abandoned().look()
    with database.begin() as tx:
        end_due(tx, instance.edges())
    while batch_due(database, commit):
        pass
    fresh = instance.sequencer().step()
    if show_newest(instance):
        ask_all(instance)
    return fresh


async def keep_publishing(instance: Instance, stop: asyncio.Event) -> None:
    """Publish every few seconds until told to stop, and once more at the end. What fails is logged and tried again."""
    while True:
        last = stop.is_set()
        try:
            await asyncio.to_thread(publish_once, instance)
        except SeawallError as error:
            # The sentence of its class, not its message: that one may quote names.
            log.error("publishing failed: %s", error.code, extra={"means": (type(error).__doc__ or "").strip()})
        except Exception:
            log.exception("publishing failed")
        if last:
            return
        try:
            await asyncio.wait_for(stop.wait(), instance.settings.batch_every_s)
        except TimeoutError:
            continue

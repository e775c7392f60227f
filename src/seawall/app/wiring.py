"""Wire the live path of one gateway process."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from seawall.access import AccessBook
from seawall.access.approvals.glass import GlassBook
from seawall.app.accurate import Accurate, started
from seawall.app.holding import hold
from seawall.app.instance import Instance
from seawall.app.preparing import prepare
from seawall.app.tiers import judges
from seawall.cases.book import NoticeBook
from seawall.enforce import StandingBook
from seawall.gateway import meters
from seawall.gateway.live import Live, Policies
from seawall.gateway.recorder import Recorder
from seawall.gateway.screening import Screens
from seawall.net import GuardedClient
from seawall.policy import PolicyBook
from seawall.screen.cascade import Tiers
from seawall.screen.classifying import Classifier
from seawall.screen.linear import LinearClassifier
from seawall.store.listen import Listener
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.ids import new_id

_LOADS_S = 10.0
_COLLECTED = (50_000, 20, 100)


@asynccontextmanager
async def living(instance: Instance, tier: AbstractAsyncContextManager[Accurate] | None = None) -> AsyncIterator[Live]:
    """Give the live path of this process, its books loaded and followed; `tier` is its accurate tier."""
    await asyncio.to_thread(prepare, instance)
    clock, database = instance.clock, instance.database()
    access, policies, standings = AccessBook(instance.unseal, clock), PolicyBook(clock), StandingBook(clock)
    glass, notices = GlassBook(clock, told=meters.glass), NoticeBook(told=meters.notices)
    listener = Listener(database, [access, policies, standings, glass, notices], clock=clock)
    recorder = Recorder(
        database,
        new_id("gw"),
        content=instance.exchange_writer(),
        write=instance.record,
        clock=clock,
        meter=access.meter,
        decided=hold,
    )
    classifiers: list[Classifier] = [LinearClassifier.load()] if instance.settings.classifiers else []
    screens = Screens(classifiers)
    recorder.start()
    following = asyncio.create_task(listener.run())
    # Patterns are compiled while the accurate tier loads.
    compiling = asyncio.create_task(_compiled(listener, policies, screens))
    try:
        async with GuardedClient() as client, tier or started(instance.settings) as accurate:
            yield Live(
                access=access,
                policies=policies,
                standings=standings,
                listener=listener,
                recorder=recorder,
                client=client,
                screens=screens,
                record=instance.record,
                account_secret=instance.account_secrets()[0],
                earlier_account_secrets=instance.account_secrets()[1:],
                referenced=instance.edges().lasting,
                clock=clock,
                body_limit=instance.settings.body_limit,
                connect_s=instance.settings.connect_timeout_s,
                notices=notices.of,
                tiers=Tiers(await accurate(), judges(instance.settings, client, clock)),
            )
    finally:
        compiling.cancel()
        following.cancel()
        await recorder.stop()


async def warm(live: Live) -> None:
    """Wait a moment for the books and the screen of the policy in force, so that no first request waits for them.

    What is loaded by then stays: the collector of garbage need not look at it again, nor look as often as it would. It
    takes a twentieth of a busy gateway's time otherwise, and a tenth of a second at once now and then.
    """
    await _compiled(live.listener, live.policies, live.screens)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED)


async def _compiled(listener: Listener, policies: Policies, screens: Screens) -> None:
    with suppress(TimeoutError, SeawallError):
        async with asyncio.timeout(_LOADS_S):
            while not listener.fresh:  # noqa: ASYNC110 - for a moment, once
                await asyncio.sleep(0.01)
            await screens.of(policies.current(""))

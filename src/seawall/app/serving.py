"""What a gateway process does once its code is loaded: the live path, and before it what passes pages on."""

import asyncio
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from seawall.app.accurate import Accurate
from seawall.app.front import Application, Front
from seawall.app.instance import Instance
from seawall.app.listening import allow_connections, inherited, one_of_several
from seawall.app.wiring import living, warm
from seawall.gateway.server import Gateway, run
from seawall.hub.serve import PREFIX, HubFiles
from seawall.ledger.serve import LedgerFiles


def beside(gateway: Application, hub: HubFiles) -> Application:
    """Return a gateway that gives the hub's files too, as it gives those of the ledger."""

    async def answer(scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        of_hub = scope["type"] == "http" and (scope["path"] == PREFIX or scope["path"].startswith(f"{PREFIX}/"))
        await (hub if of_hub else gateway)(scope, receive, send)

    return answer


async def served(
    instance: Instance,
    at: tuple[str, int],
    file: int | None,
    pages: str | None,
    accurate: Accurate,
    stop: asyncio.Event,
) -> None:
    """Serve until told to stop: at an address, or on the inherited socket `file`; `pages` is the web process's."""
    allow_connections()
    listening = one_of_several(*at) if file is None else inherited(file)
    async with living(instance, nullcontext(accurate)) as live:
        await warm(live)
        own = beside(Gateway(live, LedgerFiles(instance.ledger_dir)), HubFiles(instance.hub_dir))
        if pages is None:
            await run(own, [listening], stop)
            return
        front = Front(own, pages)
        try:
            await run(front, [listening], stop)
        finally:
            await front.close()

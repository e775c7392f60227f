"""A gateway process with faults: what is to go upstream comes back as the words of exceptions and warnings."""

import asyncio
import os
import sys
import threading
import warnings
from pathlib import Path
from typing import Any

import uvloop

from seawall.app import logs, settings
from seawall.app.instance import Instance
from seawall.app.listening import one_of_several
from seawall.app.wiring import living
from seawall.gateway.server import Gateway, run
from seawall.ledger.serve import LedgerFiles


class _Unraisable:
    def __init__(self, words: str) -> None:
        self._words = words

    def __del__(self) -> None:
        raise ValueError(self._words)


def _raise(words: str) -> None:
    raise ValueError(words)


async def _task(words: str) -> None:
    raise ValueError(words)


class FaultyClient:
    """A client that breaks in every way that a program can, quoting what it was given."""

    def __init__(self) -> None:
        self._tasks: list[Any] = []

    def post(self, url: str, body: bytes, *others: Any, **more: Any) -> Any:
        """Raise what nobody expects. Raises ValueError."""
        words = body.decode()
        warnings.warn(words, stacklevel=1)
        broken = threading.Thread(target=_raise, args=(words,))
        broken.start()
        broken.join()
        _Unraisable(words)
        asyncio.get_running_loop().create_task(_task(words))
        asyncio.get_running_loop().call_soon(_raise, words)
        raise ValueError(words)


async def main(port: int) -> None:
    """Serve until stopped from outside."""
    instance = Instance(settings.read(os.environ, Path.cwd()))
    logs.start(instance.settings.log_level)
    async with living(instance) as live:
        live.client = FaultyClient()  # type: ignore[assignment]
        listening = one_of_several("127.0.0.1", port)
        await run(Gateway(live, LedgerFiles(instance.ledger_dir)), [listening], asyncio.Event())


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))

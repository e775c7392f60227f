"""A gateway process to measure: ``python -m benchmarks.seawall_process PORT [--unrecorded]``.

With `--unrecorded` the recorder drops what it is given, so that screening alone can be set beside peers that keep no
record. No product has this switch: nothing is answered unrecorded.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import uvloop

from seawall.app import logs, settings
from seawall.app.instance import Instance
from seawall.app.listening import allow_connections, one_of_several
from seawall.app.wiring import living, warm
from seawall.gateway.recorder import Recorder
from seawall.gateway.server import Gateway
from seawall.gateway.server import run as serve
from seawall.ledger.serve import LedgerFiles


def _drop(recorder: Recorder) -> None:
    def submit(*entries: object, patient: bool = False) -> "asyncio.Future[None]":
        future = asyncio.get_running_loop().create_future()
        future.set_result(None)
        return future

    replaced: Any = recorder
    replaced.submit, replaced.later = submit, lambda *entries: None


async def _run(port: int, recorded: bool) -> None:
    instance = Instance(settings.read(os.environ, Path.cwd()))
    logs.start("warning")
    allow_connections()
    async with living(instance) as live:
        if not recorded:
            _drop(live.recorder)
        await warm(live)
        gateway = Gateway(live, LedgerFiles(instance.ledger_dir))
        await serve(gateway, [one_of_several("127.0.0.1", port)], asyncio.Event())


if __name__ == "__main__":
    uvloop.run(_run(int(sys.argv[1]), "--unrecorded" not in sys.argv))

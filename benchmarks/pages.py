"""How long the sign-in page takes, over a real socket, from the server's own process; the bar is 100 ms."""

import asyncio
import socket
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import msgspec
import uvloop

from seawall.access.people.passkeys import Site
from seawall.app.housing import housed
from seawall.app.instance import Instance
from seawall.app.settings import Settings
from seawall.gateway.server import run
from seawall.web import application

_PAGES = {"sign-in page": "/console/sign-in", "what everybody may read of retention": "/api/privacy/retention"}


def measure(calls: int) -> list[dict[str, Any]]:
    """Return the median and the 99th percentile of each page."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listening:
        instance = Instance(Settings(data_dir=str(Path(folder) / "data"), classifiers=False))
        home = f"http://localhost:{listening.getsockname()[1]}"
        site = Site(domain="localhost", name="Seawall", origins=(home,))
        app = application(msgspec.structs.replace(housed(instance), site=site, pace=None))
        loop, stop = uvloop.new_event_loop(), asyncio.Event()
        thread = threading.Thread(target=loop.run_until_complete, args=[run(app, [listening], stop)])
        thread.start()
        try:
            with httpx.Client(base_url=home, headers={"accept": "text/html"}) as client:
                return [row for what, path in _PAGES.items() for row in _timed(client, what, path, calls)]
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join()
            instance.close()


def _timed(client: httpx.Client, what: str, path: str, calls: int) -> list[dict[str, Any]]:
    client.get(path).raise_for_status()
    took = []
    for _ in range(calls):
        began = time.perf_counter()
        client.get(path).raise_for_status()
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    told = {"p50": statistics.median(took), "p99": took[int(len(took) * 0.99)]}
    return [{"what": f"{what}, {name}", "value": round(value, 1), "unit": "ms"} for name, value in told.items()]

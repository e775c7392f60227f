"""`seawall up`, `seawall gateway`, `seawall work`."""

import asyncio
import signal
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import click

from seawall.app.instance import Instance


def _instance() -> Instance:
    found: Instance = click.get_current_context().obj
    return found


def _run(process: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """Run a process until SIGTERM or SIGINT."""
    import uvloop

    async def until_told() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, stop.set)
        await process(stop)

    uvloop.run(until_told())


@click.command()
@click.option("--host", default=None, help="Address to listen on; the setting `host` by default.")
@click.option("--port", type=int, default=None, help="Port to listen on; the setting `port` by default.")
def gateway(host: str | None, port: int | None) -> None:
    """Run a gateway process alone. Several may share one port and one database."""
    from seawall.app import logs
    from seawall.app.wiring import living
    from seawall.gateway.server import Gateway
    from seawall.gateway.server import run as serve
    from seawall.ledger.serve import LedgerFiles

    instance = _instance()
    logs.start(instance.settings.log_level)
    listening = bound(host or instance.settings.host, port or instance.settings.port)

    async def process(stop: asyncio.Event) -> None:
        async with living(instance) as live:
            await serve(Gateway(live, LedgerFiles(instance.ledger_dir)), [listening], stop)

    _run(process)


@click.command()
def work() -> None:
    """Run a worker alone: jobs, batches of exchanges, the ledger. Any number may run; one publishes at a time."""
    from seawall.app import logs
    from seawall.app.wiring import keep_publishing, prepare, worker_jobs
    from seawall.store.jobs import run_worker

    instance = _instance()
    logs.start(instance.settings.log_level)

    async def process(stop: asyncio.Event) -> None:
        await asyncio.to_thread(prepare, instance)
        jobs = await asyncio.to_thread(worker_jobs, instance)
        await asyncio.gather(keep_publishing(instance, stop), run_worker(instance.database(), jobs, stop=stop))

    _run(process)


@click.command()
def up() -> None:
    """Run everything on this machine: the database where none is set, gateways, a worker. Ctrl-C stops all."""
    from seawall.app.supervisor import supervise

    raise click.exceptions.Exit(supervise(_instance()))


def bound(host: str, port: int) -> socket.socket:
    """Return a listening socket that several gateway processes may share."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "SO_REUSEPORT"):
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise click.ClickException(
            f"{host}:{port} cannot be listened on: {error.strerror}. Set SEAWALL_PORT."
        ) from None
    listening.set_inheritable(True)
    return listening

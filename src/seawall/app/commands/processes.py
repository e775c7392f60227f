"""`seawall up`, `seawall gateway`, `seawall web`, `seawall work`."""

import asyncio
import resource
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from importlib import import_module
from typing import Any, TypeVar

import click

from seawall.app import logs
from seawall.app.commands.declared import host_only
from seawall.app.instance import Instance
from seawall.app.leash import Leash

_Loaded = TypeVar("_Loaded")
_LEASH = click.option("--leash", type=int, default=None, hidden=True, help="The pipe of `seawall up`.")


def _instance() -> Instance:
    found: Instance = click.get_current_context().obj
    return found


@click.command()
@host_only("it starts a process here")
@click.option("--host", default=None, help="Address to listen on; the setting `host` by default.")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Port; the setting `port` by default.")
@click.option("--socket", "file", type=int, default=None, hidden=True, help="The socket of `seawall up`.")
@click.option("--web", "pages", default=None, hidden=True, help="The socket of the web process of `seawall up`.")
@_LEASH
def gateway(host: str | None, port: int | None, file: int | None, pages: str | None, leash: int | None) -> None:
    """Run a gateway process alone, until SIGTERM or Ctrl-C.

    Any number may share one port and one database. Its logs are JSON lines on standard error.
    """
    instance, held = _begin(leash)
    from seawall.app.accurate import Accurate, started

    at = (host or instance.settings.host, port or instance.settings.port)

    @asynccontextmanager
    async def loading() -> AsyncIterator[Accurate]:
        # The accurate tier's workers load beside our own code, which is as long again.
        async with started(instance.settings) as accurate:
            await asyncio.to_thread(import_module, "seawall.app.serving")
            yield accurate

    async def process(stop: asyncio.Event, accurate: Accurate) -> None:
        from seawall.app.serving import served

        await served(instance, at, file, pages, accurate, stop)

    _run(instance, process, held, loading)


@click.command()
@host_only("it starts a process here")
@click.option("--host", default=None, help="Address to listen on; the setting `host` by default.")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Port; one above the setting `port`.")
@click.option("--unix", "path", default=None, hidden=True, help="The socket of `seawall up`.")
@_LEASH
def web(host: str | None, port: int | None, path: str | None, leash: int | None) -> None:
    """Run the console and the JSON API alone, until SIGTERM or Ctrl-C.

    Any number may run behind a load balancer. Its logs are JSON lines on standard error.
    """
    instance, held = _begin(leash)
    from pathlib import Path

    from seawall.app.housing import housed, opened, proxies_of
    from seawall.app.listening import local, one_of_several
    from seawall.gateway.server import run as serve
    from seawall.web import application

    at = (host or instance.settings.host, port or instance.settings.port + 1)
    proxies = proxies_of(instance.settings)

    async def process(stop: asyncio.Event, _loaded: None) -> None:
        house = await asyncio.to_thread(housed, instance)
        listening = one_of_several(*at) if path is None else local(Path(path))
        link = await asyncio.to_thread(opened, instance)
        if link is not None:
            click.echo(f"Sign in as the first administrator, within ten minutes, once, on this machine: {link}")
        await serve(application(house, behind_front=path is not None, proxies=proxies), [listening], stop)

    _run(instance, process, held, nullcontext)


@click.command()
@host_only("it starts a process here")
@_LEASH
def work(leash: int | None) -> None:
    """Run a worker alone: jobs, batches of exchanges, the ledger; until SIGTERM or Ctrl-C.

    Any number may run; one publishes at a time. Its logs are JSON lines on standard error.
    """
    instance, held = _begin(leash)
    from seawall.app.holders import retention_in_force
    from seawall.app.preparing import prepare
    from seawall.app.publishing import keep_publishing
    from seawall.app.reviewing import worker_jobs
    from seawall.store.jobs import run_worker

    async def process(stop: asyncio.Event, _loaded: None) -> None:
        await asyncio.to_thread(prepare, instance)
        await asyncio.to_thread(retention_in_force, instance)
        jobs = await asyncio.to_thread(worker_jobs, instance)
        await asyncio.gather(keep_publishing(instance, stop), run_worker(instance.database(), jobs, stop=stop))

    _run(instance, process, held, nullcontext)


@click.command()
@host_only("it starts a process here")
def up() -> None:
    """Run everything on this machine: the database where none is set, gateways, the pages, a worker.

    Says when it is ready. Ctrl-C stops all in order, a second one at once. Logs are JSON lines on standard error.
    """
    from seawall.app.supervisor import supervise

    instance, _ = _begin(None)
    raise click.exceptions.Exit(supervise(instance))


def _begin(leash: int | None) -> tuple[Instance, Leash | None]:
    """Return what a process has from its first moment on: the leash, the logs, no dump of its memory."""
    held = Leash(leash) if leash is not None else None
    instance = _instance()
    logs.start(instance.settings.log_level)
    # A dump would hold what people wrote.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return instance, held


def _run(
    instance: Instance,
    process: Callable[[asyncio.Event, _Loaded], Coroutine[Any, Any, None]],
    leash: Leash | None,
    loading: Callable[[], AbstractAsyncContextManager[_Loaded]],
) -> None:
    """Load what a process needs, and run it until SIGTERM, SIGINT or the end of its supervisor."""
    import uvloop

    async def until_told() -> bool:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        # From the first moment on, so that what loads beside this process is ended with it.
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, stop.set)
        async with loading() as loaded:
            if leash is not None and not await asyncio.to_thread(leash.wait):
                return False
            if leash is not None:
                leash.at_the_end(lambda: loop.call_soon_threadsafe(stop.set))
            if not stop.is_set():
                await process(stop, loaded)
        return True

    if not uvloop.run(until_told()) and not instance.settings.database_url:
        # The supervisor was killed while it started the database: whoever joins last stops it.
        instance.server()

"""CPU per exchange of the gateway, beside a bare proxy and LiteLLM, all against the same stub in one run."""

import contextlib
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import psutil

from benchmarks.litellm import running_litellm
from benchmarks.load import Load, drive
from benchmarks.process import children_mb, cpu_s, free_port, resident_mb, running
from seawall.access import Upstream, keys, projects
from seawall.app.instance import Instance
from seawall.app.settings import Settings

_ASKED = (
    "We are planning a small garden behind the school and would like to grow vegetables with the children from March "
    "to July. The bed is four metres long and two metres wide, gets sun until the early afternoon, and the soil is "
    "rather heavy. Please suggest what to plant in which week, how to divide the bed so that eight groups each have a "
    "part of their own, and what we should buy beforehand. Some of the children are allergic to strawberries, and "
    "nobody can water during the first week of June. We would like to have something to taste before the end of the "
    "term, and something that still looks good when the parents come to visit in the middle of July. A short table "
    "would help us most, with one line for each week. Thank you very much for it."
)
CHARACTERS = 784


class Cost(msgspec.Struct, frozen=True):
    """What one server cost under one load."""

    cpu_ms: float
    load: Load
    resident_mb: float
    children_mb: float
    database_cpu_ms: float | None = None


def asked(characters: int = CHARACTERS) -> str:
    """Return an ordinary question of so many characters."""
    return (_ASKED + " ").ljust(characters, ".")[:characters]


def body(*, stream: bool = False, model: str = "stub") -> bytes:
    """Return the request: 784 characters from a user who is named."""
    text = asked()
    messages = [{"role": "system", "content": "You are a helpful assistant."}, {"role": "user", "content": text}]
    return msgspec.json.encode(
        {"model": model, "messages": messages, "max_tokens": 200, "user": "bench-user", "stream": stream}
    )


@contextlib.contextmanager
def upstream(folder: Path, *, pace_s: float = 0.05) -> Iterator[str]:
    """Run the stub and give its address; a model named ``paced`` streams one event in so many seconds."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.stub", str(port), str(pace_s)]
    with running(command, f"http://127.0.0.1:{port}/", log=folder / "stub.log"):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def prepared(folder: Path, address: str) -> Iterator[tuple[Instance, str]]:
    """Give an instance with a project whose models lead to the stub, and the secret of its key."""
    instance = Instance(Settings(data_dir=str(folder / "data")))
    ours: dict[str, Any] = {"by": "benchmark", "record": instance.record}
    with instance.database().begin() as tx:
        projects.create(tx, "bench", clock=instance.clock, **ours)
        for name, api in (("stub", "chat"), ("claude", "messages"), ("paced", "chat")):
            mapped = Upstream(name=name, model=name, api=api, base_url=address, private=True, retries=0)  # type: ignore[arg-type]
            projects.set_model(tx, "bench", mapped, seal=instance.seal, **ours)
        _, secret = keys.create_key(tx, "bench", "key", clock=instance.clock, **ours)
    try:
        yield instance, secret
    finally:
        instance.close()


@contextlib.contextmanager
def seawall(
    folder: Path, instance: Instance, *, classifiers: bool, recorded: bool
) -> Iterator[tuple[psutil.Process, str]]:
    """Run one gateway process."""
    port = free_port()
    environment = {
        "SEAWALL_DATABASE_URL": instance.database().url,
        "SEAWALL_DATA_DIR": str(instance.data_dir),
        "SEAWALL_CLASSIFIERS": str(classifiers).lower(),
    }
    command = [sys.executable, "-m", "benchmarks.seawall_process", str(port), *([] if recorded else ["--unrecorded"])]
    with running(command, f"http://127.0.0.1:{port}/readyz", environment=environment, log=folder / "gateway.log") as it:
        yield it, f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def bare_proxy(folder: Path, address: str) -> Iterator[tuple[psutil.Process, str]]:
    """Run the bare proxy."""
    port = free_port()
    options = [
        "--port",
        str(port),
        "--loop",
        "uvloop",
        "--http",
        "httptools",
        "--log-level",
        "warning",
        "--lifespan",
        "off",
    ]
    command = [sys.executable, "-m", "uvicorn", "benchmarks.bare_proxy:app", *options]
    with running(
        command, f"http://127.0.0.1:{port}/", environment={"UPSTREAM": address}, log=folder / "bare.log"
    ) as it:
        yield it, f"http://127.0.0.1:{port}"


def postgres_cpu_s(instance: Instance) -> float:
    """Return the CPU seconds of the embedded PostgreSQL with all its backends."""
    lines = (instance.data_dir / "postgres" / "postmaster.pid").read_text().splitlines()
    return cpu_s(psutil.Process(int(lines[0])))


def cost(
    server: psutil.Process,
    url: str,
    sent: bytes,
    headers: Mapping[str, str],
    *,
    connections: int,
    requests: int,
    instance: Instance | None = None,
) -> Cost:
    """Load a server once and return what each request cost it."""
    before, database = cpu_s(server), postgres_cpu_s(instance) if instance else 0.0
    load = drive(url, sent, headers, connections=connections, requests=requests)
    used = cpu_s(server) - before
    spent = (postgres_cpu_s(instance) - database) / requests * 1000 if instance else None
    return Cost(used / requests * 1000, load, resident_mb(server), children_mb(server), spent)


class Case(msgspec.Struct, frozen=True):
    """One load: what is sent, over how many connections, how many requests a round."""

    name: str
    sent: bytes
    connections: int
    requests: int


def cases(requests: int) -> list[Case]:
    """Return the loads, scaled to a number of requests a round."""
    return [
        Case("whole, 16 connections", body(), 16, requests),
        Case("whole, 1 connection", body(), 1, max(20, requests // 2)),
        Case("stream of 92 events, 4 connections", body(stream=True), 4, max(20, requests // 8)),
    ]


class Server(msgspec.Struct, frozen=True):
    """A server under measurement, and what share of the requests it is given: slow ones get fewer."""

    title: str
    process: Any
    url: str
    headers: dict[str, str]
    share: float = 1.0
    instance: Any = None


_SEAWALL: dict[str, dict[str, bool]] = {
    "Seawall: rules, nothing recorded": {"classifiers": False, "recorded": False},
    "Seawall: rules, recorded": {"classifiers": False, "recorded": True},
    "Seawall: rules, classifier, accounts, records": {"classifiers": True, "recorded": True},
}


def measure(requests: int, rounds: int, *, litellm: bool) -> list[dict[str, Any]]:
    """Measure every server in turn, round by round, and return the best round of each case.

    The rounds are interleaved, so that a noisy minute of the machine meets all servers alike.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seawall-bench-")))
        folder.chmod(0o755)
        servers = list(_servers(stack, folder, litellm=litellm))
        found: dict[tuple[str, str], list[Cost]] = {}
        for number in range(rounds + 1):
            for server in servers:
                for case in cases(requests):
                    got = _cost(server, case)
                    if number:  # the first round warms up
                        found.setdefault((server.title, case.name), []).append(got)
            print(f"round {number} of {rounds}", file=sys.stderr)
    return [_row(server, case, costs) for (server, case), costs in found.items()]


def _servers(stack: contextlib.ExitStack, folder: Path, *, litellm: bool) -> Iterator[Server]:
    address = stack.enter_context(upstream(folder))
    instance, secret = stack.enter_context(prepared(folder, address))
    process, at = stack.enter_context(bare_proxy(folder, address))
    yield Server("bare proxy, 7 patterns", process, at, {})
    for title, how in _SEAWALL.items():
        process, at = stack.enter_context(seawall(folder, instance, **how))
        given = {"authorization": f"Bearer {secret}"}
        yield Server(title, process, at, given, instance=instance if how["recorded"] else None)
    if litellm:
        process, at, key = stack.enter_context(running_litellm(folder, address))
        yield Server("LiteLLM with its content filter", process, at, {"authorization": f"Bearer {key}"}, share=0.1)


def _cost(server: Server, case: Case) -> Cost:
    requests = max(10, int(case.requests * server.share))
    at = server.url + "/v1/chat/completions"
    return cost(
        server.process, at, case.sent, server.headers,
        connections=case.connections, requests=requests, instance=server.instance,
    )  # fmt: skip


def _row(server: str, case: str, costs: list[Cost]) -> dict[str, Any]:
    best = min(costs, key=lambda each: each.cpu_ms)
    return {
        "server": server,
        "case": case,
        "cpu_ms": round(best.cpu_ms, 3),
        "cpu_ms_median": round(sorted(each.cpu_ms for each in costs)[len(costs) // 2], 3),
        "requests_per_core_s": round(1000 / best.cpu_ms),
        "database_cpu_ms": None if best.database_cpu_ms is None else round(best.database_cpu_ms, 3),
        "p50_ms": round(best.load.p50_ms, 2),
        "p99_ms": round(best.load.p99_ms, 2),
        "failed": sum(each.load.failed for each in costs),
        "resident_mb": round(max(each.resident_mb for each in costs)),
        "children_mb": round(max(each.children_mb for each in costs)),
    }

"""What the accurate tier costs: one text in process, and a gateway's other exchanges while it is kept busy.

One project's policy asks the accurate tier about all that it sends; the other's is the default. The other's exchanges
are measured alone, beside the first project's, and beside as many a second that ask for no further tier: what lies
between the last two is what the accurate tier itself costs everybody else.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import msgspec
import psutil

from benchmarks.gateway import asked, body, prepared, seawall, upstream
from benchmarks.load import Load, drive
from benchmarks.process import ROOT, cpu_s
from benchmarks.screening import timed
from seawall.access import Upstream, keys, projects
from seawall.app.instance import Instance
from seawall.policy import DEFAULT, publish
from seawall.screen.encoder import EncoderClassifier
from seawall.screen.linear import LinearClassifier

_WORKER = "seawall.screen.worker"
_OVERLAY = "rules:\n  harassment.classifier:\n    asks: accurate\n"
_CONNECTIONS = 4
ALONE, BUSY, BESIDE = "alone", "beside exchanges that need the accurate tier", "beside as many that do not"


class Round(msgspec.Struct, frozen=True):
    """What came of the measured exchanges, and what all exchanges of that time cost."""

    load: Load
    others: int
    others_failed: int
    seconds: float
    gateway_cpu_s: float
    pool_cpu_s: float


def in_process(calls: int) -> list[dict[str, Any]]:
    """Return what one text costs each tier, in CPU time of one thread."""
    fast = LinearClassifier.load()
    rows = []
    for what, classifier, most in (
        ("fast tier", fast, calls),
        ("accurate tier", EncoderClassifier.load(linear=fast), 300),
    ):
        for length in (200, 784):
            text = asked(length)
            rows.append(
                {"what": what, "characters": length} | timed(lambda c=classifier, t=text: c.scores(t), min(calls, most))
            )
    return rows


def measure(requests: int, rounds: int) -> list[dict[str, Any]]:
    """Return rows of both kinds."""
    return [*in_process(requests), *in_gateway(requests, rounds)]


def in_gateway(requests: int, rounds: int) -> list[dict[str, Any]]:
    """Measure a gateway round by round and return the best round of each case."""
    found: dict[str, list[Round]] = {}
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seawall-bench-")))
        folder.chmod(0o755)
        instance, secret = stack.enter_context(prepared(folder, address := stack.enter_context(upstream(folder))))
        needing = _project_that_asks(instance, folder, address)
        process, url = stack.enter_context(seawall(folder, instance, classifiers=True, recorded=True))
        at = url + "/v1/chat/completions"
        for number in range(rounds + 1):
            count = requests if number else 100  # the first round warms up
            alone = _round(process, at, secret, count, None)
            busy = _round(process, at, secret, count, (needing, 0.0))
            beside = _round(process, at, secret, count, (secret, busy.others / busy.seconds))
            print(f"round {number} of {rounds}", file=sys.stderr)
            for case, each in ((ALONE, alone), (BUSY, busy), (BESIDE, beside)) if number else ():
                found.setdefault(case, []).append(each)
    return [_row(case, each) for case, each in found.items()]


def _project_that_asks(instance: Instance, folder: Path, address: str) -> str:
    """Publish a policy with a project that always asks the accurate tier, and return a key of that project."""
    copied = copytree(DEFAULT, folder / "policy")
    (copied / "overlays").mkdir(exist_ok=True)
    (copied / "overlays" / "needing.yaml").write_text(_OVERLAY)
    ours: dict[str, Any] = {"by": "benchmark", "record": instance.record}
    with instance.database().begin() as tx:
        projects.create(tx, "needing", clock=instance.clock, **ours)
        mapped = Upstream(name="stub", model="stub", api="chat", base_url=address, private=True, retries=0)
        projects.set_model(tx, "needing", mapped, seal=instance.seal, **ours)
        _, secret = keys.create_key(tx, "needing", "key", clock=instance.clock, **ours)
        publish(tx, copied, clock=instance.clock, **ours)
    return secret


def _round(process: psutil.Process, at: str, secret: str, requests: int, others: tuple[str, float] | None) -> Round:
    pool = next(each for each in process.children(recursive=True) if _WORKER in " ".join(each.cmdline()))
    whole, apart = cpu_s(process), cpu_s(pool)
    with _others(at, others) as told:
        load = drive(at, body(), {"authorization": f"Bearer {secret}"}, connections=1, requests=requests)
    spent = cpu_s(pool) - apart
    return Round(
        load, told.get("answered", 0), told.get("failed", 0), told.get("seconds", load.seconds),
        cpu_s(process) - whole - spent, spent,
    )  # fmt: skip


@contextlib.contextmanager
def _others(at: str, given: tuple[str, float] | None) -> Iterator[dict[str, Any]]:
    """Let others ask while the block lasts; what they came to is in the value that it gives."""
    told: dict[str, Any] = {}
    if given is None:
        yield told
        return
    command = [sys.executable, "-m", "benchmarks.busy", at, given[0], str(_CONNECTIONS), str(given[1])]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        yield told
        told |= json.loads(running.communicate()[0])


def _row(case: str, rounds: list[Round]) -> dict[str, Any]:
    best = min(rounds, key=lambda each: each.load.p50_ms)
    exchanges = best.load.requests + best.others
    return {
        "case": case,
        "p50_ms": round(best.load.p50_ms, 2),
        "p99_ms": round(best.load.p99_ms, 2),
        "failed": sum(each.load.failed + each.others_failed for each in rounds),
        "others_a_second": round(best.others / best.seconds, 1),
        "gateway_cpu_ms": round(best.gateway_cpu_s / exchanges * 1000, 2),
        "pool_cpu_ms": round(best.pool_cpu_s / exchanges * 1000, 2),
        "total_cpu_ms": round((best.gateway_cpu_s + best.pool_cpu_s) / exchanges * 1000, 2),
        "pool_cpu_ms_each_asked": round(best.pool_cpu_s / best.others * 1000, 2)
        if case == BUSY and best.others
        else None,
    }

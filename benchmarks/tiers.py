"""What the accurate tier costs: one text in process, and a gateway's other exchanges while it is kept busy.

One project's policy asks the accurate tier about all that it sends; the other's is the default. The other's exchanges
are measured beside ordinary traffic of which the share that may reach the accurate tier does, and beside the same
traffic of which none does: what lies between the two is what the accurate tier costs everybody else. The same again
with ten times that share; and with as much as can be asked, which no ordinary traffic does, for the worst case.
"""

import contextlib
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import copytree
from statistics import fmean
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
_A_SECOND = 100.0
_CONNECTIONS = 4
ALONE = "alone"
NONE = f"beside {_A_SECOND:g} others a second, none of which reaches the accurate tier"
SHARE = "beside as many, 0.5 % of which do"
TENFOLD = "beside as many, 5 % of which do"
BUSY = "beside as many as can be, all of which do"
BESIDE = "beside as many as those, none of which does"
_AGAINST = {SHARE: NONE, TENFOLD: NONE, BUSY: BESIDE}


class Other(msgspec.Struct, frozen=True):
    """Others' exchanges: whose key, how many a second (0: as many as can be), over how many connections."""

    key: str
    rate: float
    connections: int = _CONNECTIONS


class Round(msgspec.Struct, frozen=True):
    """What came of the measured exchanges, and what all exchanges of that time cost."""

    load: Load
    others: int
    others_failed: int
    asked: int
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
        traffic = _Traffic(process, at, secret, needing)
        for number in range(rounds + 1):
            got = traffic.round(requests if number else 100)  # the first round warms up
            for case, each in got.items() if number else ():
                found.setdefault(case, []).append(each)
            print(f"round {number} of {rounds}", file=sys.stderr)
    return [_row(case, each, found.get(_AGAINST.get(case, ""))) for case, each in found.items()]


class _Traffic:
    """A gateway under measurement, the key of the measured exchanges, and one whose project asks the accurate tier."""

    def __init__(self, process: psutil.Process, at: str, secret: str, needing: str) -> None:
        self._process, self._at, self._secret, self._needing = process, at, secret, needing

    def round(self, requests: int) -> dict[str, Round]:
        """Measure every case once. Which of those that are compared comes first is left to chance."""
        shares = [(ALONE, ()), (NONE, self._mixed(0.005, self._secret))]
        shares += [(SHARE, self._mixed(0.005, self._needing)), (TENFOLD, self._mixed(0.05, self._needing))]
        random.shuffle(shares)
        found = {case: self._measured(requests, others) for case, others in shares}
        busy = found[BUSY] = self._measured(requests, (Other(self._needing, 0.0),))
        found[BESIDE] = self._measured(requests, (Other(self._secret, busy.others / busy.seconds),))
        return {case: found[case] for case in (ALONE, NONE, SHARE, TENFOLD, BUSY, BESIDE)}

    def _mixed(self, share: float, key: str) -> tuple[Other, ...]:
        apart = _A_SECOND * share
        return (Other(self._secret, _A_SECOND - apart), Other(key, apart, connections=1))

    def _measured(self, requests: int, others: Sequence[Other]) -> Round:
        pool = next(each for each in self._process.children(recursive=True) if _WORKER in " ".join(each.cmdline()))
        whole, apart = cpu_s(self._process), cpu_s(pool)
        with contextlib.ExitStack() as stack:
            told = [stack.enter_context(_others(self._at, other)) for other in others]
            given = {"authorization": f"Bearer {self._secret}"}
            load = drive(self._at, body(), given, connections=1, requests=requests)
        spent = cpu_s(pool) - apart
        return Round(
            load=load,
            others=sum(each["answered"] for each in told),
            others_failed=sum(each["failed"] for each in told),
            asked=sum(each["answered"] for each, other in zip(told, others, strict=True) if other.key == self._needing),
            seconds=max([each["seconds"] for each in told], default=load.seconds),
            gateway_cpu_s=cpu_s(self._process) - whole - spent,
            pool_cpu_s=spent,
        )


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


@contextlib.contextmanager
def _others(at: str, given: Other) -> Iterator[dict[str, Any]]:
    """Let others ask while the block lasts; what they came to is in the value that it gives."""
    told: dict[str, Any] = {}
    command = [sys.executable, "-m", "benchmarks.busy", at, given.key, str(given.connections), str(given.rate)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        yield told
        told |= json.loads(running.communicate()[0])


def _row(case: str, rounds: list[Round], against: list[Round] | None) -> dict[str, Any]:
    best = min(rounds, key=lambda each: each.load.p50_ms)
    exchanges = best.load.requests + best.others
    return {
        "case": case,
        "p50_ms": round(best.load.p50_ms, 2),
        "p99_ms": round(best.load.p99_ms, 2),
        "moved_ms": None if against is None else _moved(rounds, against),
        "failed": sum(each.load.failed + each.others_failed for each in rounds),
        "others_a_second": round(best.others / best.seconds, 1),
        "gateway_cpu_ms": round(best.gateway_cpu_s / exchanges * 1000, 2),
        "pool_cpu_ms": round(best.pool_cpu_s / exchanges * 1000, 3),
        "total_cpu_ms": round((best.gateway_cpu_s + best.pool_cpu_s) / exchanges * 1000, 2),
        "pool_cpu_ms_each_asked": round(best.pool_cpu_s / best.asked * 1000, 2) if best.asked else None,
    }


def _moved(rounds: list[Round], against: list[Round]) -> list[float]:
    """Return by how much the median latency differs, round by round: the mean, and its 95 % interval (bootstrap)."""
    apart = [one.load.p50_ms - other.load.p50_ms for one, other in zip(rounds, against, strict=True)]
    chance = random.Random(1)
    means = sorted(fmean(chance.choices(apart, k=len(apart))) for _ in range(2000))
    return [round(each, 3) for each in (fmean(apart), means[50], means[1949])]

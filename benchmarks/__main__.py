"""``python -m benchmarks``: measure, write results/*.json, say what was found."""

import argparse
import json
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from benchmarks import classifiers, gateway, ledger, pages, rights, screening, streams, tiers
from benchmarks.litellm import PROGRAM
from benchmarks.page import RESULTS


def _machine() -> str:
    memory = round(psutil.virtual_memory().total / 2**30)
    return f"{psutil.cpu_count()} cores ({platform.machine()}), {memory} GB, Python {platform.python_version()}"


def _run(name: str, given: argparse.Namespace) -> list[dict[str, Any]]:
    if name == "gateway":
        litellm = PROGRAM.exists() and not given.without_litellm
        if not litellm:
            print("LiteLLM is left out: `make bench` installs it.", file=sys.stderr)
        return gateway.measure(given.requests, given.rounds, litellm=litellm)
    if name == "streams":
        return streams.measure()
    if name == "screening":
        return screening.measure(given.requests)
    if name == "rights":
        return rights.measure(given.requests)
    if name == "pages":
        return pages.measure(min(given.requests, 500))
    if name == "tiers":
        return tiers.measure(given.requests, given.rounds)
    return ledger.measure(given.requests * 5)


def _classifiers(given: Path | None) -> None:
    """Measure the classifiers, which write a file of their own kind."""
    data = classifiers.folder(given)
    if data is None:
        print("The classifiers are left out: SEAWALL_DATA_DIR names no folder of labelled sets.", file=sys.stderr)
        return
    classifiers.measure(data, RESULTS / "classifiers.json")


def main() -> int:
    """Run the suites that are asked for."""
    suites = ("gateway", "streams", "screening", "rights", "pages", "tiers", "ledger", "classifiers")
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=suites, action="append", help="run this suite; may be repeated")
    parser.add_argument("--requests", type=int, default=2000, help="requests a round for the gateway (default 2000)")
    parser.add_argument("--rounds", type=int, default=6, help="rounds, of which the best counts (default 6)")
    parser.add_argument("--without-litellm", action="store_true", help="leave LiteLLM out")
    parser.add_argument("--data", type=Path, help="folder of labelled sets for the classifiers (SEAWALL_DATA_DIR)")
    given = parser.parse_args()
    RESULTS.mkdir(exist_ok=True)
    for name in given.only or suites:
        if name == "classifiers":
            _classifiers(given.data)
            continue
        rows = _run(name, given)
        told = {"measured_on": f"{datetime.now(UTC):%Y-%m-%d}", "machine": _machine(), "rows": rows}
        (RESULTS / f"{name}.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Ask whether vulnerabilities of what is locked are known. What nobody could answer is unknown, never clean.

pip-audit has an environment of its own (`make audit` makes it), so that it audits nothing that it needs itself.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

from supply.locked import ROOT, SETS, packages

TOOL = ROOT / ".audit" / "bin" / "pip-audit"
_PROBE_S, _LONGEST_S = 15, 600


class Verdict(StrEnum):
    """What is known of a set."""

    CLEAN = "clean"
    VULNERABLE = "vulnerable"
    UNKNOWN = "unknown"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict and why."""

    verdict: Verdict
    details: tuple[str, ...] = ()


def judge(status: int, said: str, wanted: Sequence[str]) -> Told:
    """Return what an answer of pip-audit is worth: clean only where every package was looked up and has nothing."""
    try:
        rows = json.loads(said)["dependencies"]
        held = {row["name"]: row for row in rows}
        bad = [f"{name}: {each['id']}" for name, row in held.items() for each in row.get("vulns", ())]
        skipped = [name for name, row in held.items() if "skip_reason" in row or "vulns" not in row]
    except (json.JSONDecodeError, KeyError, TypeError):
        return Told(verdict=Verdict.UNKNOWN, details=("pip-audit gave no answer that can be read",))
    if bad:
        return Told(verdict=Verdict.VULNERABLE, details=tuple(bad))
    missing = sorted({*skipped, *(set(wanted) - set(held))})
    if missing or status != 0:
        return Told(verdict=Verdict.UNKNOWN, details=tuple(f"{name}: not looked up" for name in missing[:10]))
    return Told(verdict=Verdict.CLEAN)


def ask(name: str, tool: Path = TOOL) -> Told:
    """Return what is known of the packages of a set."""
    wanted = [each.name for each in packages(name) if each.everywhere]
    return _asked(ROOT / "requirements" / f"{name}.txt", wanted, tool, _LONGEST_S)


def _asked(file: Path, wanted: Sequence[str], tool: Path, longest_s: float) -> Told:
    command = [str(tool), "--requirement", str(file), "--disable-pip", "--require-hashes", "--format", "json"]
    try:
        done = subprocess.run(
            [*command, "--progress-spinner", "off"], capture_output=True, text=True, timeout=longest_s, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Told(verdict=Verdict.UNKNOWN, details=(f"pip-audit did not run: {type(error).__name__}",))
    return judge(done.returncode, done.stdout, wanted)


def main(arguments: list[str], tool: Path = TOOL) -> int:
    """Print what is known of every set; 1 where a vulnerability is. With --quick nothing is waited for."""
    if "--quick" in arguments and (why := _no_use(tool)):
        print(f"advisories: unknown, {why}")
        return 0
    worst = 0
    for name in SETS:
        told = ask(name, tool)
        print(f"advisories of {name} ({len(packages(name))} packages): {told.verdict.value}")
        for each in told.details:
            print(f"  {each}")
        worst = max(worst, int(told.verdict is Verdict.VULNERABLE))
    return worst


def _no_use(tool: Path) -> str | None:
    if not tool.exists():
        return "pip-audit is not set up (`make audit` does it)"
    first = next(each for each in packages("core") if each.everywhere)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(f"{first.name}=={first.version} {' '.join(f'--hash=sha256:{each}' for each in first.hashes)}\n")
        file.flush()
        told = _asked(Path(file.name), [first.name], tool, _PROBE_S)
    return "the advisory service does not answer" if told.verdict is Verdict.UNKNOWN else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

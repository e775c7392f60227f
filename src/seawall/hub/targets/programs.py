"""Run the program of a target and say what it said, without what opens anything."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from seawall.hub.targets.model import TargetFailed

_LONGEST = 300
# An address may hold a name and a password.
_OPENS = re.compile(r"(?<=//)[^/\s@]+@")


def run(
    target: str,
    command: Sequence[str],
    *,
    within_s: float,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    allowed: Sequence[int] = (0,),
) -> subprocess.CompletedProcess[str]:
    """Run a program that asks nobody anything. Raises TargetFailed, also where it takes too long or is not there."""
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **(environment or {})},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=within_s,
            check=False,
        )
    except FileNotFoundError:
        raise TargetFailed(target, f"the program {command[0]!r} is not installed here") from None
    except subprocess.TimeoutExpired:
        raise TargetFailed(target, f"{command[0]} took longer than {within_s:.0f} seconds") from None
    if done.returncode not in allowed:
        raise TargetFailed(target, f"{command[0]} ended with {done.returncode}{_said(done.stderr)}")
    return done


def _said(stderr: str) -> str:
    # ssh frames what it warns of in signs.
    lines = [line.strip(" @") for line in stderr.splitlines() if line.strip(" @")]
    return f" ({_OPENS.sub('', ' / '.join(lines))[:_LONGEST]})" if lines else ""

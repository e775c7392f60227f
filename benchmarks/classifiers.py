"""The classifiers on labelled sets: `seawall bench screen` with the parts of the sets told apart.

The data is no part of the project: SEAWALL_DATA_DIR or --data names the folder with `train/` and `validation/`.
"""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.process import ROOT

PEER = ROOT / ".bench" / "litellm" / "bin" / "python"
INJECTIONS = ("tensortrust", "purplellama_pi")
BESIDE = ("eval_alpaca_eval", "purplellama_frr")
MOST, MOST_OBFUSCATED = 600, 100


def folder(given: Path | None) -> Path | None:
    """Return the folder of the labelled sets; None where nobody names one that holds them."""
    named = given or Path(os.environ.get("SEAWALL_DATA_DIR") or "missing")
    return named if (named / "validation").is_dir() else None


def measure(data: Path, out: Path, *, peer: Path = PEER) -> None:
    """Measure everything and write the results. Raises CalledProcessError."""
    command = [
        sys.executable,
        "-m",
        "seawall.app",
        "bench",
        "screen",
        "--slices",
        "--data",
        str(data),
        "--out",
        str(out),
    ]
    command += ["--most", str(MOST), "--most-obfuscated", str(MOST_OBFUSCATED)]
    command += [word for name in INJECTIONS for word in ("--injections", name)]
    command += [word for name in BESIDE for word in ("--beside", name)]
    command += ["--peer", str(peer)] if peer.exists() else []
    # The table that it prints is in the file, too.
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

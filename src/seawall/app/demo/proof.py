"""Check the ledger as an outsider would: by processes that share nothing with the server but its public address.

Each check runs `python -m seawall.app ledger …` with an empty environment of settings, in an empty directory.
"""

import json
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from seawall.app.demo import children, facts
from seawall.app.demo.errors import NotSeen
from seawall.app.demo.stage import Stage, environment
from seawall.ledger.sequencer import read_state

_PUBLISHED_S = 60.0
_TURN_S = 0.2
_INSIDE_FIRST_ENTRY = 20  # after the two bytes of its length


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What a fresh process said of a log."""

    verified: bool
    size: int
    problems: tuple[str, ...] = ()


class Proven(msgspec.Struct, frozen=True, kw_only=True):
    """A proof file of one exchange, checked by a fresh process."""

    exchange: str
    file: str
    proven: bool
    index: int = -1
    measure: str = ""
    problem: str = ""


class Outsider:
    """Somebody who knows the ledger's address and its key, and nothing else."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self._stage, self._folder = stage, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.address, self.key = f"{stage.url}/ledger", stage.instance.ledger_key()
        self._state = folder / "seen.json"
        self._state.unlink(missing_ok=True)

    def verify(self) -> Verified:
        """Verify the published log; from the second time on also that it grew out of what was seen before."""
        return self._verified(self.address, "--state", str(self._state))

    def verify_tampered(self) -> Verified:
        """Verify a copy of the log in which one bit of one entry was turned over."""
        copy = self._folder / "tampered"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self._stage.instance.ledger_dir, copy)
        target = max((copy / "tile" / "entries").rglob("*"), key=_length)
        held = bytearray(target.read_bytes())
        held[_INSIDE_FIRST_ENTRY] ^= 1
        target.write_bytes(held)
        return self._verified(str(copy))

    def prove(self, exchange: str) -> Proven:
        """Let the operator make the proof of an exchange, and check it offline in a fresh process."""
        file = self._folder / f"{exchange}.tlog-proof"
        made = children.run(
            ["seawall.app", "ledger", "prove", exchange, "--out", str(file)], self._stage.environment, self._folder
        )
        if made.returncode:
            return Proven(exchange=exchange, file=str(file), proven=False, problem=made.stderr.strip())
        told = self.told("ledger", "check", str(file), "--key", self.key)
        found = told.get("exchange") or {}
        return Proven(
            exchange=exchange,
            file=str(file),
            proven=found.get("id") == exchange,
            index=told.get("index", -1),
            measure=found.get("measure", ""),
            problem=told.get("error", {}).get("message", ""),
        )

    def _verified(self, source: str, *options: str) -> Verified:
        told = self.told("ledger", "verify", source, "--key", self.key, *options)
        problems = [f"{each['where']}: {each['what']}" for each in told.get("problems", ())]
        if "error" in told:
            problems.append(told["error"]["message"])
        return Verified(verified=told.get("verified", False), size=told.get("size", 0), problems=tuple(problems))

    def told(self, *arguments: str) -> dict[str, Any]:
        """Return what a command of a fresh process tells as JSON."""
        ran = children.run(["seawall.app", *arguments, "--json"], environment(), self._folder)
        try:
            told = json.loads(ran.stdout)
        except ValueError:
            return {"error": {"message": ran.stderr.strip().splitlines()[-1] if ran.stderr.strip() else "no answer"}}
        return told if isinstance(told, dict) else {}


def await_published(stage: Stage) -> None:
    """Wait until every exchange and record so far is in the published log. Raises NotSeen."""
    database, until = stage.instance.database(), time.monotonic() + _PUBLISHED_S
    while time.monotonic() < until:
        if not facts.unbatched(database) and not facts.unsequenced(database):
            with database.begin() as tx:
                size = read_state(tx).size
            if _published(stage.instance.ledger_dir) >= size:
                return
        time.sleep(_TURN_S)
    raise NotSeen("The published ledger", stage.logs / "seawall.log")


def _published(folder: Path) -> int:
    """Return the size that the published checkpoint states; its second line, by the format."""
    checkpoint = folder / "checkpoint"
    lines: Sequence[str] = checkpoint.read_text().splitlines() if checkpoint.exists() else ()
    return int(lines[1]) if len(lines) > 1 else 0


def _length(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1

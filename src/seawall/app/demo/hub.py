"""End with a transparency hub: publish a document and an edition as an operator does, verify it as an outsider does."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from seawall.app import hubbing
from seawall.app.demo import children
from seawall.app.demo.errors import NotSeen
from seawall.app.demo.proof import Outsider, await_published
from seawall.app.demo.stage import Stage

_SHOWN_S = 60.0
_TURN_S = 0.2
_DOCUMENT = Path(__file__).with_name("about.md")


class HubTold(msgspec.Struct, frozen=True, kw_only=True):
    """What was published, and what a fresh process said of it from its address and the ledger's key alone."""

    address: str
    verified: bool
    edition: int = 0
    files: int = 0
    records: int = 0
    numbers: int = 0
    problems: tuple[str, ...] = ()


def publish(stage: Stage, outsider: Outsider) -> HubTold:
    """Publish and verify. Raises NotSeen."""
    address = f"{stage.url}/hub/"
    added = _ran(stage, "hub", "add", str(_DOCUMENT))
    await_published(stage)
    _until(stage, lambda: not _waiting(stage), "The public records")
    done = _ran(stage, "hub", "publish")
    for each in (added, done):
        if "error" in each:
            return HubTold(address=address, verified=False, problems=(each["error"]["message"],))
    _until(stage, lambda: hubbing.shown(stage.instance) == done["digest"], "The hub")
    told = outsider.told("hub", "verify", address.rstrip("/"), "--key", outsider.key)
    problems = [f"{each['where']}: {each['what']}" for each in told.get("problems", ())]
    return HubTold(
        address=address,
        verified=told.get("verified", False),
        edition=told.get("edition", 0),
        files=told.get("files", 0),
        records=told.get("records", 0),
        numbers=told.get("numbers", 0),
        problems=(*problems, *((told["error"]["message"],) if "error" in told else ())),
    )


def _waiting(stage: Stage) -> bool:
    with stage.instance.database().begin() as tx:
        return bool(hubbing.built(stage.instance, tx).waiting)


def _ran(stage: Stage, *words: str) -> dict[str, Any]:
    ran = children.run(["seawall.app", *words, "--host", "--json"], stage.environment, stage.folder)
    try:
        told = json.loads(ran.stdout)
    except ValueError:
        return {"error": {"message": (ran.stderr.strip().splitlines() or ["no answer"])[-1]}}
    return told if isinstance(told, dict) else {}


def _until(stage: Stage, met: Callable[[], object], what: str) -> None:
    until = time.monotonic() + _SHOWN_S
    while not met():
        if time.monotonic() > until:
            raise NotSeen(what, stage.logs / "seawall.log")
        time.sleep(_TURN_S)

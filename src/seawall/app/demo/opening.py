"""Start everything that a run needs, and say where it is."""

from collections.abc import Mapping
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import msgspec

from seawall.app.demo.errors import SdkMissing
from seawall.app.demo.furniture import Key, furnish
from seawall.app.demo.labelled import Sample, draw
from seawall.app.demo.paper import Paper
from seawall.app.demo.proof import Outsider, Verified, await_published
from seawall.app.demo.scenario import ProjectPlan, Scenario, load
from seawall.app.demo.stage import Stage, free_port
from seawall.app.demo.upstreams import Starting, Upstreams
from seawall.store.lock import InstanceLock

REPLAY = "replay"
_SDKS = ("anthropic", "openai")


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line asks for."""

    folder: Path
    port: int
    scripted: bool
    labelled: Path | None
    limit: int
    seed: int


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that runs, before the first conversation."""

    scenario: Scenario
    sample: Sample | None
    stage: Stage
    upstreams: Upstreams
    keys: Mapping[str, Key]
    outsider: Outsider
    first: Verified


def require_sdks() -> None:
    """Raise SdkMissing unless both SDKs can be imported."""
    missing = [name for name in _SDKS if find_spec(name) is None]
    if missing:
        raise SdkMissing(missing)


def open_stage(options: Options, stack: ExitStack, paper: Paper) -> Ready:
    """Start a whole Seawall with its upstreams, projects and keys.

    Raises ScenarioInvalid, SetInvalid, AlreadyRunning, NotStarted, NotSeen.
    """
    scenario = load()
    sample = draw(options.labelled, options.limit, options.seed) if options.labelled else None
    with InstanceLock(options.folder):
        stage = Stage(options.folder, free_port(options.port, paper.warn))
    paper.doing("starting PostgreSQL, a gateway, a worker, and what answers")
    seawall = stage.start(stack)
    starting = Starting(stack, stage.logs, stage.environment, scripted=options.scripted)
    _load_sdks()
    stage.ready(seawall)
    paper.doing("loading the model")
    upstreams = starting.ready(paper.warn)
    keys = _furnished(stage, scenario, upstreams, paper)
    outsider, first = _seen(stage, paper)
    paper.doing()
    return Ready(
        scenario=scenario, sample=sample, stage=stage, upstreams=upstreams, keys=keys, outsider=outsider, first=first
    )


def _load_sdks() -> None:
    """Load both SDKs, which takes seconds, while the processes start."""
    from seawall.app.demo import speaking_anthropic, speaking_openai

    del speaking_anthropic, speaking_openai


def _furnished(stage: Stage, scenario: Scenario, upstreams: Upstreams, paper: Paper) -> dict[str, Key]:
    paper.doing("making projects and keys")
    plans = {**scenario.projects, REPLAY: ProjectPlan(zero_retention=True)}
    keys = furnish(stage.instance, plans, upstreams)
    for key in keys.values():
        stage.await_key(key.secret)
    return keys


def _seen(stage: Stage, paper: Paper) -> tuple[Outsider, Verified]:
    """Return an outsider who has seen the ledger before the first conversation."""
    paper.doing("verifying the ledger for the first time")
    await_published(stage)
    outsider = Outsider(stage, stage.folder / "outsider")
    return outsider, outsider.verify()

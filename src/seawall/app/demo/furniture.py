"""What the scenario needs of an instance: its projects, their models, a fresh key for each."""

import secrets
from collections.abc import Mapping

import msgspec

from seawall.access import Upstream, keys, projects
from seawall.access.model import NoSuchProject
from seawall.app.demo.scenario import MIRROR, MODELS, ProjectPlan
from seawall.app.demo.upstreams import SCRIPTED, Upstreams
from seawall.app.instance import Instance
from seawall.store import Transaction
from seawall.vocabulary.ids import KeyId

_BY = "demo"


class Key(msgspec.Struct, frozen=True):
    """A key of a project, with its secret."""

    id: KeyId
    secret: str


def furnish(instance: Instance, plans: Mapping[str, ProjectPlan], upstreams: Upstreams) -> dict[str, Key]:
    """Make the projects, or bring those of an earlier run up to date; return a fresh key for each."""
    with instance.database().begin() as tx:
        for name, plan in plans.items():
            _project(tx, instance, name, plan)
            for model in _models(upstreams):
                projects.set_model(tx, name, model, seal=instance.seal, by=_BY, record=instance.record)
        return {name: _key(tx, instance, name) for name in plans}


def _project(tx: Transaction, instance: Instance, name: str, plan: ProjectPlan) -> None:
    settings = msgspec.structs.asdict(plan)
    try:
        projects.change(tx, name, by=_BY, record=instance.record, **settings)
    except NoSuchProject:
        projects.create(tx, name, by=_BY, record=instance.record, clock=instance.clock, **settings)


def _key(tx: Transaction, instance: Instance, name: str) -> Key:
    # Fresh, so that its accounts have no past, however often the demo was run on this directory.
    called = f"demo-{secrets.token_hex(3)}"
    return Key(*keys.create_key(tx, name, called, by=_BY, record=instance.record, clock=instance.clock))


def _models(upstreams: Upstreams) -> list[Upstream]:
    small = [(name, upstreams.model, upstreams.url) for name in MODELS.values()]
    scripted = [(name, name, upstreams.scripted_url) for name in (MIRROR, SCRIPTED)]
    return [
        Upstream(name=name, api="chat", base_url=url, model=model, private=True)
        for name, model, url in (*small, *scripted)
    ]

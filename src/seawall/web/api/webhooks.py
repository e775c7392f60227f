"""Webhooks: where events of projects go to, for staff; what is dead, and having it sent again."""

from typing import Any

import msgspec
from fastapi import Request
from pydantic import BaseModel, Field

from seawall.access import projects
from seawall.outbox import endpoints, replay
from seawall.outbox.deliver import attempts_of, find
from seawall.outbox.errors import KeepsNothing
from seawall.outbox.kinds import Endpoint, State
from seawall.vocabulary.ids import ProjectId
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/webhooks", tags=["webhooks"])


class WebhookGiven(BaseModel):
    """Where which events of a project go to; all kinds where none is named."""

    project: str = Field(max_length=80)
    url: str = Field(max_length=500)
    kinds: list[str] = Field(default=[], max_length=20)
    private: bool = False


@routes.get("", needs=may("webhook.read"))
def every(request: Request) -> list[dict[str, Any]]:
    """List the endpoints in use, without secrets."""
    with house_of(request).database.begin() as tx:
        return [_shown(each) for each in endpoints.every(tx)]


@routes.post("", needs=may("webhook.change"), status_code=201)
def add(given: WebhookGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Let events go to an endpoint. The secret that signs them is shown this once."""
    house = house_of(request)
    with house.database.begin() as tx:
        project = projects.find(tx, given.project)
        if project.zero_retention:
            raise KeepsNothing(project.name)
        made, secret = endpoints.add(
            tx, project=ProjectId(project.id), url=given.url, kinds=given.kinds, private=given.private,
            by=signed.person.id, vault=house.edges.vault, record=house.edges.record, clock=house.edges.clock,
        )  # fmt: skip
    return {**_shown(made), "secret": secret}


@routes.post("/{endpoint}/rotate", needs=may("webhook.change"))
def rotate(endpoint: str, request: Request, signed: Caller) -> dict[str, Any]:
    """Make a new secret, shown this once; the one before signs beside it for a day."""
    edges = house_of(request).edges
    with house_of(request).database.begin() as tx:
        made, secret = endpoints.rotate(
            tx, endpoint, by=signed.person.id, vault=edges.vault, record=edges.record, clock=edges.clock
        )
    return {**_shown(made), "secret": secret}


@routes.delete("/{endpoint}", needs=may("webhook.change"))
def end(endpoint: str, request: Request, signed: Caller) -> dict[str, Any]:
    """Let nothing go to an endpoint any more."""
    edges = house_of(request).edges
    with house_of(request).database.begin() as tx:
        gone = endpoints.end(
            tx, endpoint, by=signed.person.id, vault=edges.vault, record=edges.record, clock=edges.clock
        )
    return _shown(gone)


@routes.post("/{endpoint}/test", needs=may("webhook.change"))
def test(endpoint: str, request: Request, signed: Caller) -> dict[str, Any]:
    """Send an event that tells of nothing."""
    edges, by = house_of(request).edges, signed.person.id
    with house_of(request).database.begin() as tx:
        return {"event": replay.test(tx, endpoint, by=by, record=edges.record, clock=edges.clock).id}


@routes.get("/deliveries", needs=may("webhook.read"))
def deliveries(
    request: Request, state: State | None = None, endpoint: str = "", after: str = "", limit: int = 100
) -> dict[str, Any]:
    """List deliveries, newest first; dead ones with `state=dead`."""
    most = max(1, min(limit, 500))
    with house_of(request).database.begin() as tx:
        found = replay.lying(tx, state=state, endpoint=endpoint, after=after, limit=most)
    return {"deliveries": msgspec.to_builtins(found), "next": found[-1].delivery if len(found) == most else ""}


@routes.get("/deliveries/{delivery}", needs=may("webhook.read"))
def show(delivery: str, request: Request) -> dict[str, Any]:
    """Show a delivery with its attempts."""
    with house_of(request).database.begin() as tx:
        found, tried = find(tx, delivery), attempts_of(tx, delivery)
    told: dict[str, Any] = msgspec.to_builtins(found)
    # Where a person is reached is nobody's business here, not even as an id.
    del told["address"]
    return told | {"tried": msgspec.to_builtins(tried)}


@routes.post("/deliveries/{delivery}/replay", needs=may("webhook.change"))
def again(delivery: str, request: Request, signed: Caller) -> dict[str, Any]:
    """Have a delivery tried again, under its own id."""
    edges = house_of(request).edges
    with house_of(request).database.begin() as tx:
        found = replay.replay(tx, delivery, by=signed.person.id, record=edges.record, clock=edges.clock)
    return {"delivery": found.id, "event": found.event, "state": found.state.value}


def _shown(endpoint: Endpoint) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(endpoint)
    # Where secrets lie is nobody's business here.
    del told["secret"], told["earlier"]
    return told

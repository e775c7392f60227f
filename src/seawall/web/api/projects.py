"""Projects and their keys, without secrets but for the one that a new key is, once.

What takes the agreement of others is not here but in `acts`: models, zero retention.
"""

from datetime import datetime
from typing import Literal

from fastapi import Request
from pydantic import BaseModel, Field

from seawall.access import keys as rooms_keys
from seawall.access import projects as rooms
from seawall.access.applications import owned_by
from seawall.access.model import KeyShown, NoSuchKey, Project
from seawall.store import Transaction
from seawall.web.paging import page
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/projects", tags=["projects"])


class ModelShown(BaseModel):
    """Where a model's name leads."""

    name: str
    api: str
    base_url: str
    model: str
    timeout_s: float
    retries: int
    private: bool
    limit_field: str


class ProjectShown(BaseModel):
    """A project."""

    id: str
    name: str
    zero_retention: bool
    images_allowed: bool
    appends_notices: bool
    steer_share: float
    country: str
    models: list[ModelShown]


class ProjectsPage(BaseModel):
    """A page of projects; `next` is the `after` of the page that follows."""

    projects: list[ProjectShown]
    next: str


class ProjectSettings(BaseModel):
    """What can be set; what is left out stays. To keep nothing from now on is an act that others agree to."""

    zero_retention: Literal[False] | None = None
    images_allowed: bool | None = None
    appends_notices: bool | None = None
    steer_share: float | None = None
    country: str | None = Field(default=None, max_length=2)


class ProjectGiven(ProjectSettings):
    """A project to make."""

    name: str = Field(max_length=80)


class KeyGiven(BaseModel):
    """A key to make. `owner` is the person who answers for what uses it; left out, whoever makes it."""

    name: str = Field(max_length=80)
    owner: str = Field(default="", max_length=60)


class KeyListed(BaseModel):
    """A key as lists show it."""

    id: str
    project: str
    name: str
    owner: str
    prefix: str
    zero_retention: bool | None
    created_at: datetime
    revoked_at: datetime | None


class KeyMade(BaseModel):
    """A new key. `secret` is shown this once."""

    id: str
    secret: str


@routes.get("", needs=may("project.read"))
def every(request: Request, after: str = "", limit: int = 100) -> ProjectsPage:
    """List projects by name."""
    with house_of(request).database.begin() as tx:
        taken, following = page(rooms.every(tx), lambda project: str(project.id), after, limit)
        return ProjectsPage(projects=[seen(project) for project in taken], next=following)


@routes.post("", needs=may("project.change"))
def make(given: ProjectGiven, request: Request, signed: Caller) -> ProjectShown:
    """Make a project."""
    edges = house_of(request).edges
    settings = given.model_dump(exclude={"name"}, exclude_none=True)
    with house_of(request).database.begin() as tx:
        made = rooms.create(tx, given.name, by=signed.person.id, record=edges.record, clock=edges.clock, **settings)
    return seen(made)


@routes.get("/{project}", needs=may("project.read", of="project"))
def show(project: str, request: Request) -> ProjectShown:
    """Show one project."""
    with house_of(request).database.begin() as tx:
        return seen(rooms.find(tx, project))


@routes.patch("/{project}", needs=may("project.change", of="project"))
def change(project: str, given: ProjectSettings, request: Request, signed: Caller) -> ProjectShown:
    """Change settings of a project."""
    record, settings = house_of(request).edges.record, given.model_dump(exclude_none=True)
    with house_of(request).database.begin() as tx:
        return seen(rooms.change(tx, project, by=signed.person.id, record=record, **settings))


@routes.delete("/{project}", needs=may("project.change", of="project"))
def archive(project: str, request: Request, signed: Caller) -> dict[str, str]:
    """End a project and its keys."""
    edges = house_of(request).edges
    with house_of(request).database.begin() as tx:
        gone = rooms.archive(tx, project, by=signed.person.id, record=edges.record, clock=edges.clock)
    return {"archived": gone.id}


@routes.delete("/{project}/models/{model:path}", needs=may("project.change", of="project"))
def remove_model(project: str, model: str, request: Request, signed: Caller) -> ProjectShown:
    """Take a model away."""
    record = house_of(request).edges.record
    with house_of(request).database.begin() as tx:
        rooms.remove_model(tx, rooms.find(tx, project).name, model, by=signed.person.id, record=record)
        return seen(rooms.find(tx, project))


@routes.get("/{project}/keys", needs=may("project.read", of="project"))
def keys(project: str, request: Request) -> list[KeyListed]:
    """List the keys of a project, newest first."""
    with house_of(request).database.begin() as tx:
        return [key_seen(key) for key in rooms_keys.list_keys(tx, project)]


@routes.post("/{project}/keys", needs=may("key.create", of="project"))
def make_key(project: str, given: KeyGiven, request: Request, signed: Caller) -> KeyMade:
    """Make a key, which keeps what its project keeps."""
    edges = house_of(request).edges
    with house_of(request).database.begin() as tx:
        owner = owned_by(tx, given.owner) if given.owner else ""
        key, secret = rooms_keys.create_key(
            tx, project, given.name, owner=owner, by=signed.person.id, record=edges.record, clock=edges.clock
        )
    return KeyMade(id=key, secret=secret)


@routes.delete("/{project}/keys/{key}", needs=may("key.revoke", of="project"))
def revoke_key(project: str, key: str, request: Request, signed: Caller) -> dict[str, str]:
    """End a key of this project."""
    edges = house_of(request).edges
    with house_of(request).database.begin() as tx:
        find_key(tx, project, key)
        rooms_keys.revoke_key(tx, key, by=signed.person.id, record=edges.record, clock=edges.clock)
    return {"revoked": key}


def find_key(tx: Transaction, project: str, key: str) -> KeyShown:
    """Return a key of a project. Raises NoSuchProject, NoSuchKey."""
    found = next((each for each in rooms_keys.list_keys(tx, project) if each.key == key), None)
    if found is None:
        raise NoSuchKey(key)
    return found


def seen(project: Project) -> ProjectShown:
    """Return a project as it is shown."""
    fields = ("id", "name", "zero_retention", "images_allowed", "appends_notices", "steer_share", "country")
    models = [
        ModelShown(**{field: getattr(model, field) for field in ModelShown.model_fields})
        for model in project.models.values()
    ]
    return ProjectShown(**{field: getattr(project, field) for field in fields}, models=models)


def key_seen(key: KeyShown) -> KeyListed:
    """Return a key as lists show it."""
    return KeyListed(
        id=key.key,
        project=key.project,
        name=key.name,
        owner=key.owner,
        prefix=key.prefix,
        zero_retention=key.zero_retention,
        created_at=key.created_at,
        revoked_at=key.revoked_at,
    )

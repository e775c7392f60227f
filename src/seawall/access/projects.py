"""Make and change projects and the upstreams of their models."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from seawall.access.model import BadSetting, NameTaken, NoSuchProject, Project, Upstream
from seawall.access.tables import keys, models, organisations, projects
from seawall.store import Transaction
from seawall.store.listen import notify
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.ids import ItemId, ProjectId, new_id
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.access import ModelMapped, ProjectChanged, ProjectCreated

CHANNEL = "seawall_access"
SETTINGS = {
    "zero_retention": bool,
    "images_allowed": bool,
    "appends_notices": bool,
    "steer_share": float,
    "country": str,
}
Write = Callable[[Transaction, Record], object]
Seal = Callable[[Transaction, str, ProjectId], ItemId]


def create(tx: Transaction, name: str, *, by: str, record: Write, clock: Clock, **settings: Any) -> Project:
    """Make a project. Raises NameTaken, BadSetting."""
    if not name or len(name) > 80 or not name.isprintable() or "/" in name:
        raise BadSetting(f"{name!r} cannot name a project.", hint="Take up to 80 printable characters without a slash.")
    project = Project(id=ProjectId(new_id("pr")), name=name, **_checked(settings))
    row = msgspec.structs.asdict(project) | {"created_at": clock()}
    del row["models"], row["banned"]
    try:
        with tx.begin_nested():
            tx.execute(insert(projects).values(row))
    except IntegrityError:
        raise NameTaken(f"A project {name!r} exists already.", hint="Take another name.") from None
    record(tx, ProjectCreated(project=project.id, name=name, by=by))
    notify(tx, CHANNEL, project.id)
    return project


def change(tx: Transaction, name: str, *, by: str, record: Write, **settings: Any) -> Project:
    """Change settings of a project. Raises NoSuchProject, BadSetting."""
    project = find(tx, name)
    checked = _checked(settings)
    if checked:
        tx.execute(update(projects).where(projects.c.id == project.id).values(checked))
        told = {field: str(value) for field, value in checked.items()}
        record(tx, ProjectChanged(project=project.id, settings=told, by=by))
        notify(tx, CHANNEL, project.id)
    return find(tx, name)


def archive(tx: Transaction, name: str, *, by: str, record: Write, clock: Clock) -> Project:
    """End a project: its keys no longer work. Its exchanges and records stay. Raises NoSuchProject."""
    project = find(tx, name)
    now = clock()
    tx.execute(update(projects).where(projects.c.id == project.id).values(archived_at=now))
    open_keys = (keys.c.project == project.id) & keys.c.revoked_at.is_(None)
    tx.execute(update(keys).where(open_keys).values(revoked_at=now))
    record(tx, ProjectChanged(project=project.id, settings={"archived": "True"}, by=by))
    notify(tx, CHANNEL, project.id)
    return project


def set_model(tx: Transaction, name: str, upstream: Upstream, *, seal: Seal, by: str, record: Write) -> None:
    """Lead a model's name to an upstream. Raises NoSuchProject, BadSetting."""
    project = find(tx, name)
    check_upstream(upstream)
    row = msgspec.structs.asdict(upstream) | {"project": project.id}
    row["credential"] = seal(tx, upstream.credential, project.id) if upstream.credential else None
    kept = {field: value for field, value in row.items() if field not in ("project", "name")}
    entered = upsert(models).values(row)
    tx.execute(entered.on_conflict_do_update(index_elements=["project", "name"], set_=kept))
    _told(tx, project, upstream.name, upstream.api, upstream.base_url, by, record)


def remove_model(tx: Transaction, name: str, model: str, *, by: str, record: Write) -> None:
    """Take a model away. Raises NoSuchProject, BadSetting."""
    project = find(tx, name)
    gone = tx.execute(delete(models).where(models.c.project == project.id, models.c.name == model))
    if not gone.rowcount:
        raise BadSetting(f"{name!r} has no model {model!r}.", hint=f"It has: {', '.join(project.models) or 'none'}.")
    _told(tx, project, model, "", "", by, record)


def find(tx: Transaction, name: str) -> Project:
    """Return a project by name or id, without credentials. Raises NoSuchProject."""
    for project in every(tx):
        if name in (project.name, project.id):
            return project
    raise NoSuchProject(name)


def every(tx: Transaction, unseal: Callable[[Transaction, ItemId], str] | None = None) -> list[Project]:
    """Return every project that is not archived; with credentials where they can be unsealed."""
    mapped: dict[str, dict[str, Upstream]] = {}
    for row in tx.execute(select(models).order_by(models.c.name)).mappings():
        fields = {field: row[field] for field in Upstream.__struct_fields__}
        item = fields.pop("credential")
        credential = unseal(tx, ItemId(item)) if item is not None and unseal is not None else None
        mapped.setdefault(row["project"], {})[row["name"]] = Upstream(**fields, credential=credential)
    barred = organisations.c.banned_at.is_not(None).label("banned")
    found = (
        select(projects, barred)
        .outerjoin(organisations, organisations.c.id == projects.c.organisation)
        .where(projects.c.archived_at.is_(None))
        .order_by(projects.c.name)
    )
    return [_project(row, mapped) for row in tx.execute(found).mappings()]


def _project(row: RowMapping, mapped: Mapping[str, dict[str, Upstream]]) -> Project:
    fields = {field: row[field] for field in Project.__struct_fields__ if field != "models"}
    return Project(**fields, models=mapped.get(row["id"], {}))


def _told(tx: Transaction, project: Project, model: str, api: str, base_url: str, by: str, record: Write) -> None:
    record(tx, ModelMapped(project=project.id, model=model, api=api, base_url=base_url, by=by))
    notify(tx, CHANNEL, project.id)


def _checked(settings: Mapping[str, Any]) -> dict[str, Any]:
    for field, value in settings.items():
        kind = SETTINGS.get(field)
        if kind is None or not isinstance(value, kind):
            raise BadSetting(f"{field} = {value!r} is no setting of a project.", hint=f"Known: {', '.join(SETTINGS)}.")
    if not 0 <= settings.get("steer_share", 0) <= 1:
        raise BadSetting(f"steer_share is {settings['steer_share']}.", hint="It is a share between 0 and 1.")
    country = settings.get("country", "")
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise BadSetting(f"country is {country!r}.", hint="Two letters, such as US (ISO 3166-1); empty for none.")
    return {**settings, **({"country": country.upper()} if country else {})}


def check_upstream(upstream: Upstream) -> None:
    """Raise BadSetting for an upstream that cannot be used."""
    parts = urlsplit(upstream.base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise BadSetting(
            f"{upstream.base_url!r} is no address of an upstream.",
            hint="Give scheme, host and path up to, not including, /v1, such as https://api.example.com",
        )
    if not upstream.name or upstream.timeout_s <= 0 or not 0 <= upstream.retries <= 5:
        raise BadSetting(
            f"{upstream.name!r} has a timeout of {upstream.timeout_s} s and {upstream.retries} retries.",
            hint="A model has a name, a timeout above 0 and at most 5 retries.",
        )

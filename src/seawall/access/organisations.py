"""Organisations: whose a project is. One that is banned is refused through every key of its projects, until reinstated.

    ban (others agree) -> AccessBook of every gateway -> 403 for each key of its projects

Limits: an organisation is who the operator says it is; one that comes back under another name is another one. An answer
that has begun goes on to its end.
"""

from datetime import datetime

import msgspec
from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from seawall.access.model import BadSetting, NameTaken, NoSuchProject, Project
from seawall.access.people.edges import Edges
from seawall.access.projects import CHANNEL
from seawall.access.projects import find as find_project
from seawall.access.tables import organisations, projects
from seawall.store import Transaction
from seawall.store.listen import notify
from seawall.vault import Retention
from seawall.vocabulary.errors import Conflict, NotFound
from seawall.vocabulary.ids import ItemId, OrganisationId, ProjectId, new_id
from seawall.vocabulary.records.access import (
    OrganisationAdded,
    OrganisationBanned,
    OrganisationReinstated,
    ProjectChanged,
)


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation; `projects` are the ids of what is its own. `banned_at` is None where nothing is against it."""

    id: OrganisationId
    name: str
    added_at: datetime
    banned_at: datetime | None
    reason: str
    projects: tuple[ProjectId, ...] = ()


class NoSuchOrganisation(NotFound):
    """No organisation has that name or id."""

    code = "access.no_such_organisation"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no organisation {name!r}.", hint="`seawall organisations list` shows all.")


class OrganisationState(Conflict):
    """It is banned already, or not."""

    code = "access.organisation_state"


def add(tx: Transaction, edges: Edges, name: str, *, by: str) -> Organisation:
    """Make an organisation, with no project yet. Raises NameTaken, BadSetting."""
    if not name.strip() or len(name) > 80 or not name.isprintable():
        raise BadSetting(f"{name!r} cannot name an organisation.", hint="Take up to 80 printable characters.")
    made = OrganisationId(new_id("or"))
    try:
        with tx.begin_nested():
            tx.execute(insert(organisations).values(id=made, name=name.strip(), added_at=edges.clock()))
    except IntegrityError:
        raise NameTaken(f"There is an organisation {name!r} already.", hint="Take another name.") from None
    edges.record(tx, OrganisationAdded(organisation=made, name=name.strip(), by=by))
    return find(tx, made)


def assign(tx: Transaction, edges: Edges, project: str, organisation: str | None, *, by: str) -> Project:
    """Say whose a project is; None for nobody's. Raises NoSuchProject, NoSuchOrganisation, OrganisationState."""
    known = find_project(tx, project)
    owner = None if organisation is None else find(tx, organisation)
    before = tx.scalar(select(projects.c.organisation).where(projects.c.id == known.id).with_for_update())
    if before is not None and find(tx, before).banned_at is not None:
        raise OrganisationState(
            f"{known.name!r} belongs to an organisation that is banned.", hint="It stays so until it is reinstated."
        )
    made = None if owner is None else owner.id
    if made != before:
        tx.execute(update(projects).where(projects.c.id == known.id).values(organisation=made))
        edges.record(tx, ProjectChanged(project=known.id, settings={"organisation": made or ""}, by=by))
        notify(tx, CHANNEL, known.id)
    return find_project(tx, known.id)


def ban(tx: Transaction, edges: Edges, organisation: str, *, reason: str, by: str) -> Organisation:
    """Refuse whatever comes through keys of its projects. Raises NoSuchOrganisation, OrganisationState."""
    known = _locked(tx, organisation)
    if known.banned_at is not None:
        raise OrganisationState(f"{known.name!r} is banned already.", hint="Nothing needs to be done.")
    item = edges.vault.put(tx, reason.encode(), owner=known.id, retention=Retention.EVIDENCE)
    _set(tx, known, banned_at=edges.clock(), reason=item)
    told = OrganisationBanned(organisation=known.id, projects=len(known.projects), by=by)
    edges.record(tx, told)
    return find(tx, known.id)


def reinstate(tx: Transaction, edges: Edges, organisation: str, *, by: str) -> Organisation:
    """Let its keys work again. Raises NoSuchOrganisation, OrganisationState."""
    known = _locked(tx, organisation)
    if known.banned_at is None:
        raise OrganisationState(f"{known.name!r} is not banned.", hint="Nothing needs to be done.")
    _set(tx, known, banned_at=None, reason=None)
    edges.record(tx, OrganisationReinstated(organisation=known.id, by=by))
    return find(tx, known.id)


def find(tx: Transaction, name: str) -> Organisation:
    """Return an organisation by name or id. Raises NoSuchOrganisation."""
    found = tx.execute(select(organisations).where((organisations.c.id == name) | (organisations.c.name == name)))
    row = found.mappings().first()
    if row is None:
        raise NoSuchOrganisation(name)
    return _organisation(tx, row)


def owned(tx: Transaction, known: Organisation, project: str) -> ProjectId:
    """Return the id of a project of an organisation, by id or name. Raises NoSuchProject where it is not its own."""
    found = find_project(tx, project)
    if found.id not in known.projects:
        raise NoSuchProject(project)
    return found.id


def every(tx: Transaction) -> list[Organisation]:
    """Return every organisation by name."""
    rows = tx.execute(select(organisations).order_by(organisations.c.name)).mappings().all()
    return [_organisation(tx, row) for row in rows]


def why(tx: Transaction, edges: Edges, known: Organisation) -> str:
    """Return why it is banned; nothing where it is not. Raises what the vault raises."""
    return edges.vault.get(tx, ItemId(known.reason)).decode() if known.reason else ""


def _locked(tx: Transaction, name: str) -> Organisation:
    known = find(tx, name)
    tx.execute(select(organisations.c.id).where(organisations.c.id == known.id).with_for_update())
    return find(tx, known.id)


def _set(tx: Transaction, known: Organisation, *, banned_at: datetime | None, reason: str | None) -> None:
    here = organisations.c.id == known.id
    tx.execute(update(organisations).where(here).values(banned_at=banned_at, reason=reason))
    notify(tx, CHANNEL, known.id)


def _organisation(tx: Transaction, row: RowMapping) -> Organisation:
    owned = select(projects.c.id).where(projects.c.organisation == row["id"], projects.c.archived_at.is_(None))
    return Organisation(
        id=OrganisationId(row["id"]),
        name=row["name"],
        added_at=row["added_at"],
        banned_at=row["banned_at"],
        reason=row["reason"] or "",
        projects=tuple(ProjectId(each) for each in tx.scalars(owned.order_by(projects.c.name))),
    )

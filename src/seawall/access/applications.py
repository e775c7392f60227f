"""Applications: what sends requests here. Each is an identity of its own beside people and service accounts.

    key -> Application(project, owner): may send requests to its project's models, and nothing else here

A key is how one application proves itself, and its id is the application's: an application that gets a new key is
another one, so what each did stays apart. It belongs to a project; its owner is a person, who is asked whether it is
still needed (`access.recertify`). Where a host made it, nobody owns it until somebody confirms it.
"""

import msgspec
from sqlalchemy import select

from seawall.access.model import BadSetting, NoSuchKey
from seawall.access.people import Kind, people
from seawall.access.people.model import PersonInactive
from seawall.access.tables import keys, projects, reviews
from seawall.store import Transaction
from seawall.vocabulary.ids import KeyId, PersonId, ProjectId

PREFIX = "key_"


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """An application: the id of its key, what it is called, whose it is, and whether its key works."""

    id: KeyId
    name: str
    project: ProjectId
    owner: str
    active: bool


def find(tx: Transaction, application: str) -> Application:
    """Return an application, by the id of its key. Raises NoSuchKey."""
    mine = (reviews.c.source == "key") & (reviews.c.thing == keys.c.id)
    found = (
        select(keys.c.id, keys.c.name, keys.c.project, keys.c.revoked_at, projects.c.archived_at, reviews.c.owner)
        .join(projects, projects.c.id == keys.c.project)
        .outerjoin(reviews, mine)
        .where(keys.c.id == application)
    )
    row = tx.execute(found).first()
    if row is None:
        raise NoSuchKey(f"There is no key {application!r}.", hint="`seawall keys list` shows all; give its id.")
    active = row.revoked_at is None and row.archived_at is None
    return Application(id=row.id, name=row.name, project=row.project, owner=row.owner or "", active=active)


def owned_by(tx: Transaction, person: str) -> PersonId:
    """Return whoever is to own an application. Raises NoSuchPerson, PersonInactive, BadSetting."""
    known = people.find(tx, person)
    if known.kind is not Kind.PERSON:
        raise BadSetting(f"{person} is a service account.", hint="A person answers for an application.")
    if not known.active:
        raise PersonInactive(person)
    return known.id

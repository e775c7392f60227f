"""What the SCIM library stores by: one directory on our tables, each SCIM operation a transaction.

Writes of one directory follow each other: the first thing that one does is lock it. What a directory may not see is
not found rather than forbidden. A search that cannot be narrowed by userName, externalId, displayName or id reads
every resource of the directory, up to `MOST_READ`; beyond that it is refused (tooMany).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, cast

from scim2_models import Error as ScimError
from scim2_models import (
    Meta,
    PreconditionFailedException,
    Reference,
    Resource,
    ResourceType,
    ResponseParameters,
    SCIMException,
    SearchRequest,
    TooManyException,
)
from scim2_models.path import CompareOperator, Comparison
from scim2_server.storage import ScimStorage, SearchPage
from sqlalchemy import Table, select

from seawall.access.directory import collected, directories, provisioned
from seawall.access.directory.keyed import external_key, group_key, name_key
from seawall.access.directory.model import Directory
from seawall.access.directory.paging import cut, key
from seawall.access.directory.schemas import Group, GroupMember, GroupMembership, User
from seawall.access.directory.tables import groups, in_groups, members
from seawall.access.people import Edges
from seawall.store import Database, Transaction
from seawall.vocabulary.errors import SeawallError

MOST_READ = 5000
Kept = provisioned.Kept | collected.Kept
_SCIM_TYPES = {"access.address_taken": "uniqueness", "access.bad_person": "invalidValue"}


class Storage(ScimStorage):
    """One directory, for one thread."""

    supports_cursors = True

    def __init__(self, database: Database, edges: Edges, directory: Directory, *, most_read: int = MOST_READ) -> None:
        self._database, self._edges, self._directory, self._most_read = database, edges, directory, most_read
        self._tx: Transaction | None = None

    @contextmanager
    def operation(self) -> Iterator[None]:
        """Make the calls within it one transaction."""
        with self._began() as tx:
            self._tx = tx
            try:
                yield
            finally:
                self._tx = None

    def get(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        response_parameters: ResponseParameters[Any] | None = None,
    ) -> Resource[Any]:
        """Return a resource. Without `response_parameters` it is about to be changed, and the directory is locked."""
        with self._began(locked=response_parameters is None) as tx:
            return self._shown(tx, self._find(tx, resource_type, resource_id))

    def search(
        self, resource_types: list[ResourceType], search_request: SearchRequest[Any], *, position: Any = None
    ) -> SearchPage:
        """Return a page of what matches."""
        with self._began() as tx:
            names = dict.fromkeys(str(each.name) for each in resource_types)
            found = [each for name in names for each in self._every(tx, name, search_request)]
            if search_request.filter is None and search_request.sort_by is None:
                page = cut(search_request, position, [(key(None, each.id), each) for each in found])
                shown = self._all_shown(tx, page.found)
            else:
                matching = self._matching(tx, search_request, found)
                whole = cut(search_request, position, matching)
                page, shown = cast(Any, whole), whole.found
            return SearchPage(page.total, shown, next=page.next, previous=page.previous)

    def create(self, resource_type: ResourceType, resource: Resource[Any]) -> Resource[Any]:
        """Add a resource."""
        with self._began(locked=True) as tx:
            if isinstance(resource, User):
                made: str = provisioned.add(tx, self._edges, self._directory, resource)
            else:
                made = collected.add(tx, self._edges, self._directory, cast(Group, resource))
            return self._shown(tx, self._find(tx, resource_type, made))

    def update(
        self, resource_type: ResourceType, resource: Resource[Any], *, expected_version: str | None = None
    ) -> Resource[Any]:
        """Replace a resource."""
        with self._began(locked=True) as tx:
            before = self._expected(tx, resource_type, str(resource.id), expected_version)
            if isinstance(before, provisioned.Kept):
                provisioned.change(tx, self._edges, self._directory, before, cast(User, resource))
            else:
                collected.change(tx, self._edges, self._directory, before, cast(Group, resource))
            return self._shown(tx, self._find(tx, resource_type, before.id))

    def delete(self, resource_type: ResourceType, resource_id: str, *, expected_version: str | None = None) -> None:
        """Delete a resource."""
        with self._began(locked=True) as tx:
            before = self._expected(tx, resource_type, resource_id, expected_version)
            if isinstance(before, provisioned.Kept):
                provisioned.remove(tx, self._edges, self._directory, before)
            else:
                collected.remove(tx, self._edges, self._directory, before)

    @contextmanager
    def _began(self, *, locked: bool = False) -> Iterator[Transaction]:
        with _translated():
            if self._tx is not None:
                if locked:
                    directories.lock(self._tx, self._directory.id)
                yield self._tx
                return
            with self._database.begin() as tx:
                if locked:
                    directories.lock(tx, self._directory.id)
                yield tx

    def _find(self, tx: Transaction, resource_type: ResourceType, identifier: str) -> Kept:
        room = provisioned if resource_type.name == "User" else collected
        return cast(Kept, room.find(tx, self._directory, identifier))

    def _expected(self, tx: Transaction, resource_type: ResourceType, identifier: str, version: str | None) -> Kept:
        before = self._find(tx, resource_type, identifier)
        if version is not None and cast(Meta, self._shown(tx, before).meta).version != version:
            raise PreconditionFailedException
        return before

    def _every(self, tx: Transaction, name: str, search: SearchRequest[Any]) -> list[Kept]:
        if name == "User":
            return list(provisioned.every(tx, self._directory, *self._narrowed(members, search)))
        return list(collected.every(tx, self._directory, *self._narrowed(groups, search)))

    def _narrowed(self, table: Table, search: SearchRequest[Any]) -> tuple[Any, ...]:
        """Return the condition that leaves what may match a filter; what does is decided by the filter itself."""
        node = None if search.filter is None else search.filter.ast
        if not isinstance(node, Comparison) or node.op != CompareOperator.eq or not isinstance(node.value, str):
            return ()
        attribute = str(node.attr_path.attr).casefold()
        if attribute == "externalid":
            return (table.c.external_key == external_key(self._edges, node.value),) if node.value else ()
        if attribute == "username" and table is members:
            return (table.c.name_key == name_key(self._edges, node.value),)
        if attribute == "displayname" and table is groups:
            return (table.c.name_key == group_key(self._edges, node.value),)
        return ()

    def _matching(self, tx: Transaction, search: SearchRequest[Any], found: list[Kept]) -> list[Any]:
        if len(found) > self._most_read:
            raise TooManyException(detail=f"This search would read more than {self._most_read} resources: narrow it.")
        shown = self._all_shown(tx, found)
        matching = [each for each in shown if search.filter is None or search.filter.match(each)]
        if search.sort_by is None:
            return [(key(None, str(each.id)), each) for each in matching]
        return [(key(search.sort_value(each), str(each.id)), each) for each in matching]

    def _shown(self, tx: Transaction, kept: Kept) -> Resource[Any]:
        return self._all_shown(tx, [kept])[0]

    def _all_shown(self, tx: Transaction, found: list[Kept]) -> list[Resource[Any]]:
        tied = _ties(tx, [each.id for each in found])
        return [
            self._user(tx, each, tied.get(each.id, []))
            if isinstance(each, provisioned.Kept)
            else self._group(tx, each, tied.get(each.id, []))
            for each in found
        ]

    def _user(self, tx: Transaction, kept: provisioned.Kept, tied: list[tuple[str, str]]) -> User:
        user = provisioned.said(tx, self._edges, kept)
        user.id = kept.id
        user.groups = [
            GroupMembership(value=group, ref=Reference[Any](f"Groups/{group}"), display=name, type="direct")
            for group, name in tied
        ] or None
        user.meta = _meta("User", kept, user)
        return user

    def _group(self, tx: Transaction, kept: collected.Kept, tied: list[tuple[str, str]]) -> Group:
        listed = [GroupMember(value=person, ref=Reference[Any](f"Users/{person}"), type="User") for person, _ in tied]
        group = Group(id=kept.id, external_id=kept.external_id, display_name=kept.name, members=listed or None)
        group.meta = _meta("Group", kept, group)
        return group


def _ties(tx: Transaction, found: list[str]) -> dict[str, list[tuple[str, str]]]:
    """Return the members of these groups and the groups of these people, in an order that stays."""
    joined = select(in_groups.c.group, in_groups.c.person, groups.c.name).join(groups, groups.c.id == in_groups.c.group)
    mine = in_groups.c.group.in_(found) | in_groups.c.person.in_(found)
    tied: dict[str, list[tuple[str, str]]] = {}
    for row in tx.execute(joined.where(mine).order_by(in_groups.c.group, in_groups.c.person)):
        tied.setdefault(row.group, []).append((row.person, ""))
        tied.setdefault(row.person, []).append((row.group, row.name))
    return tied


def _meta(name: str, kept: Kept, shown: Resource[Any]) -> Meta:
    """Return what is said about a resource. Its version is of all that is shown, so that nothing changes unseen."""
    body = json.dumps([kept.version, shown.model_dump()], sort_keys=True, default=str)
    version = f'W/"{sha256(body.encode()).hexdigest()[:24]}"'
    return Meta(resource_type=name, created=kept.added_at, last_modified=kept.changed_at, version=version)


@contextmanager
def _translated() -> Iterator[None]:
    """Raise our errors as what the library tells of."""
    try:
        yield
    except SeawallError as error:
        told = ScimError(
            status=error.status,
            scim_type=_SCIM_TYPES.get(error.code),
            detail=f"{error.message} {error.hint}".strip(),
        )
        raise SCIMException.from_error(told) from error

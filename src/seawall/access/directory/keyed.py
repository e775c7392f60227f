"""Digests under which people and groups are found, of names in the form in which SCIM compares them."""

from scim2_models import Path, default_comparison_key

from seawall.access.directory.schemas import Group, User
from seawall.access.people import Edges

_USER_NAME = Path[User]("userName").resolve()
_GROUP_NAME = Path[Group]("displayName").resolve()


def name_key(edges: Edges, name: str) -> bytes:
    """Return the digest of a userName, whatever its case."""
    return edges.lasting("directory user", default_comparison_key(_USER_NAME, name))


def group_key(edges: Edges, name: str) -> bytes:
    """Return the digest of a group's displayName, whatever its case."""
    return edges.lasting("directory group", default_comparison_key(_GROUP_NAME, name))


def external_key(edges: Edges, external: str | None) -> bytes | None:
    """Return the digest of an externalId, or None where there is none."""
    return edges.lasting("directory external", external) if external else None

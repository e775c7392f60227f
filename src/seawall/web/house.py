"""What the pages and the API work with, made once for a process."""

import msgspec

from seawall.access.approvals import Desk
from seawall.access.people import Edges
from seawall.access.people.passkeys import Site
from seawall.store import Database


class House(msgspec.Struct, frozen=True, kw_only=True):
    """The rooms behind the routes."""

    database: Database
    edges: Edges
    desk: Desk
    site: Site

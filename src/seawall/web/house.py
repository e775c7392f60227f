"""What the pages and the API work with, made once for a process."""

import msgspec

from seawall.access.approvals import Acts, Desk, Table
from seawall.access.approvals.acts import unwired
from seawall.access.people import Edges
from seawall.access.people.passkeys import Site
from seawall.store import Database
from seawall.web.pace import Pace


class House(msgspec.Struct, frozen=True, kw_only=True):
    """The rooms behind the routes. Without a `pace` attempts to sign in are not counted by address."""

    database: Database
    edges: Edges
    desk: Desk
    site: Site
    pace: Pace | None = None
    acts: Acts = unwired("this process carries nothing out.")

    @property
    def table(self) -> Table:
        """Return what dangerous acts are done with."""
        return Table(edges=self.edges, desk=self.desk, acts=self.acts)

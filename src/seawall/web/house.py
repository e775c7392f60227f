"""What the pages and the API work with, made once for a process."""

from collections.abc import Callable

import msgspec

from seawall.access.approvals import Desk
from seawall.access.people import Edges
from seawall.access.people.passkeys import Site
from seawall.access.privacy import Archive
from seawall.store import Database


def _no_account(key: str, end_user: str | None) -> str:
    raise RuntimeError("no account secret is wired in")


class House(msgspec.Struct, frozen=True, kw_only=True):
    """The rooms behind the routes. `account` names the account of a key and an end user."""

    database: Database
    edges: Edges
    desk: Desk
    site: Site
    archive: Archive = Archive()
    account: Callable[[str, str | None], str] = _no_account

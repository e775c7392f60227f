"""The keys and projects that one process keeps in memory: asked on every request, fresh by NOTIFY."""

from collections.abc import Callable

from sqlalchemy import select

from seawall.access.keys import PREFIX, digest
from seawall.access.model import Caller, KeyRefused
from seawall.access.projects import CHANNEL, every
from seawall.access.tables import keys
from seawall.store import Transaction
from seawall.vocabulary.ids import ItemId


class AccessBook:
    """Who a secret belongs to. Written by one thread, read by any. `unseal` opens stored credentials."""

    channel = CHANNEL

    def __init__(self, unseal: Callable[[Transaction, ItemId], str]) -> None:
        self._unseal = unseal
        self._callers: dict[bytes, Caller | None] = {}

    def load(self, tx: Transaction) -> None:
        """Read everything anew."""
        projects = {project.id: project for project in every(tx, self._unseal)}
        found: dict[bytes, Caller | None] = {}
        for row in tx.execute(select(keys)):
            project = projects.get(row.project)
            working = project is not None and row.revoked_at is None
            kept = row.zero_retention
            found[bytes(row.hash)] = (
                Caller(project=project, key=row.id, zero_retention=project.zero_retention if kept is None else kept)
                if working and project is not None
                else None
            )
        # Swapped in whole, so that no reader sees half of it.
        self._callers = found

    def notice(self, tx: Transaction, payload: str) -> None:
        """Read everything anew: projects are few and change seldom."""
        self.load(tx)

    def authenticate(self, secret: str | None) -> Caller:
        """Return whose key this is. Raises KeyRefused."""
        if not secret:
            raise KeyRefused("No key was sent.", hint="Send it as `x-api-key`, or as `Authorization: Bearer`.")
        caller = self._callers.get(digest(secret), KeyRefused)
        if caller is None:
            raise KeyRefused("This key was revoked.", hint="Ask whoever runs this gateway for another.")
        if not isinstance(caller, Caller):
            kind = "" if secret.startswith(PREFIX) else f" It does not begin with {PREFIX}: is it of another provider?"
            raise KeyRefused(f"This key is not known here.{kind}", hint="`seawall keys create` makes one.")
        return caller

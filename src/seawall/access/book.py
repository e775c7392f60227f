"""The keys and projects that one process keeps in memory: asked on every request, fresh by NOTIFY."""

from collections.abc import Callable

import msgspec
from sqlalchemy import select

from seawall.access import conditions
from seawall.access.keys import PREFIX, digest
from seawall.access.limits import Limits
from seawall.access.model import Caller, KeyRefused, OrganisationBarred, Project
from seawall.access.projects import CHANNEL, every
from seawall.access.tables import keys
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock, system_clock
from seawall.vocabulary.ids import ItemId, KeyId


class AccessBook:
    """Who a secret belongs to. Written by one thread, read by any. `unseal` opens stored credentials.

    `meter` counts what outside testers use.
    """

    channel = CHANNEL

    def __init__(self, unseal: Callable[[Transaction, ItemId], str], clock: Clock = system_clock) -> None:
        self._unseal, self._clock = unseal, clock
        self.meter = conditions.Meter()
        self._testers: frozenset[str] = frozenset()
        self._callers: dict[bytes, Caller | None] = {}

    def load(self, tx: Transaction) -> None:
        """Read everything anew."""
        projects = {project.id: project for project in every(tx, self._unseal)}
        testing = conditions.load(tx, self.meter)
        found: dict[bytes, Caller | None] = {}
        for row in tx.execute(select(keys)):
            project, tested = projects.get(row.project), testing.get(row.id)
            kept = row.zero_retention
            if project is not None and tested is not None and (tested[0].barred or row.revoked_at is None):
                found[bytes(row.hash)] = _tester(project, row.id, *tested[:2])
            elif project is not None and row.revoked_at is None:
                keeps_none = project.zero_retention if kept is None else kept
                found[bytes(row.hash)] = Caller(project=project, key=row.id, zero_retention=keeps_none)
            else:
                found[bytes(row.hash)] = None
        self._testers = frozenset(each[2] for each in testing.values())
        # Swapped in whole, so that no reader sees half of it.
        self._callers = found

    def notice(self, tx: Transaction, payload: str) -> None:
        """Read everything anew: projects are few and change seldom. What testers use is counted by itself."""
        if payload.startswith(conditions.USED):
            self.meter.reread(tx, payload.removeprefix(conditions.USED))
        elif not payload.startswith("pe_") or payload in self._testers:
            self.load(tx)

    def authenticate(self, secret: str | None, address: str | None = None) -> Caller:
        """Return whose key this is; `address` is where it comes from. Raises KeyRefused, OutsideConditions,
        OrganisationBarred."""
        if not secret:
            raise KeyRefused("No key was sent.", hint="Send it as `x-api-key`, or as `Authorization: Bearer`.")
        caller = self._callers.get(digest(secret), KeyRefused)
        if caller is None:
            raise KeyRefused("This key was revoked.", hint="Ask whoever runs this gateway for another.")
        if not isinstance(caller, Caller):
            kind = "" if secret.startswith(PREFIX) else f" It does not begin with {PREFIX}: is it of another provider?"
            raise KeyRefused(f"This key is not known here.{kind}", hint="`seawall keys create` makes one.")
        if caller.project.banned:
            raise OrganisationBarred
        if caller.limits is not None:
            caller.limits.admit(self._clock(), address)
        return caller


def _tester(project: Project, key: KeyId, limits: Limits, models: tuple[str, ...]) -> Caller:
    """Return a tester's key: of the project's models those of the engagement, and nothing kept, whatever it says."""
    reached = {name: upstream for name, upstream in project.models.items() if name in models}
    scoped = msgspec.structs.replace(project, models=reached)
    return Caller(project=scoped, key=key, zero_retention=True, limits=limits)

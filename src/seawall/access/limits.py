"""What one process knows of a tester's key, in memory: when, from where, how much. Asked on every request.

`reserve` counts what is under way here and not written yet, so that a process never lets more requests through than
the budget. Limits: other processes are heard of by NOTIFY, so N processes that spend the last requests in the same
moment may let N - 1 more through; tokens are known once an answer has ended, so answers under way may go over.
"""

import threading
from datetime import datetime
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

import msgspec

from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.ids import EngagementId

Network = IPv4Network | IPv6Network


class OutsideConditions(SeawallError):
    """The conditions of an engagement do not let this key work now, here."""

    code, status = "access.outside_conditions", 403


class BudgetSpent(SeawallError):
    """An engagement, or a key of it, has used what it was given."""

    code, status = "access.budget_spent", 429


class Allowance:
    """The budget of an engagement or a key, and what is used of it. Written by several threads."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self.request_budget: int | None = None
        self.token_budget: int | None = None
        self.requests = self.tokens = self._waiting = 0
        self._lock = threading.Lock()

    def told(self, requests: int, tokens: int) -> None:
        """Take in what the database counts. What is counted only grows, so an older word changes nothing."""
        with self._lock:
            self.requests, self.tokens = max(self.requests, requests), max(self.tokens, tokens)

    def take(self) -> None:
        """Reserve a request. Raises BudgetSpent."""
        with self._lock:
            if self.request_budget is not None and self.requests + self._waiting >= self.request_budget:
                raise _spent(self.scope, self.request_budget, "requests")
            if self.token_budget is not None and self.tokens >= self.token_budget:
                raise _spent(self.scope, self.token_budget, "tokens")
            self._waiting += 1

    def release(self) -> None:
        """Give a reservation back: it is counted, or will never be."""
        with self._lock:
            self._waiting -= 1


class Reservation:
    """A request that is under way and not counted yet."""

    def __init__(self, allowances: tuple[Allowance, ...]) -> None:
        self._held: list[Allowance] = []
        try:
            for each in allowances:
                each.take()
                self._held.append(each)
        except BudgetSpent:
            self.release()
            raise

    def release(self) -> None:
        """Give it back; a second time changes nothing."""
        held, self._held = self._held, []
        for each in held:
            each.release()


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The conditions of one key. `barred` says why it cannot work whatever the moment and the place; empty: it can."""

    engagement: EngagementId
    begins: datetime
    ends: datetime
    networks: tuple[Network, ...]
    safeguards: bool
    allowances: tuple[Allowance, ...]
    barred: str = ""

    @property
    def scopes(self) -> tuple[str, ...]:
        """Return under which names use is counted."""
        return tuple(each.scope for each in self.allowances)

    def admit(self, now: datetime, address: str | None) -> None:
        """Let a request in. Raises OutsideConditions."""
        if self.barred:
            raise _refused(self.barred, "Ask whoever runs the engagement.")
        if now < self.begins:
            raise _refused(f"This engagement begins on {self.begins:%d %B %Y, %H:%M} UTC.", "Come again then.")
        if now >= self.ends:
            raise _refused(f"This engagement ended on {self.ends:%d %B %Y, %H:%M} UTC.", "Ask for another one.")
        if not self._listed(address):
            shown = f"not from {address}" if address else "not from an address that is not known"
            raise _refused(f"This key works from listed addresses, {shown}.", "Have this address listed.")

    def reserve(self) -> Reservation:
        """Reserve a request of every budget. Raises BudgetSpent."""
        return Reservation(self.allowances)

    def _listed(self, address: str | None) -> bool:
        try:
            given = ip_address(address or "")
        except ValueError:
            return False
        if isinstance(given, IPv6Address) and given.ipv4_mapped is not None:
            given = given.ipv4_mapped
        return any(given in network for network in self.networks if network.version == given.version)


def _refused(message: str, hint: str) -> OutsideConditions:
    return OutsideConditions(message, hint=hint)


def _spent(scope: str, budget: int, what: str) -> BudgetSpent:
    of = "engagement" if scope.startswith("en_") else "key"
    return BudgetSpent(f"The budget of this {of}, {budget} {what}, is spent.", hint="Ask whoever runs the engagement.")

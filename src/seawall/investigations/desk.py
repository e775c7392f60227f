"""What the room works with: the ledger, the vault and the clock; who may do what; exchanges, as `app` hands them in."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import msgspec

from seawall.access.people import Edges
from seawall.access.rights import Rights
from seawall.policy.replay import StoredDecision
from seawall.policy.rules import Policy
from seawall.store import Transaction
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Finding
from seawall.vocabulary.ids import ExchangeId
from seawall.vocabulary.retained import Retained, Said, Shown


class Exchanges(Protocol):
    """Exchanges, by whoever has them."""

    def retained(self, tx: Transaction, after: str, limit: int) -> tuple[list[Retained], str]:
        """Return those with content behind an id, in order, and behind which the next are; empty at the end."""

    def shown(self, tx: Transaction, ids: Sequence[str]) -> dict[str, Shown]:
        """Return them as lists show them."""

    def stored(self, tx: Transaction, ids: Sequence[str]) -> list[StoredDecision]:
        """Return what was decided on them, with what it was made from."""

    def said(self, api: str, request: bytes | None, answer: bytes | None) -> tuple[Said, ...]:
        """Return the texts of one."""

    def person_said(self, api: str, request: bytes | None) -> str:
        """Return what the person said last in one."""

    def tools(self, api: str, request: bytes | None, answer: bytes | None) -> frozenset[str]:
        """Return the names of the tools that were called in one."""


class Screener(Protocol):
    """Screens what is kept of an exchange, by the detectors of now."""

    async def findings(
        self, policy: Policy, api: str, request: bytes | None, answer: bytes | None
    ) -> tuple[tuple[Finding, ...], tuple[Finding, ...]] | None:
        """Return what is found in a request and in its answer; None where it cannot be read."""


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """An exchange about which a case is to be opened, and why. Of one `source` there is one case."""

    exchange: ExchangeId
    category: Category
    source: str
    by: str


# Opens a case and returns its id, and whether it is new; None where nothing is known of the exchange any more.
OpenCase = Callable[[Transaction, Proposed], tuple[str, bool] | None]
# Opens what screens again: the job alone needs it.
Screening = Callable[[], AbstractAsyncContextManager[Screener]]
# Which of these exchanges are about child safety by what people decided, whatever was found in them.
SealedByCase = Callable[[Transaction, Sequence[str]], frozenset[str]]


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """The edges of the room. `releases` names the detectors and classifiers of now."""

    edges: Edges
    rights: Rights
    exchanges: Exchanges
    open_case: OpenCase
    sealed_by_case: SealedByCase
    releases: Callable[[], tuple[str, ...]]

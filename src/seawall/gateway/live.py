"""What the live path of one process works with: books, screens, recorder, client."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from seawall.access import AccessBook
from seawall.enforce import RateLimit, StandingBook, account_id, whole_key
from seawall.gateway.errors import BooksStale
from seawall.gateway.networks import Networks
from seawall.gateway.recorder import Recorder
from seawall.gateway.referring import References
from seawall.gateway.screening import Screens
from seawall.gateway.watching import Watching
from seawall.net import GuardedClient
from seawall.policy.rules import Policy
from seawall.screen.cascade import Tiers
from seawall.store import Transaction
from seawall.store.listen import Listener
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.ids import AccountId, KeyId
from seawall.vocabulary.records import Record
from seawall.vocabulary.standing import Standing


class Policies(Protocol):
    """Which policy holds for a project."""

    def current(self, project: str) -> Policy:
        """Return it."""


class Live:
    """Everything that an exchange needs, made once for a process."""

    def __init__(
        self,
        *,
        access: AccessBook,
        policies: Policies,
        standings: StandingBook,
        listener: Listener,
        recorder: Recorder,
        client: GuardedClient,
        screens: Screens,
        record: Callable[[Transaction, Record], object],
        account_secret: bytes,
        clock: Clock,
        body_limit: int,
        connect_s: float,
        tiers: Tiers = Tiers(),  # noqa: B008 - frozen
        earlier_account_secrets: tuple[bytes, ...] = (),
        notices: Callable[[str], str | None] = lambda _account: None,
        referenced: Callable[[str, str], bytes],
    ) -> None:
        # The notice that waits for an account, from memory: it may cost the live path nothing.
        self.notices = notices
        self.earlier_account_secrets = earlier_account_secrets
        self.access, self.policies, self.standings = access, policies, standings
        self.listener, self.recorder, self.client, self.screens = listener, recorder, client, screens
        self.record, self.account_secret, self.clock = record, account_secret, clock
        self.body_limit, self.connect_s = body_limit, connect_s
        self.tiers = tiers
        self.rates = RateLimit()
        self.watching = Watching()
        self.networks = Networks(referenced)
        self.references = References(referenced, recorder, record, clock)

    def account(self, key: KeyId, end_user: str | None) -> AccountId:
        """Return whose account it is: one against which something holds keeps the name of an earlier secret."""
        for secret in self.earlier_account_secrets:
            before = account_id(secret, key, end_user)
            if self.standings.knows(before):
                return before
        return account_id(self.account_secret, key, end_user)

    def standing(self, account: AccountId, key: KeyId, now: datetime) -> tuple[Standing, Standing]:
        """Return where an account is, and where its whole key is: what refuses the key refuses every account of it."""
        own, whole = self.standings.of(account, now), self.standings.of(whole_key(key), now)
        return (whole if whole.refused and not own.refused else own), whole

    def require_fresh(self) -> None:
        """Raise BooksStale unless keys, policies and standings are followed."""
        if not self.listener.fresh:
            raise BooksStale

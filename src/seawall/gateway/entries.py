"""What the recorder writes: the opening of an exchange, a decision on it, and its closing."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

import msgspec

from seawall.screen.cascade import Later
from seawall.store import Transaction
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, KeyId, ProjectId
from seawall.vocabulary.records.exchanges import ExchangeDecided


class Outcome(StrEnum):
    """How an exchange ended."""

    ANSWERED = "answered"
    REFUSED = "refused"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A request was taken. `content` is what the vault keeps, None where nothing may be; `later` the judges to ask.

    `scopes` are the budgets of an outside tester that it counts against; `network` is a keyed digest of where it came
    from.
    """

    exchange: ExchangeId
    project: ProjectId
    key: KeyId
    account: AccountId
    has_end_user: bool
    api: str
    model: str
    streamed: bool
    zero_retention: bool
    policy: str
    arm: str
    decision: DecisionId
    verdict: bytes
    findings: bytes
    standing: bytes
    at: datetime
    content: bytes | None
    later: tuple[Later, ...] = ()
    scopes: tuple[str, ...] = ()
    network: bytes | None = None


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """The policy settled something other than allow. `act` changes the account in the same transaction.

    `output` is the verdict on an answer, which the exchange's row keeps at once: its closing may never come.
    """

    body: ExchangeDecided
    account: AccountId
    act: Callable[[Transaction], object] | None = None
    output: bytes | None = None


class Referred(msgspec.Struct, frozen=True, kw_only=True):
    """The product said what an account pays with or uses. `act` notes it in the same transaction."""

    account: AccountId
    act: Callable[[Transaction], object]


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """An exchange ended. `content` is the answer as the upstream gave it, before anything was masked, for the
    vault; None where nothing may be kept. `metered` are the tokens that budgets are charged with."""

    exchange: ExchangeId
    account: AccountId
    at: datetime
    outcome: Outcome
    status: int
    measure: str
    because: list[str]
    decision: DecisionId | None = None
    verdict: bytes | None = None
    findings: bytes | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    content: bytes | None = None
    later: tuple[Later, ...] = ()
    scopes: tuple[str, ...] = ()
    metered: int = 0


Entry = Opened | Decided | Referred | Closed

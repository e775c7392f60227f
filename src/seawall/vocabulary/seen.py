"""What was seen of an account in one exchange on which something was decided. Ids, times and closed words only."""

from datetime import datetime
from typing import Literal

import msgspec

from seawall.vocabulary.categories import Category
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, KeyId, ProjectId

Side = Literal["input", "output"]


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """A category that was found on one side of an exchange, under the decision that was made on that side.

    `sure` says that it may be held against the person: see `Finding.counts_strikes`.
    """

    category: Category
    side: Side
    sure: bool
    decision: DecisionId


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """An exchange: whose, when, since when the account is there, and what was found."""

    exchange: ExchangeId
    project: ProjectId
    key: KeyId
    account: AccountId
    has_end_user: bool
    at: datetime
    since: datetime
    sightings: tuple[Sighting, ...] = ()

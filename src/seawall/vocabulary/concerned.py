"""What a case is about: one exchange as whoever settles the case must know it. Ids, times and closed words only."""

from datetime import datetime

import msgspec

from seawall.vocabulary.categories import Category
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, ItemId, KeyId, ProjectId, RuleId


class Concerned(msgspec.Struct, frozen=True, kw_only=True):
    """An exchange: whose, what was found and decided, and where its content lies as far as it is kept.

    `categories` are those of all findings, surest first; `decisions` those that were made on it, oldest first.
    """

    exchange: ExchangeId
    project: ProjectId
    key: KeyId
    account: AccountId
    has_end_user: bool
    zero_retention: bool
    at: datetime
    decisions: tuple[DecisionId, ...] = ()
    because: tuple[RuleId, ...] = ()
    categories: tuple[Category, ...] = ()
    input_item: ItemId | None = None
    output_item: ItemId | None = None
    model: str = ""

"""Enforce: what decisions come to for the accounts concerned, and how that is taken back.

    verdict -> apply -> strikes -> ladder -> standing -> NOTIFY -> StandingBook.of(account, now) -> RateLimit
    reverse(decision) -> the same climb without it, and so for everything that rules did because of it

`apply` runs in the transaction that commits the decision; `climb` is pure and decides alone what standing follows,
both going forward and when a decision is taken back. The end user's own identifier is never stored: `account_id`
is a keyed digest. `rules` asks what an operator wants to know of accounts over time, never on the live path. Imports
`policy`, `store` and `vocabulary`; the ledger's `record` comes as an argument.
"""

from seawall.enforce.accounts import Account, accounts, find, meet, standing
from seawall.enforce.apply import apply
from seawall.enforce.book import CHANNEL, StandingBook
from seawall.enforce.history import Entry, counting, history
from seawall.enforce.identity import account_id, whole_key
from seawall.enforce.labels import Label, end_label, label, labels
from seawall.enforce.rate import RateLimit
from seawall.enforce.reversal import reverse
from seawall.enforce.staff import ban, reinstate, restrict, suspend, warn
from seawall.enforce.whole import Whole, whole

__all__ = [
    "CHANNEL",
    "Account",
    "Entry",
    "Label",
    "RateLimit",
    "StandingBook",
    "Whole",
    "account_id",
    "accounts",
    "apply",
    "ban",
    "counting",
    "end_label",
    "find",
    "history",
    "label",
    "labels",
    "meet",
    "reinstate",
    "restrict",
    "reverse",
    "standing",
    "suspend",
    "warn",
    "whole",
    "whole_key",
]

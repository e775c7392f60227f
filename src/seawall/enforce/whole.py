"""An account whole: where it stands, its labels, what it shares with others, and its history."""

from datetime import datetime

import msgspec

from seawall.enforce.accounts import find
from seawall.enforce.history import Entry, history
from seawall.enforce.labels import Label, labels
from seawall.enforce.references import Shared, shared
from seawall.store import Transaction
from seawall.vocabulary.ids import AccountId
from seawall.vocabulary.standing import Standing


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """An account; `more` entries of its history follow those here. `cases` are those that the reader may see."""

    account: AccountId
    key: str
    project: str
    has_end_user: bool
    first_seen: datetime
    standing: Standing
    labels: tuple[Label, ...]
    shared: Shared
    history: tuple[Entry, ...]
    more: int
    cases: tuple[str, ...] = ()


def whole(tx: Transaction, account: AccountId, *, now: datetime, skip: int = 0, limit: int = 500) -> Whole:
    """Return an account, with `limit` entries of its history behind the first `skip`. Raises NoSuchAccount."""
    known, every = find(tx, account, now=now), history(tx, account)
    here = every[skip : skip + limit]
    return Whole(
        account=account,
        key=known.key,
        project=known.project,
        has_end_user=known.has_end_user,
        first_seen=known.first_seen,
        standing=known.standing,
        labels=labels(tx, account, now=now),
        shared=shared(tx, account, now=now),
        history=tuple(here),
        more=max(0, len(every) - skip - len(here)),
    )

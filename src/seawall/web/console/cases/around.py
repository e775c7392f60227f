"""What stands around one case: the exchange, the policy of that time, where the account stands, its other cases."""

from datetime import datetime

import msgspec

from seawall import enforce
from seawall.cases.finding import Asked, newest
from seawall.cases.model import UNSETTLED, Case
from seawall.enforce import Entry
from seawall.enforce.errors import NoSuchAccount
from seawall.gateway.context import Context, context
from seawall.policy import load_documents
from seawall.policy.documents import CategoryDoc, Documents, RuleDoc
from seawall.policy.problems import AmbiguousVersion, NoPolicy, NoSuchVersion
from seawall.store import Transaction
from seawall.vocabulary.categories import Category
from seawall.vocabulary.standing import Standing

_LINES, _OTHERS = 20, 10


class Applies(msgspec.Struct, frozen=True, kw_only=True):
    """The words of the policy that apply. `digest` names the policy; `then` tells that it is the one of that time."""

    name: str
    digest: str
    then: bool
    rules: tuple[RuleDoc, ...]
    categories: tuple[tuple[Category, CategoryDoc], ...]


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Where an account stands, its strikes that count, and the end of its history, newest first."""

    standing: Standing
    strikes: tuple[Entry, ...]
    lines: tuple[Entry, ...]


def exchange_of(tx: Transaction, case: Case) -> Context | None:
    """Return the exchange that a case is about, as far as there is one."""
    return None if case.exchange is None else context(tx, case.exchange)


def applies(tx: Transaction, case: Case, about: Context | None) -> Applies | None:
    """Return what the policy of that time says, or else the one in force; None where it says nothing of it."""
    found = _documents(tx, about.policy if about is not None else "")
    if found is None:
        return None
    documents, digest, then = found
    rules = {case.rule} if case.rule is not None else set()
    rules |= {rule for each in about.decisions for rule in each.verdict.because} if about is not None else set()
    chosen = tuple(each for each in documents.rules if each.id in rules)
    named = dict.fromkeys([*([case.category] if case.category else []), *(each.category for each in chosen)])
    categories = tuple((each, documents.categories[each]) for each in named if each in documents.categories)
    if not chosen and not categories:
        return None
    return Applies(name=documents.policy.name, digest=digest, then=then, rules=chosen, categories=categories)


def account_of(tx: Transaction, case: Case, now: datetime) -> Account:
    """Return where the account of a case stands; one that nothing was held against is good."""
    standing = enforce.standing(tx, case.account, now=now)
    try:
        lines = enforce.history(tx, case.account, newest=_LINES)
    except NoSuchAccount:
        lines = []
    counting = enforce.counting(tx, case.account, now)
    return Account(standing=standing, strikes=tuple(counting), lines=tuple(lines[::-1][:_LINES]))


def others(tx: Transaction, case: Case, reader: str) -> tuple[Case, ...]:
    """Return the newest other cases about the account, as far as whoever reads may see them."""
    found = newest(tx, Asked(account=case.account), reader=reader, sealed=case.sealed, limit=_OTHERS + 1)
    return tuple(each for each in found if each.id != case.id)[:_OTHERS]


def mergeable(case: Case, around: tuple[Case, ...]) -> tuple[Case, ...]:
    """Return those among other cases that could be settled with this one."""
    return tuple(each for each in around if each.state in UNSETTLED and each.origin != "appeal")


def _documents(tx: Transaction, digest: str) -> tuple[Documents, str, bool] | None:
    for wanted in dict.fromkeys((digest, "")):
        try:
            found = load_documents(tx, wanted)
        except (NoPolicy, NoSuchVersion, AmbiguousVersion):
            # An exchange may name a policy that was published elsewhere; without any, there are no words.
            continue
        return found, digest, bool(wanted)
    return None

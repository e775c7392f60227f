"""Flags: somebody who uses a product says that an answer is not right, or that a refusal was not.

A flag is tied to an exchange of the project whose key it comes with. Several about one exchange become one case. Of a
key or an exchange without retention no word is kept, only the code.
"""

from enum import StrEnum

import msgspec
from sqlalchemy import select

from seawall.cases import filers, words
from seawall.cases.errors import NoSuchCase, NoSuchExchange
from seawall.cases.model import Case, Origin, Outcome, State
from seawall.cases.office import Office
from seawall.cases.opening import join, of_exchange, open_case, same_already
from seawall.cases.rows import find, trail
from seawall.cases.tables import decisions
from seawall.store import Transaction
from seawall.vocabulary.ids import DecisionId, KeyId, ProjectId, new_id

LONGEST = 4000


class Wrong(StrEnum):
    """What is wrong with an answer, in the words of whoever flags it."""

    HARMFUL = "harmful"
    ILLEGAL = "illegal"
    UNTRUE = "untrue"
    UNFAIR = "unfair"
    PRIVACY = "privacy"
    REFUSED_WRONGLY = "refused_wrongly"
    OTHER = "other"


class From(msgspec.Struct, frozen=True, kw_only=True):
    """Through which key something comes."""

    project: ProjectId
    key: KeyId
    zero_retention: bool = False


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever flagged may know of it later."""

    flag: str
    settled: bool
    something_was_done: bool


def flag(tx: Transaction, office: Office, exchange: str, wrong: Wrong, said: str | None, *, through: From) -> Case:
    """Take a flag in. Raises NoSuchExchange, BadWords, FilingSuspended."""
    found = office.exchanges(tx, exchange)
    if found is None or found.project != through.project:
        raise NoSuchExchange(exchange)
    filers.require_heard(tx, office, found.account, filers.Files.NOTICES)
    kept = None if through.zero_retention or found.zero_retention or not said else said
    refused = found.decisions[-1] if wrong is Wrong.REFUSED_WRONGLY and found.decisions else None
    opening = of_exchange(
        found,
        Origin.FLAG,
        f"flag:{new_id('fl')}",
        about=refused,
        words=None if kept is None else words.checked("flag", kept, LONGEST),
    )
    made, _ = open_case(tx, office, opening, by=through.key)
    filers.filed(tx, office, made, made.account)
    trail(tx, office.edges, made, "flagged", through.key, told={"wrong": wrong.value})
    into = same_already(tx, made)
    if into is not None and into.about == made.about:
        return join(tx, office, made, into, by="seawall")
    return made


def follow(tx: Transaction, case: str, *, through: From) -> Followed:
    """Tell whoever flagged what became of it. Raises NoSuchCase."""
    found = find(tx, case)
    if found.origin is not Origin.FLAG or found.project != through.project:
        raise NoSuchCase(case)
    end = found
    while end.merged_into is not None:
        end = find(tx, end.merged_into)
    return Followed(flag=found.id, settled=end.state is State.DECIDED, something_was_done=_done(tx, end.decision))


def _done(tx: Transaction, decision: DecisionId | None) -> bool:
    if decision is None:
        return False
    body = tx.scalar(select(decisions.c.body).where(decisions.c.id == decision)) or {}
    return body.get("outcome") != Outcome.NOTHING or bool(body.get("reverses"))

"""What rules may know of an account as of a trigger: the same question for the present and for any moment before.

Windows are counted from the exchange's own moment, over triggers up to this one. A clock that was put back or forward
leaves earlier ones outside unless they are nearer than the window, on either side: nothing is counted twice, and what
lies a day apart never counts as ten minutes. A count stops at `MOST`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text

from seawall.enforce.climb import THOUSAND
from seawall.enforce.rules.sightings import Trigger
from seawall.policy.accounts.calls import UNSURE, Counter
from seawall.policy.accounts.expressions import Facts
from seawall.store import Transaction
from seawall.vocabulary.standing import State

MOST = 10_000
_WANTED = """unnest(CAST(:sides AS text[]), CAST(:categories AS text[]), CAST(:seconds AS integer[]),
    CAST(:sure AS boolean[])) WITH ORDINALITY AS w(side, category, seconds, sure, n)"""
_RANGE = """s.side = w.side AND s.category = w.category AND s.at > :at - make_interval(secs => w.seconds)
    AND s.at < :at + make_interval(secs => w.seconds) AND s.trigger <= :seq AND (s.sure OR NOT w.sure)"""
_OF_ACCOUNT = f"""
SELECT w.n, (SELECT count(*) FROM (SELECT 1 FROM enforce_sightings AS s WHERE s.account = :whose AND {_RANGE}
    LIMIT :most) AS found) AS count FROM {_WANTED}
"""  # noqa: S608 - of constants
_OF_KEY = _OF_ACCOUNT.replace("s.account = :whose", "s.key = :whose")
_ACCOUNTS_OF_KEY = f"""
SELECT w.n, (SELECT count(DISTINCT found.account) FROM (SELECT s.account FROM enforce_sightings AS s
    WHERE s.key = :whose AND {_RANGE} LIMIT :most) AS found) AS count FROM {_WANTED}
"""  # noqa: S608 - of constants
# What rules did at this trigger or later is no reason for what they do at it.
_EARLIER = """NOT EXISTS (SELECT 1 FROM enforce_firings AS f WHERE f.decision = t.decision AND f.trigger >= :seq)"""
_STRIKES = """
SELECT coalesce(sum(t.weight), 0) FROM enforce_strikes AS t JOIN enforce_accounts AS a ON a.id = t.account
WHERE t.account = :account AND t.reversed_at IS NULL AND t.act > a.counts_from AND t.at <= :then
    AND t.expires_at > :then
"""
_LABELS = f"""
SELECT DISTINCT t.name FROM enforce_labels AS t WHERE t.account = :account AND t.reversed_at IS NULL AND t.at <= :then
    AND (t.expires_at IS NULL OR t.expires_at > :then) AND (t.ended_at IS NULL OR t.ended_at > :then) AND {_EARLIER}
ORDER BY t.name
"""  # noqa: S608 - of constants
_STATES = f"""
SELECT t.account, t.to_state, t.until FROM enforce_standing_changes AS t
WHERE t.account = ANY(:accounts) AND t.reversed_at IS NULL AND t.at <= :then AND {_EARLIER}
ORDER BY t.account, t.act, t.at, t.id
"""  # noqa: S608 - of constants
_LINKED = """
SELECT DISTINCT theirs.account FROM enforce_references AS ours JOIN enforce_references AS theirs USING (digest, what)
WHERE ours.account = :account AND theirs.account <> :account ORDER BY theirs.account LIMIT 200
"""
_RANKS = {state: rank for rank, state in enumerate(State)}


def facts(tx: Transaction, trigger: Trigger, counters: Iterable[Counter]) -> Facts:
    """Return what is known of an account as of a trigger, with what the counters come to."""
    asked: dict[str, Any] = {"account": trigger.account, "then": trigger.entered_at, "seq": trigger.seq}
    linked = list(tx.scalars(text(_LINKED), asked))
    states = _states(tx, trigger, [trigger.account, *linked])
    whose = "SELECT first_seen, has_end_user FROM enforce_accounts WHERE id = :account"
    known = tx.execute(text(whose), asked).one()
    found = "SELECT DISTINCT category FROM enforce_sightings WHERE exchange = :exchange AND category <> 'any'"
    return Facts(
        age=trigger.at - known.first_seen,
        state=states[trigger.account].value,
        strikes=int(tx.scalar(text(_STRIKES), asked) or 0) / THOUSAND,
        labels=tuple(tx.scalars(text(_LABELS), asked)),
        found=tuple(sorted(tx.scalars(text(found), {"exchange": trigger.exchange}))),
        shared=len(linked),
        linked_states=tuple(states[each].value for each in linked),
        end_user=known.has_end_user,
        counts=counted(tx, trigger, counters),
    )


def counted(tx: Transaction, trigger: Trigger, counters: Iterable[Counter]) -> Mapping[Counter, int]:
    """Return what counters come to as of a trigger, in one question for each kind of them."""
    every, counts = tuple(counters), dict[Counter, int]()
    for statement, whose, functions in (
        (_OF_ACCOUNT, trigger.account, ("count", "suspected", "answers")),
        (_OF_KEY, trigger.key, ("key_count",)),
        (_ACCOUNTS_OF_KEY, trigger.key, ("key_accounts",)),
    ):
        wanted = [each for each in every if each.function in functions]
        if wanted:
            rows = tx.execute(text(statement), _asked(trigger, whose, wanted))
            counts |= {wanted[row.n - 1]: row.count for row in rows}
    return counts


def _asked(trigger: Trigger, whose: str, wanted: list[Counter]) -> dict[str, Any]:
    return {
        "whose": whose,
        "at": trigger.at,
        "seq": trigger.seq,
        "most": MOST,
        "sides": ["output" if each.function == "answers" else "input" for each in wanted],
        "categories": [each.category for each in wanted],
        "seconds": [each.seconds for each in wanted],
        "sure": [each.function not in UNSURE for each in wanted],
    }


def _states(tx: Transaction, trigger: Trigger, accounts: list[str]) -> dict[str, State]:
    """Return the gravest standing of each account that ran then, since it was last good."""
    then: datetime = trigger.entered_at
    states = dict.fromkeys(accounts, State.GOOD)
    for row in tx.execute(text(_STATES), {"accounts": accounts, "then": then, "seq": trigger.seq}):
        state = State(row.to_state)
        if state is State.GOOD:
            states[row.account] = State.GOOD
        elif (row.until is None or row.until > then) and _RANKS[state] > _RANKS[states[row.account]]:
            states[row.account] = state
    return states

"""Ask every rule in force about one decision: in one transaction, once, and one at a time for each key.

Whoever asks twice about a decision finds that it was done. Accounts of one key wait for each other, or two that make a
threshold together would each miss the other. A rule that has no answer is noted as failed and shown; it never counts
as one that did not hold.
"""

from datetime import datetime

import msgspec
from sqlalchemy import func, insert, select, update

from seawall.enforce.accounts import meet
from seawall.enforce.rules.acting import Works, act, target
from seawall.enforce.rules.facts import facts
from seawall.enforce.rules.publishing import in_force
from seawall.enforce.rules.sightings import Trigger, enter
from seawall.enforce.rules.tables import firings
from seawall.enforce.tables import accounts
from seawall.policy.accounts.documents import RuleDoc
from seawall.policy.accounts.expressions import Facts, Unanswered
from seawall.policy.accounts.reading import Rule, RuleSet
from seawall.store import Transaction
from seawall.vocabulary.ids import AccountId, DecisionId, KeyId, new_id
from seawall.vocabulary.records.enforce import AccountRuleFailed
from seawall.vocabulary.seen import Seen

ACTED, WOULD_HAVE, FAILED = "acted", "would_have", "failed"


class Fired(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one rule: it acted, it would have, or it failed."""

    rule: str
    outcome: str
    account: AccountId
    decision: DecisionId | None = None
    error: str | None = None


def ask(tx: Transaction, seen: Seen, decision: DecisionId, works: Works) -> tuple[Fired, ...]:
    """Note what a decision was made on and ask every rule; return what came of it. Nothing where it was done before."""
    one_at_a_time(tx, seen.key)
    _known(tx, seen, works)
    trigger = enter(tx, seen, decision, now=works.clock())
    held = in_force(tx) if trigger is not None else None
    if trigger is None or held is None:
        return ()
    version, rules = held
    known = facts(tx, trigger, rules.counters)
    came = (_one(tx, each, rules, version.version, trigger, known, works) for each in rules.rules)
    return tuple(each for each in came if each is not None)


def one_at_a_time(tx: Transaction, key: KeyId) -> None:
    """Wait for whoever asks about another account of the key, until the transaction ends."""
    tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("seawall.account_rules:" + key, 0))))


def _known(tx: Transaction, seen: Seen, works: Works) -> None:
    meet(
        tx,
        seen.account,
        key=seen.key,
        project=seen.project,
        has_end_user=seen.has_end_user,
        clock=works.clock,
        since=seen.since,
    )
    younger = (accounts.c.id == seen.account) & (accounts.c.first_seen > seen.since)
    tx.execute(update(accounts).where(younger).values(first_seen=seen.since))


def _one(
    tx: Transaction, rule: Rule, rules: RuleSet, version: int, trigger: Trigger, known: Facts, works: Works
) -> Fired | None:
    account = target(rule.document, trigger)
    try:
        if not rule.asks.holds(known):
            return None
        came = Fired(rule=rule.name, outcome=_outcome(rule.document), account=account)
    except Unanswered as error:
        came = Fired(rule=rule.name, outcome=FAILED, account=account, error=str(error))
    if _rests(tx, rule.document, came, trigger.at):
        return None
    if came.outcome == ACTED:
        decision = act(tx, rule.document, rules, version, trigger, works)
        came = msgspec.structs.replace(came, decision=decision)
    elif came.outcome == FAILED:
        _say_failed(tx, came, version, trigger, works)
    _note(tx, came, version, trigger)
    return came


def _outcome(rule: RuleDoc) -> str:
    return ACTED if rule.mode == "enforce" else WOULD_HAVE


def _rests(tx: Transaction, rule: RuleDoc, came: Fired, at: datetime) -> bool:
    """Tell whether a rule came to the same for the account a short while ago, whichever way a clock went since."""
    table, span = firings, rule.again_after
    lately = select(table.c.id).where(
        table.c.account == came.account,
        table.c.rule == rule.name,
        table.c.outcome == came.outcome,
        table.c.at > at - span,
        table.c.at < at + span,
        table.c.reversed_at.is_(None),
    )
    return tx.scalar(lately.limit(1)) is not None


def _note(tx: Transaction, came: Fired, version: int, trigger: Trigger) -> None:
    row = msgspec.structs.asdict(came) | {
        "id": new_id("rf"),
        "trigger": trigger.seq,
        "version": version,
        "key": trigger.key,
        "exchange": trigger.exchange,
        "at": trigger.at,
    }
    tx.execute(insert(firings).values(row))


def _say_failed(tx: Transaction, came: Fired, version: int, trigger: Trigger, works: Works) -> None:
    body = AccountRuleFailed(
        rule=came.rule,
        rules_version=version,
        account=came.account,
        project=trigger.project,
        exchange=trigger.exchange,
        after=trigger.decision,
    )
    works.record(tx, body)

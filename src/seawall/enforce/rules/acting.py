"""What a rule that holds does: one decision, under which everything of it stands and with which it goes again."""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import insert

from seawall.enforce import tables
from seawall.enforce.accounts import Cause, Write, lock, meet, settle
from seawall.enforce.climb import Act, brings, follow
from seawall.enforce.identity import whole_key
from seawall.enforce.labels import label
from seawall.enforce.rules.sightings import Trigger
from seawall.policy.accounts.documents import RuleDoc
from seawall.policy.accounts.reading import RuleSet
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.ids import AccountId, DecisionId, RuleId, new_id
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.records.enforce import AccountRuleApplied
from seawall.vocabulary.standing import Standing, State, limits_of

PREFIX = "account."


class CaseDue(msgspec.Struct, frozen=True, kw_only=True):
    """A case that a rule wants people to settle."""

    rule: RuleId
    decision: DecisionId
    trigger: Trigger


def _no_case(_tx: Transaction, due: CaseDue) -> None:
    raise RuntimeError(f"rule {due.rule} opens a case and nothing is wired that takes it")


class Works(msgspec.Struct, frozen=True, kw_only=True):
    """What acting takes from outside: the ledger, the clock, and whoever opens cases."""

    record: Write
    clock: Clock
    case: Callable[[Transaction, CaseDue], object] = _no_case


def target(rule: RuleDoc, trigger: Trigger) -> AccountId:
    """Return whom a rule is against: the account, or everything of its key."""
    return trigger.account if rule.against == "account" else whole_key(trigger.key)


def act(tx: Transaction, rule: RuleDoc, rules: RuleSet, version: int, trigger: Trigger, works: Works) -> DecisionId:
    """Carry a rule out and return the decision under which it stands."""
    account, decision = target(rule, trigger), DecisionId(new_id("de"))
    if account != trigger.account:
        meet(tx, account, key=trigger.key, project=trigger.project, has_end_user=False, clock=works.clock)
    now = works.clock()
    by_people = rule.then.ban and rules.document.bans == "people"
    sanction = None if by_people else imposed(rule, now)
    _impose(tx, account, rule, sanction, decision, trigger, works)
    for each in rule.then.labels:
        label(
            tx,
            account,
            each.name,
            by=None,
            reason_code=rule.name,
            until=_until(now, each.for_),
            decision=decision,
            record=works.record,
            clock=works.clock,
        )
    opens = rule.then.case or by_people
    body = AccountRuleApplied(
        decision=decision,
        rule=rule.name,
        rules_version=version,
        account=account,
        project=trigger.project,
        exchange=trigger.exchange,
        after=trigger.decision,
        measure=_measure(sanction),
        labels=tuple(each.name for each in rule.then.labels),
        opens_case=opens,
    )
    works.record(tx, body)
    if opens:
        works.case(tx, CaseDue(rule=RuleId(PREFIX + rule.name), decision=decision, trigger=trigger))
    return decision


def imposed(rule: RuleDoc, now: datetime) -> Standing | None:
    """Return what a rule imposes by itself; None where it only labels or asks people."""
    then = rule.then
    if then.ban:
        return Standing(state=State.BANNED)
    if then.suspend is not None:
        return Standing(state=State.SUSPENDED, until=now + then.suspend.for_)
    if then.restrict is not None:
        given = then.restrict
        limits = limits_of(tools=given.tools, media=given.media, without_models=given.without_models)
        until = now + given.for_
        return Standing(state=State.RESTRICTED, until=until, per_minute=given.per_minute, limits=limits)
    return None if then.warn is None else Standing(state=State.WARNED, until=now + then.warn.for_)


def _impose(
    tx: Transaction,
    account: AccountId,
    rule: RuleDoc,
    sanction: Standing | None,
    decision: DecisionId,
    trigger: Trigger,
    works: Works,
) -> None:
    held, now = lock(tx, account), works.clock()
    row = {
        "account": account,
        "decision": decision,
        "exchange": trigger.exchange,
        "measure": _measure(sanction),
        "because": [PREFIX + rule.name],
        "sanction": msgspec.to_builtins(sanction) if sanction else None,
        "clears": False,
        "at": now,
    }
    seq = tx.scalar(insert(tables.acts).values(row).returning(tables.acts.c.seq)) or 0
    done = Act(seq=seq, at=now, sanction=sanction)
    brought = brings((), done, has_end_user=held.has_end_user)
    timeline = follow(held.timeline, brought, done)
    cause = Cause(what="rule", act=seq, decision=decision)
    settle(tx, held, timeline, held.weight, cause=cause, now=now, record=works.record, brought=brought)


def _measure(sanction: Standing | None) -> str:
    words = {State.WARNED: Measure.WARN, State.RESTRICTED: Measure.RESTRICT, State.SUSPENDED: Measure.SUSPEND}
    return (Measure.ALLOW if sanction is None else words.get(sanction.state, Measure.BAN)).value


def _until(now: datetime, lasting: timedelta | None) -> datetime | None:
    return None if lasting is None else now + lasting

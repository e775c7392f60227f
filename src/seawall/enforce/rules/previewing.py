"""What rules would have done to the past: every trigger asked again, as of its own moment, nothing written.

Labels, strikes, standings and sightings are those of the moment; references are those of today. What the rules
themselves would have set in motion, such as a label that another one asks for, did not happen and is not imagined.
"""

from collections import defaultdict
from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from seawall.enforce.rules.acting import target
from seawall.enforce.rules.facts import facts
from seawall.enforce.rules.sightings import Trigger, as_trigger
from seawall.enforce.rules.tables import rule_previews, triggers
from seawall.policy.accounts.documents import RuleDoc
from seawall.policy.accounts.expressions import Unanswered
from seawall.policy.accounts.reading import RuleSet
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock

LISTED = 20


class RulePreview(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule would have done: how often, to how many accounts, the first of them, and how often it failed."""

    rule: str
    mode: str
    does: str
    fired: int
    accounts: int
    failed: int
    listed: tuple[str, ...]


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What rules would have done at `tried` decisions since a moment; there were more where it is not `whole`."""

    digest: str
    since: datetime
    tried: int
    whole: bool
    rules: tuple[RulePreview, ...]


class _Tally(msgspec.Struct):
    fired: int = 0
    failed: int = 0
    accounts: dict[str, datetime] = msgspec.field(default_factory=dict)


def preview(tx: Transaction, rules: RuleSet, *, since: datetime, limit: int = 10_000) -> Preview:
    """Ask rules about the decisions since a moment, the newest `limit` of them in their order."""
    newest = select(triggers).where(triggers.c.at >= since).order_by(triggers.c.seq.desc()).limit(limit + 1)
    rows = list(tx.execute(newest).mappings())
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    for row in reversed(rows[:limit]):
        _ask(tx, rules, as_trigger(row), tallies)
    return Preview(
        digest=rules.digest,
        since=since,
        tried=min(len(rows), limit),
        whole=len(rows) <= limit,
        rules=tuple(_told(each.document, tallies[each.name]) for each in rules.rules),
    )


def keep(tx: Transaction, made: Preview, *, clock: Clock) -> None:
    """Keep a preview beside the rules that it is of, in place of an earlier one."""
    row = {"digest": made.digest, "body": msgspec.to_builtins(made), "at": clock()}
    put = insert(rule_previews).values(row)
    tx.execute(put.on_conflict_do_update(index_elements=["digest"], set_={"body": row["body"], "at": row["at"]}))


def kept_preview(tx: Transaction, digest: str) -> Preview | None:
    """Return the preview that was made of rules; None where none was."""
    body = tx.scalar(select(rule_previews.c.body).where(rule_previews.c.digest == digest))
    return None if body is None else msgspec.convert(body, Preview)


def _ask(tx: Transaction, rules: RuleSet, trigger: Trigger, tallies: dict[str, _Tally]) -> None:
    known = facts(tx, trigger, rules.counters)
    for rule in rules.rules:
        tally, account = tallies[rule.name], target(rule.document, trigger)
        try:
            if not rule.asks.holds(known):
                continue
        except Unanswered:
            tally.failed += 1
            continue
        before = tally.accounts.get(account)
        if before is None or abs(trigger.at - before) >= rule.document.again_after:
            tally.fired += 1
            tally.accounts[account] = trigger.at


def _told(rule: RuleDoc, tally: _Tally) -> RulePreview:
    return RulePreview(
        rule=rule.name,
        mode=rule.mode,
        does=does(rule),
        fired=tally.fired,
        accounts=len(tally.accounts),
        failed=tally.failed,
        listed=tuple(tally.accounts)[:LISTED],
    )


def does(rule: RuleDoc) -> str:
    """Say in a few words what a rule does."""
    labels = [f"label {each.name}" for each in rule.then.labels]
    asks = ["open a case"] if rule.then.case else []
    whom = " the whole key" if rule.against == "key" else ""
    return ", ".join([*(each + whom for each in rule.then.measures), *labels, *asks])

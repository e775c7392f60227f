"""What an evidence rule makes of records, and how it stands at a moment. Pure.

    matches(pick, kind, body) -> Seen -> standing(rule, seen, now)

A count holds until the record that carries it is too old. A rule of every one holds while nothing that was due is
missing; what came late heals it. Records carry a state by their id, so that anybody can look them up.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec

from seawall.commitments.documents import Count, Every, Pick, Rule
from seawall.commitments.model import State

SHOWN = 5
_LONGEST_LEAD = timedelta(days=14)


class Carried(msgspec.Struct, frozen=True):
    """A record that carries a state, or that one waits for."""

    record: str
    at: datetime


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule found so far: how many, the newest of them, and what is still to come, the oldest first."""

    total: int = 0
    newest: tuple[Carried, ...] = ()
    open: int = 0
    missing: tuple[Carried, ...] = ()


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a rule stands. `lapses_at` is when it stops to hold, or did; None where nothing runs out."""

    rule: str
    says: str
    state: State
    total: int
    open: int = 0
    records: tuple[Carried, ...] = ()
    missing: tuple[Carried, ...] = ()
    lapses_at: datetime | None = None


def digest(rule: Rule) -> str:
    """Return the name of exactly what a rule asks; another wording of it is no other rule."""
    return sha256(msgspec.json.encode((rule.count, rule.every), order="sorted")).hexdigest()


def kinds(rule: Rule) -> frozenset[str]:
    """Return the kinds of records that a rule looks at."""
    return frozenset(pick.kind for pick in (*wanted(rule), *had(rule)))


def wanted(rule: Rule) -> tuple[Pick, ...]:
    """Return what is counted, or of which every one wants another."""
    if rule.every is not None:
        return (rule.every.of,)
    return rule.count.of if rule.count is not None else ()


def had(rule: Rule) -> tuple[Pick, ...]:
    """Return what a rule of every one asks for."""
    return rule.every.has if rule.every is not None else ()


def matches(picks: Sequence[Pick], kind: str, body: Mapping[str, Any]) -> bool:
    """Tell whether a record is one of these."""
    return any(pick.kind == kind and all(_is(body.get(k), v) for k, v in pick.where.items()) for pick in picks)


def standing(rule: Rule, seen: Seen, now: datetime) -> Standing:
    """Return how a rule stands at a moment."""
    if rule.count is not None:
        state, lapses_at = _count(rule.count, seen, now)
        carrying = seen.newest[: max(rule.count.at_least, SHOWN)]
    else:
        state, lapses_at = _every(rule.every, seen, now) if rule.every is not None else (State.NOT_STARTED, None)
        carrying = seen.newest[:SHOWN]
    return Standing(
        rule=rule.id,
        says=rule.says,
        state=state,
        total=seen.total,
        open=seen.open,
        records=carrying,
        missing=seen.missing,
        lapses_at=lapses_at,
    )


def until(lapses_at: datetime, whole: timedelta, now: datetime) -> State:
    """Return whether something holds, runs out soon or has run out; `whole` is how long it holds from its beginning."""
    if now >= lapses_at:
        return State.LAPSED
    return State.LAPSING if now >= lapses_at - lead(whole) else State.KEPT


def lead(whole: timedelta) -> timedelta:
    """Return how long before its end something counts as running out: a quarter of its time, two weeks at most."""
    return min(_LONGEST_LEAD, whole / 4)


def _count(count: Count, seen: Seen, now: datetime) -> tuple[State, datetime | None]:
    if seen.total == 0:
        return State.NOT_STARTED, None
    if len(seen.newest) < count.at_least:
        # Some are there and never were enough: nothing has run out.
        return State.NOT_STARTED, None
    if count.within_days is None:
        return State.KEPT, None
    within = timedelta(days=count.within_days)
    lapses_at = seen.newest[count.at_least - 1].at + within
    return until(lapses_at, within, now), lapses_at


def _every(every: Every, seen: Seen, now: datetime) -> tuple[State, datetime | None]:
    if seen.total == 0:
        return State.NOT_STARTED, None
    if not seen.missing:
        return State.KEPT, None
    within = timedelta(days=every.within_days)
    lapses_at = seen.missing[0].at + within
    return until(lapses_at, within, now), lapses_at


def _is(found: Any, wanted_: Any) -> bool:
    any_of = wanted_ if isinstance(wanted_, tuple) else (wanted_,)
    held = found if isinstance(found, list | tuple) else (found,)
    # `True == 1` in Python, and no rule means that.
    return any(type(each) is type(one) and each == one for each in held for one in any_of)

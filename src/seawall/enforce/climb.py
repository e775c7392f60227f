"""What standing follows from what was done to an account: pure, the same going forward and when something is undone.

Every act imposes sanctions, each with an end of its own: a strike those of every step of the ladder that is reached,
a measure, a rule or a person exactly one. The standing at a moment is the gravest sanction that still runs, and of
restrictions all that run together. So a restriction of a month outlasts a suspension of a day, and acts of one moment
come to the same in any order.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from seawall.vocabulary.ids import StrikeId
from seawall.vocabulary.ladder import Ladder, Step
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.standing import GOOD, Standing, State

Timeline = tuple[Standing, ...]
"""What holds, gravest first, each outlasting those before or adding a limit to them."""

THOUSAND = 1000
_RANKS = {state: rank for rank, state in enumerate(State)}


class Strike(msgspec.Struct, frozen=True, kw_only=True):
    """A counted violation; `weight` is in thousandths."""

    id: StrikeId
    weight: int
    at: datetime
    expires_at: datetime


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One thing done to an account. `clears` lifts every sanction and lets no earlier strike count any more."""

    seq: int
    at: datetime
    strikes: tuple[Strike, ...] = ()
    sanction: Standing | None = None
    clears: bool = False
    ladder: Ladder = Ladder()


class Masked(msgspec.Struct, frozen=True, kw_only=True):
    """What an act brought that does not show at once: `waits`, gravest first, because `behind` holds meanwhile.

    `cause` is that of the act, as a change of standing would have it.
    """

    cause: str
    waits: Timeline
    behind: Standing


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """Where an account is after its acts: `after` has the standing that each of them left, by its number.

    `brought` has the sanctions that each of them brought, shown or not.
    """

    timeline: Timeline = ()
    counting: tuple[Strike, ...] = ()
    after: dict[int, Standing] = {}
    brought: dict[int, Timeline] = {}


def replay(acts: Iterable[Act], *, has_end_user: bool) -> Outcome:
    """Return what follows from acts in their order, as though there had never been any others."""
    timeline: Timeline = ()
    counting: tuple[Strike, ...] = ()
    after, brought = {}, {}
    for act in acts:
        counting = act.strikes if act.clears else counting + act.strikes
        brought[act.seq] = brings(counting, act, has_end_user=has_end_user)
        timeline = follow(timeline, brought[act.seq], act)
        after[act.seq] = head(timeline, act.at)
    return Outcome(timeline=timeline, counting=counting, after=after, brought=brought)


def brings(counting: Sequence[Strike], act: Act, *, has_end_user: bool) -> Timeline:
    """Return the sanctions that an act brings; `counting` are the strikes that count, its own among them."""
    imposed = [act.sanction] if act.sanction else []
    if act.strikes:
        imposed += [sanction for _, sanction in reached(act.ladder, counting, act.at, has_end_user=has_end_user)]
    return tuple(imposed)


def follow(timeline: Timeline, brought: Timeline, act: Act) -> Timeline:
    """Return the timeline after one more act and what it brought."""
    return merged(brought if act.clears else [*timeline, *brought], act.at)


def hidden(before: Timeline, after: Timeline, brought: Timeline, now: datetime) -> Timeline:
    """Return what an act brought that does not show now, as something graver holds, gravest first.

    What was to come already is no news; a warning is none where anything graver came of the same act.
    """
    fresh = [each for each in after if each in brought and each not in before]
    if not fresh:
        return _covered(after, brought)
    behind = [each for each in fresh if _without(after, each, now) == head(after, now)]
    graver = tuple(each for each in behind if each.state is not State.WARNED)
    return graver if graver or len(behind) < len(fresh) else tuple(behind)


def _covered(after: Timeline, brought: Timeline) -> Timeline:
    """Return the gravest of what an act brought, where what holds outlasts even that."""
    gravest = max(brought, key=_gravity, default=None)
    if gravest is None or gravest in after or gravest.state is State.WARNED:
        return ()
    return (gravest,)


def _without(timeline: Timeline, one: Standing, now: datetime) -> Standing:
    return head(tuple(each for each in timeline if each is not one), now)


def reached(
    ladder: Ladder, counting: Sequence[Strike], at: datetime, *, has_end_user: bool
) -> list[tuple[Step, Standing]]:
    """Return every step whose weight the strikes reach at a moment, with what it imposes."""
    found = []
    for step in ladder.steps:
        since = None if step.within_s is None else at - timedelta(seconds=step.within_s)
        heavy = weight([strike for strike in counting if since is None or strike.at > since], at)
        if heavy >= round(step.at_weight * THOUSAND):
            found.append((step, _imposed(step, ladder, at, has_end_user)))
    return found


def _imposed(step: Step, ladder: Ladder, at: datetime, has_end_user: bool) -> Standing:
    if not has_end_user and step.state in (State.SUSPENDED, State.BANNED):
        return _restricted(ladder, at)
    until = None if step.for_s is None else at + timedelta(seconds=step.for_s)
    return Standing(state=step.state, until=until, per_minute=step.per_minute)


def ordered(measure: Measure, ladder: Ladder, at: datetime, *, has_end_user: bool) -> Standing | None:
    """Return the sanction that a measure is by itself, or None for one that is about the exchange alone."""
    if measure not in (Measure.RESTRICT, Measure.SUSPEND, Measure.BAN):
        return None
    if measure is Measure.RESTRICT or not has_end_user:
        return _restricted(ladder, at)
    if measure is Measure.BAN:
        return Standing(state=State.BANNED)
    until = None if ladder.suspend_for_s is None else at + timedelta(seconds=ladder.suspend_for_s)
    return Standing(state=State.SUSPENDED, until=until)


def _restricted(ladder: Ladder, at: datetime) -> Standing:
    until = at + timedelta(seconds=ladder.restrict_for_s)
    return Standing(state=State.RESTRICTED, until=until, per_minute=ladder.restrict_per_minute)


def merged(sanctions: Iterable[Standing], now: datetime) -> Timeline:
    """Return the sanctions that make a difference now or later: those that no graver one outlasts and covers."""
    running = [each for each in sanctions if each.until is None or each.until > now]
    kept: list[Standing] = []
    for each in sorted(running, key=_gravity, reverse=True):
        if not any(_covers(graver, each) for graver in kept):
            kept.append(each)
    return tuple(kept)


def _gravity(sanction: Standing) -> tuple[int, float, bool, float, int, tuple[str, ...]]:
    rate = -float(sanction.per_minute or math.inf)
    until = sanction.until
    lasting = until.timestamp() if until else 0.0
    return (_RANKS[sanction.state], rate, until is None, lasting, len(sanction.limits), sanction.limits)


def _covers(graver: Standing, other: Standing) -> bool:
    lasts = graver.until is None or (other.until is not None and graver.until >= other.until)
    return lasts and (graver.refused or set(graver.limits) >= set(other.limits))


def head(timeline: Timeline, now: datetime) -> Standing:
    """Return what holds at a moment: the gravest that runs, and with it every limit of the others that run."""
    running = [each for each in timeline if each.until is None or each.until > now]
    if not running:
        return GOOD
    if running[0].state is not State.RESTRICTED or len(running) == 1:
        return running[0]
    return _together([each for each in running if each.state is State.RESTRICTED])


def _together(restrictions: Sequence[Standing]) -> Standing:
    """Return several restrictions as one. It ends when the first of those ends that add to it: then others hold on."""
    slowest, limits = restrictions[0].per_minute, set[str]()
    adding = list[Standing]()
    for each in restrictions:
        if each is restrictions[0] or not limits.issuperset(each.limits):
            adding.append(each)
            limits.update(each.limits)
    ends = [each.until for each in adding if each.until is not None]
    return Standing(
        state=State.RESTRICTED,
        until=min(ends) if ends else None,
        per_minute=slowest,
        limits=tuple(sorted(limits)),
    )


def weight(counting: Iterable[Strike], now: datetime) -> int:
    """Return what the strikes that have not expired weigh together, in thousandths."""
    return sum(strike.weight for strike in counting if strike.expires_at > now)

"""The strike ladder: at which weight of strikes an account is warned, restricted, suspended or banned.

The policy compiles it, enforce climbs it. Pure data; a ladder that makes no sense cannot be made. Every step that
is reached applies with an end of its own, so a restriction outlasts the shorter suspension above it.
"""

import math

import msgspec

from seawall.vocabulary.errors import InvalidInput
from seawall.vocabulary.standing import State

LONGEST_S = 100 * 365 * 86_400
"""The longest time that a step or a strike may last; what has no end says None."""


class MalformedLadder(InvalidInput):
    """A strike ladder contradicts itself."""

    code = "ladder.malformed"


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What the account becomes once its active strikes weigh `at_weight` or more.

    `for_s` is how long that lasts (None: until somebody lifts it); `per_minute` is the rate of a restricted account;
    with `within_s` only strikes of the last so many seconds count for this step.
    """

    at_weight: float
    state: State
    for_s: int | None = None
    per_minute: int | None = None
    within_s: int | None = None


class Ladder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The steps, and what the measures restrict and suspend come to when a rule orders them directly.

    An account without an end user is a whole key: whatever would suspend or ban it restricts it instead, as
    `restrict_per_minute` and `restrict_for_s` say. `suspend_for_s` may be None: until somebody lifts it.
    """

    steps: tuple[Step, ...] = ()
    restrict_per_minute: int = 6
    restrict_for_s: int = 86_400
    suspend_for_s: int | None = 7 * 86_400

    def __post_init__(self) -> None:
        """Refuse what contradicts itself. Raises MalformedLadder."""
        for number, step in enumerate(self.steps, 1):
            problem = _problem(step)
            if problem:
                raise MalformedLadder(
                    f"Step {number} of the strike ladder {problem}.",
                    hint="A step has at_weight, state, and where they apply for_s, per_minute and within_s.",
                )
        if len(set(self.steps)) < len(self.steps):
            raise MalformedLadder("Two steps of the strike ladder are the same.", hint="Remove one of them.")
        for name in ("restrict_per_minute", "restrict_for_s", "suspend_for_s"):
            value = getattr(self, name)
            if value is not None and not 1 <= value <= LONGEST_S:
                raise MalformedLadder(
                    f"{name} of the strike ladder is {value}.", hint=f"It lies between 1 and {LONGEST_S}."
                )


def _problem(step: Step) -> str:
    if not (math.isfinite(step.at_weight) and step.at_weight > 0):
        return f"is reached at weight {step.at_weight}, which must be more than 0"
    if step.state is State.GOOD:
        return "leads to 'good', which needs no step"
    for name, seconds in (("for_s", step.for_s), ("within_s", step.within_s)):
        if seconds is not None and not 1 <= seconds <= LONGEST_S:
            return f"has {name} {seconds}, which must lie between 1 and {LONGEST_S}"
    if step.state is State.RESTRICTED and (step.per_minute is None or step.per_minute < 1):
        return "restricts without a rate: per_minute must be 1 or more"
    if step.state is not State.RESTRICTED and step.per_minute is not None:
        return f"has a rate of {step.per_minute} per minute, but its state is {step.state.value!r}"
    return ""

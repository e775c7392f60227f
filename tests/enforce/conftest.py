"""A ladder, a list that remembers what was recorded, and short words for holding decisions against accounts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest

from seawall.enforce import apply, reverse
from seawall.store import Transaction
from seawall.vocabulary.decisions import StrikeDue, Verdict
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, RuleId
from seawall.vocabulary.ladder import Ladder, Step
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.records import Record
from seawall.vocabulary.standing import Standing, State
from tests.conftest import FrozenClock
from tests.enforce.rules import KEY, PROJECT, SOMEBODY, Clerk

DAY = 86_400

LADDER = Ladder(
    steps=(
        Step(at_weight=1, state=State.WARNED, for_s=30 * DAY),
        Step(at_weight=2, state=State.RESTRICTED, for_s=14 * DAY, per_minute=3),
        Step(at_weight=3, state=State.SUSPENDED, for_s=7 * DAY),
        Step(at_weight=5, state=State.BANNED),
    ),
    restrict_per_minute=4,
    restrict_for_s=2 * DAY,
    suspend_for_s=3 * DAY,
)


def violation(
    *weights: float, measure: Measure = Measure.WITHHOLD, days: float = 90, rule: str = "jailbreak.pattern"
) -> Verdict:
    """A verdict that brings one strike for each weight."""
    strikes = tuple(
        StrikeDue(rule=RuleId(rule), category="jailbreak", weight=weight, expires_after_s=round(days * DAY))
        for weight in weights
    )
    return Verdict(measure=measure, because=(RuleId(rule),), strikes=strikes)


@dataclass
class Court:
    """Holds decisions against accounts and remembers what was recorded."""

    clock: FrozenClock
    records: list[Record] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def record(self, _tx: Transaction, body: Record) -> None:
        self.records.append(body)

    @property
    def kinds(self) -> list[str]:
        return [record.kind for record in self.records]

    def holds(
        self,
        tx: Transaction,
        verdict: Verdict,
        *,
        account: AccountId = SOMEBODY,
        decision: str = "",
        has_end_user: bool = True,
        ladder: Ladder = LADDER,
    ) -> Standing:
        number = next(self.numbers)
        return apply(
            tx,
            decision=DecisionId(decision or f"de_{number}"),
            exchange=ExchangeId(f"ex_{number}"),
            account=account,
            key=KEY,
            project=PROJECT,
            has_end_user=has_end_user,
            verdict=verdict,
            ladder=ladder,
            record=self.record,
            clock=self.clock,
        )

    def reverses(self, tx: Transaction, decision: str) -> Standing:
        return reverse(
            tx,
            DecisionId(decision),
            by="reviewer_1",
            reason_code="appeal_upheld",
            record=self.record,
            clock=self.clock,
        )


@pytest.fixture
def court(clock: FrozenClock) -> Court:
    return Court(clock)


@pytest.fixture
def clerk(court: Court, clock: FrozenClock) -> Clerk:
    return Clerk(clock, court.record)

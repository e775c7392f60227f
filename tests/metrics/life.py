"""Half a year of decisions at random, the same again for a seed: machines, flags, reports, cases, merges, appeals."""

from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any

from seawall.cases import Outcome, appeals, claims, deciding, merging, open_case
from seawall.cases.decided import find
from seawall.cases.errors import SameHuman
from seawall.cases.feedback import Answer, Given, answering, reading, taking
from seawall.cases.flags import Wrong, flag
from seawall.cases.model import Case, Origin, State
from seawall.cases.opening import of_exchange
from seawall.cases.samples import review, waiting
from seawall.store import Transaction
from seawall.vocabulary.categories import Category
from seawall.vocabulary.ids import AccountId
from seawall.vocabulary.measures import Measure
from tests.cases.conftest import THROUGH, ruling
from tests.metrics.conftest import World

PLAIN = (Category.JAILBREAK, Category.HATE, Category.CYBER)
MEASURES = (Measure.WARN, Measure.WITHHOLD, Measure.WITHHOLD, Measure.RESTRICT, Measure.SUSPEND, Measure.BAN)


class Life:
    """What happens."""

    def __init__(self, world: World, tx: Transaction, seed: int) -> None:
        self.world, self.tx, self.chance = world, tx, Random(seed)
        roles = ("senior_reviewer", "child_safety_reviewer")
        self.staff = [world.person(tx, name, *roles) for name in ("ada", "bob", "cid", "dan", "eve")]
        # Chance of their own, so that the rest of a life is the same with them.
        self.said = Random(seed + 1)
        self.accounts = [AccountId(f"ac_{number}") for number in range(600)]

    def goes_by(self, machines: int, cases: int) -> None:
        """Let machines decide so often, and people about so many cases."""
        last: Case | None = None
        for number in range(machines):
            self.world.clock.advance(minutes=self.chance.randint(1, 200))
            account = self.chance.choice(self.accounts)
            self.world.machine_decides(self.tx, account, self.chance.choice(MEASURES), self.chance.choice((0.5, 1.0)))
            if number % (machines // cases):
                continue
            self._says()
            case = self._case(account)
            if last is not None and self._same(last, case):
                merging.merge(self.tx, self.world.office, last.id, [case.id], by=self.staff[0].id)
                case = last
            if self.chance.random() < 0.1:
                last = case
            elif case.state is not State.MERGED:
                self._settled(case)
        self._looked_at_again()

    def _says(self) -> None:
        """Let somebody say something of a commitment, and somebody answer what was said before."""
        about = self.said.choice(("hiroshima", "thorn", "munich"))
        given = Given(framework=about, about=about, words="It is late.")
        taking.take(self.tx, self.world.office, given)
        waits = reading.every(self.tx, only_open=True)
        if self.said.random() < 0.9:
            one = self.said.choice(waits)
            answering.answer(self.tx, self.world.office, one.id, Answer(words="It is not."), by=self.staff[0].id)

    def _case(self, account: AccountId) -> Case:
        category = Category.CHILD_SEXUAL_EXPLOITATION if self.chance.random() < 0.08 else self.chance.choice(PLAIN)
        found, what = self.world.exchange(category, account=account), self.chance.random()
        if what < 0.4:
            first = flag(self.tx, self.world.office, found.exchange, Wrong.HARMFUL, "So it is.", through=THROUGH)
            if self.chance.random() < 0.3:
                flag(self.tx, self.world.office, found.exchange, Wrong.OTHER, None, through=THROUGH)
            return first
        origin = Origin.REPORT if what < 0.6 else Origin.ESCALATION
        machine = found.decisions[0] if what > 0.7 else None
        opening = of_exchange(
            found, origin, f"life:{found.exchange}", about=machine, detected_automatically=origin is Origin.ESCALATION
        )
        return open_case(self.tx, self.world.office, opening, by="seawall")[0]

    def _same(self, one: Case, other: Case) -> bool:
        """Make it so that two cases now and then are one thing."""
        fits = one.account == other.account and one.sealed == other.sealed and other.about is None
        return fits and one.id != other.id and other.state is State.OPEN

    def _settled(self, case: Case) -> None:
        outcome = self.chance.choice(tuple(Outcome))
        more: dict[str, Any] = {"about_right": self.chance.random() < 0.7} if case.about else {}
        more |= {"until": self.world.clock() + timedelta(days=9)} if outcome is Outcome.SUSPEND else {}
        more |= {"per_minute": 3} if outcome is Outcome.RESTRICT else {}
        settled = self._through(case, outcome, **more)
        if settled.decision and find(self.tx, settled.decision).appeal_until and self.chance.random() < 0.4:
            appeal = appeals.file(self.tx, self.world.office, settled.decision, "It was not me.", through=THROUGH)
            milder = outcome is Outcome.BAN and self.chance.random() < 0.3
            right = not milder and self.chance.random() < 0.6
            self._through(appeal, Outcome.WARN if milder else Outcome.NOTHING, about_right=right)

    def _through(self, case: Case, outcome: Outcome, **more: Any) -> Case:
        for who in self.chance.sample(self.staff, len(self.staff)):
            self.world.clock.advance(minutes=self.chance.randint(1, 90))
            with suppress(SameHuman):
                claims.claim(self.tx, self.world.office, case.id, by=who.id)
                case = deciding.decide(self.tx, self.world.office, case.id, ruling(outcome, **more), by=who.id)
            if case.state is State.DECIDED:
                break
        return case

    def _looked_at_again(self) -> None:
        drawn = [waiting(self.tx, reader="", sealed=sealed, limit=500) for sealed in (False, True)]
        for sample in (each for found in drawn for each in found):
            agrees = find(self.tx, sample.decision).outcome
            outcome = agrees if self.chance.random() < 0.8 else self.chance.choice(tuple(Outcome))
            for who in self.staff:
                with suppress(SameHuman):
                    review(self.tx, self.world.office, sample.decision, outcome, by=who.id)
                    break

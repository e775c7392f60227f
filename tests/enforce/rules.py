"""A clerk who asks rules about decisions as a worker does, on exchanges that a test makes up."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from seawall.enforce.rules.acting import CaseDue, Works
from seawall.enforce.rules.asking import Fired, ask
from seawall.enforce.rules.publishing import latest, publish
from seawall.policy.accounts.reading import read
from seawall.store import Transaction
from seawall.vocabulary.categories import Category
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, KeyId, ProjectId
from seawall.vocabulary.seen import Seen, Sighting
from tests.conftest import FrozenClock

KEY, PROJECT = KeyId("key_1"), ProjectId("pr_1")
SOMEBODY = AccountId("ac_somebody")
BURST = """
rules:
  - name: jailbreak_burst
    says: Three jailbreaks within ten minutes from an account younger than a day.
    when: count("jailbreak", "10m") >= 3 && age < duration("24h")
    then:
      labels: [{name: jailbreaking, for: 30 days}]
      restrict: {for: 2 days, per_minute: 2, tools: false}
    mode: MODE
"""


@dataclass
class Clerk:
    """Puts rules into force and asks them."""

    clock: FrozenClock
    record: Any
    cases: list[CaseDue] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    since: dict[str, Any] = field(default_factory=dict)

    @property
    def works(self) -> Works:
        return Works(record=self.record, clock=self.clock, case=lambda _tx, due: self.cases.append(due))

    def rules(self, tx: Transaction, text: str, *, mode: str = "enforce") -> None:
        """Put rules into force: watched first, as everybody must, then acting."""
        for each in ("monitor", "enforce")[: 1 if mode == "monitor" else 2]:
            before = latest(tx)
            publish(
                tx,
                read(text.replace("MODE", each)),
                by="pe_editor",
                agreed=True,
                replaces=None if before is None else before.digest,
                record=self.record,
                clock=self.clock,
            )

    def seen(
        self, *found: Category, account: AccountId = SOMEBODY, key: KeyId = KEY, sure: bool = True, side: Any = "input"
    ) -> Seen:
        """Make up an exchange in which something was found."""
        number, now = next(self.numbers), self.clock()
        made = tuple(
            Sighting(category=each, side=side, sure=sure, decision=DecisionId(f"de_seen{number}"))
            for each in found or (Category.JAILBREAK,)
        )
        return Seen(
            exchange=ExchangeId(f"ex_seen{number}"),
            project=PROJECT,
            key=key,
            account=account,
            has_end_user=True,
            at=now,
            since=self.since.setdefault(account, now),
            sightings=made,
        )

    def asks(self, tx: Transaction, *found: Category, **more: Any) -> tuple[Fired, ...]:
        """Ask about a new exchange."""
        return self.about(tx, self.seen(*found, **more))

    def about(self, tx: Transaction, seen: Seen) -> tuple[Fired, ...]:
        """Ask about an exchange."""
        return ask(tx, seen, seen.sightings[0].decision, self.works)

"""An office with people in it, exchanges to be about, and short words for what reviewers do."""

from collections.abc import Callable
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from seawall.access.people import Edges, Person
from seawall.access.rights import load as rights
from seawall.cases import Case, Office, Origin, Outcome, Rules, Ruling, claims, deciding, load, open_case
from seawall.cases.flags import From
from seawall.cases.opening import of_exchange
from seawall.cases.rules import read
from seawall.store import Transaction
from seawall.vault import Keystore, Vault
from seawall.vocabulary.categories import Category
from seawall.vocabulary.concerned import Concerned
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, ItemId, KeyId, ProjectId, RuleId
from seawall.vocabulary.retention import Retention
from tests.access.conftest import Ledger, person
from tests.conftest import FrozenClock

PROJECT, KEY, ACCOUNT = ProjectId("pr_1"), KeyId("key_1"), AccountId("ac_somebody")
THROUGH = From(project=PROJECT, key=KEY)
REASON = "This was said before, and you were told."


class Bench:
    """The office of a test, and what reviewers do in it."""

    def __init__(self, edges: Edges, ledger: Ledger, clock: FrozenClock) -> None:
        self.edges, self.ledger, self.clock = edges, ledger, clock
        self.exchanges: dict[str, Concerned] = {}
        self.told: list[tuple[Any, ...]] = []
        self.numbers = count(1)
        self.office = Office(
            edges=edges,
            rights=rights(),
            rules=without_samples(load()),
            exchanges=lambda _tx, exchange: self.exchanges.get(exchange),
            reviewed=lambda _tx, *said: self.told.append(said),
        )

    def ruled(self, document: str) -> None:
        """Work by other rules."""
        self.office = msgspec.structs.replace(self.office, rules=read(document))

    def exchange(
        self, *categories: Category, account: AccountId = ACCOUNT, zero_retention: bool = False, **more: Any
    ) -> Concerned:
        """Make an exchange known that something was decided on."""
        number = next(self.numbers)
        made = Concerned(
            exchange=ExchangeId(f"ex_{number}"),
            project=PROJECT,
            key=KEY,
            account=account,
            has_end_user=True,
            zero_retention=zero_retention,
            at=self.clock(),
            decisions=(DecisionId(f"de_machine{number}"),),
            because=(RuleId("jailbreak.pattern"),),
            categories=categories or (Category.JAILBREAK,),
            **more,
        )
        self.exchanges[made.exchange] = made
        return made

    def kept(self, tx: Transaction, said: str) -> ItemId:
        """Put what somebody wrote into the vault, as the gateway does."""
        return self.edges.vault.put(tx, said.encode(), owner=ACCOUNT, retention=Retention.EXCHANGE)

    def case(self, tx: Transaction, *categories: Category, origin: Origin = Origin.FINDING, **more: Any) -> Case:
        """Open a case about a new exchange."""
        found = self.exchange(*categories, account=more.pop("account", ACCOUNT))
        return open_case(tx, self.office, of_exchange(found, origin, f"test:{found.exchange}", **more), by="seawall")[0]

    def person(self, tx: Transaction, name: str, *roles: str, **more: Any) -> Person:
        """Make somebody with roles; a reviewer where none is named."""
        return person(tx, self.edges, name, *(roles or ("reviewer",)), **more)

    def claims(self, tx: Transaction, case: Case, by: Person) -> Case:
        return claims.claim(tx, self.office, case.id, by=by.id)

    def decides(self, tx: Transaction, case: Case, by: Person, outcome: Outcome | str, **more: Any) -> Case:
        """Claim a case and settle it."""
        claims.claim(tx, self.office, case.id, by=by.id)
        return deciding.decide(tx, self.office, case.id, ruling(outcome, **more), by=by.id)

    def kinds(self) -> list[str]:
        """Return the kinds of records of cases and of what followed, without those of people."""
        return [each for each in self.ledger.kinds if not each.startswith(("person.", "role.", "vault."))]


def ruling(outcome: Outcome | str, *, until: datetime | None = None, **more: Any) -> Ruling:
    """Return a ruling with a reason."""
    given: dict[str, Any] = {"reason_code": "repeated", "reason": REASON}
    return Ruling(outcome=Outcome(outcome), until=until, **given | more)


def without_samples(rules: Rules) -> Rules:
    """Return rules by which nothing is drawn."""
    document = msgspec.structs.replace(rules.document, sample=0.0)
    return msgspec.structs.replace(rules, document=document)


def counted(tx: Transaction, table: str) -> int:
    """Return how many rows a table has."""
    return tx.scalar(text(f"SELECT count(*) FROM {table}")) or 0  # noqa: S608


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def edges(ledger: Ledger, clock: FrozenClock, tmp_path: Path) -> Edges:
    vault = Vault(Keystore(tmp_path / "keystore"), clock)
    return Edges(record=ledger, vault=vault, clock=clock, secret=b"s" * 32)


@pytest.fixture
def bench(edges: Edges, ledger: Ledger, clock: FrozenClock) -> Bench:
    return Bench(edges, ledger, clock)


@pytest.fixture
def reviewer(bench: Bench) -> Callable[..., Person]:
    return bench.person

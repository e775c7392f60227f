"""A house with a product in it, exchanges that went through, and decisions that somebody is told of."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import msgspec
import pytest

from seawall.access import keys, projects
from seawall.access.people import Person
from seawall.cases import Origin, claims, deciding, load, open_case
from seawall.cases.notices import waiting
from seawall.cases.opening import of_exchange
from seawall.policy import ensure_default
from seawall.vocabulary.categories import Category
from seawall.vocabulary.concerned import Concerned
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, RuleId
from seawall.vocabulary.retention import Retention
from seawall.web.house import House
from seawall.web.keyed import From
from tests.cases.conftest import ruling, without_samples
from tests.web.browser import Browser

EVIL = "<script>alert(1)</script>\"'>{{ 7*7 }}"
ACCOUNT = AccountId("ac_somebody")


class Product:
    """The operator's product: its key, what went through it, and what it does with what Seawall tells it."""

    def __init__(self, house: House, home: str, exchanges: dict[str, Concerned]) -> None:
        self.house, self.home, self.exchanges = house, home, exchanges
        ours: Any = {"by": "t", "record": house.edges.record, "clock": house.edges.clock}
        with house.database.begin() as tx:
            ensure_default(tx, record=house.edges.record, clock=house.edges.clock)
            for name in ("demo", "other"):
                projects.create(tx, name, **ours)
            self.key, self.secret = keys.create_key(tx, "demo", "k", **ours)
            _, self.other = keys.create_key(tx, "other", "k", **ours)
            self.project = keys.project_of(tx, self.key)
        self._client = httpx.Client(base_url=home, timeout=20)

    def close(self) -> None:
        self._client.close()

    def ask(self, method: str, path: str, body: Any = None, *, secret: str = "") -> httpx.Response:
        return self._client.request(method, path, json=body, headers={"x-api-key": secret or self.secret})

    def told(self, method: str, path: str, body: Any = None) -> Any:
        reply = self.ask(method, path, body)
        assert reply.status_code in (200, 201), reply.text
        return reply.json()

    def exchange(self, *categories: Category, name: str = "ex_1", said: str = EVIL) -> Concerned:
        """Make an exchange known that a machine decided on."""
        house = self.house
        body = msgspec.json.encode(
            {"system": "SECRET OF THE OPERATOR", "messages": [{"role": "user", "content": said}]}
        )
        with house.database.begin() as tx:
            item = house.edges.vault.put(tx, body, owner=ACCOUNT, retention=Retention.EXCHANGE)
        made = Concerned(
            exchange=ExchangeId(name), project=self.project, key=self.key, account=ACCOUNT, has_end_user=True,
            zero_retention=False, at=house.edges.clock(), decisions=(DecisionId(f"de_{name}"),),
            because=(RuleId("jailbreak.pattern"),), categories=categories or (Category.JAILBREAK,), input_item=item,
            output_item=item, model="small-model",
        )  # fmt: skip
        self.exchanges[name] = made
        return made

    def decision(self, reviewer: Person, *categories: Category, outcome: str = "warn", **more: Any) -> str:
        """Have a reviewer settle a case about an exchange; return the notice that is laid ready."""
        office, name = self.house.office, f"ex_{len(self.exchanges) + 1}"
        assert office is not None
        found = self.exchange(*categories, name=name)
        with self.house.database.begin() as tx:
            case, _ = open_case(tx, office, of_exchange(found, Origin.FINDING, f"test:{name}"), by="seawall")
            claims.claim(tx, office, case.id, by=reviewer.id)
            deciding.decide(tx, office, case.id, ruling(outcome, **more), by=reviewer.id)
            return waiting(tx, office, through=From(project=self.project, key=self.key))[-1].id

    def link(self, notice: str, *, content: bool = False) -> str:
        """Return the path of a link to a notice."""
        return self.path(self.told("POST", f"/api/v1/notices/{notice}/link", {"content": content})["url"])

    def path(self, url: str) -> str:
        assert url.startswith(self.home), url
        return url.removeprefix(self.home)


@pytest.fixture
def house(house: House) -> Iterator[House]:
    """A house whose exchanges are those of the test."""
    assert house.office is not None
    known: dict[str, Concerned] = {}
    office = msgspec.structs.replace(
        house.office, rules=without_samples(load()), exchanges=lambda _tx, name: known.get(name)
    )
    made = msgspec.structs.replace(house, office=office, account=lambda _key, _name: ACCOUNT)
    _known[id(made)] = known
    yield made
    del _known[id(made)]


_known: dict[int, dict[str, Concerned]] = {}


@pytest.fixture
def product(house: House, home: str) -> Iterator[Product]:
    made = Product(house, home, _known[id(house)])
    yield made
    made.close()


@pytest.fixture
def ada(somebody: Callable[..., Person]) -> Person:
    return somebody("ada", "reviewer")


@pytest.fixture
def visitor(home: str) -> Iterator[Browser]:
    """Somebody without an account."""
    made = Browser(home)
    yield made
    made.close()


def sent(visitor: Browser, path: str, **fields: str) -> httpx.Response:
    """Send the form of a page as a browser does that tells no other page where it is."""
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', visitor.get(path).text)
    given = ({"csrf": found[1]} if found else {}) | fields
    return visitor.ask("POST", path, data=given, headers={"origin": "null"})

"""A request of an authority behind its link: told once nothing bars it, pushed as other notices, nothing private."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page
from sqlalchemy import select, update

from seawall.access.people import Person
from seawall.cases.legal import notifying
from seawall.cases.legal.model import Papers, Sender
from seawall.cases.notices import underway
from seawall.gateway.tables import exchanges
from seawall.outbox import endpoints
from seawall.outbox.tables import deliveries, events
from seawall.store import Transaction
from seawall.web.house import House
from tests.access.conftest import Ledger
from tests.cases.legal.conftest import DECEMBER, Desk
from tests.conftest import FrozenClock
from tests.web.browser import Browser
from tests.web.console.conftest import chromium
from tests.web.console.test_browser import looked_at
from tests.web.portal.conftest import ACCOUNT, EVIL, Product, sent
from tests.web.portal.test_browser import seen

__all__ = ["chromium", "seen"]
PAPERS = Papers(agency=EVIL, sender=Sender(name=EVIL), legal_basis=EVIL)


class Bureau:
    """A desk whose requests are about an account of the product."""

    def __init__(self, house: House, product: Product, ledger: Ledger, clock: FrozenClock) -> None:
        self.house, self.product = house, product
        self.desk = Desk(house.edges, ledger, clock)
        edges = house.edges
        with house.database.begin() as tx:
            self.desk.exchange(tx, "ex_legal", DECEMBER + timedelta(days=3), account=ACCOUNT)
            tx.execute(update(exchanges).values(project=product.project, key=product.key))
            endpoints.add(
                tx, project=product.project, url="https://product.example/hook", kinds=("notice.laid",), private=False,
                by="t", vault=edges.vault, record=edges.record, clock=clock,
            )  # fmt: skip

    def asked(self, tx: Transaction, lea: Person, leo: Person, **more: object) -> None:
        self.desk.approved(tx, lea, leo, papers=PAPERS, **more)  # type: ignore[arg-type]

    def told(self, tx: Transaction) -> list[dict[str, object]]:
        return list(tx.scalars(select(events.c.body).order_by(events.c.id)))


@pytest.fixture
def bureau(house: House, product: Product, ledger: Ledger, clock: FrozenClock) -> Bureau:
    return Bureau(house, product, ledger, clock)


@pytest.fixture
def people_of_law(somebody: Callable[..., Person]) -> tuple[Person, Person]:
    return somebody("lea", "legal"), somebody("leo", "legal")


def test_nothing_leaves_before_the_last_bar_ends_and_then_event_and_letter_do_once(
    bureau: Bureau, product: Product, people_of_law: tuple[Person, Person], house: House, clock: FrozenClock
) -> None:
    product.told("PUT", "/api/v1/contacts", {"end_user": "x", "email": "a@example.org", "language": "de"})
    until = clock() + timedelta(days=30)
    with house.database.begin() as tx:
        bureau.asked(tx, *people_of_law, nondisclosure=True, nondisclosure_until=until)
    clock.advance(days=30, seconds=-1)
    with house.database.begin() as tx:
        assert notifying.tell_due(tx, bureau.desk.bureau) == 0
        assert (bureau.told(tx), underway(tx)) == ([], [])
    assert product.told("GET", f"/api/v1/accounts/{ACCOUNT}/notices")["notices"] == []
    clock.advance(seconds=1)
    for _ in range(2):
        with house.database.begin() as tx:
            notifying.tell_due(tx, bureau.desk.bureau)
    with house.database.begin() as tx:
        (told,) = bureau.told(tx)
        (notice,) = underway(tx)
        assert told == {"notice": notice.id, "account": ACCOUNT, "legal_request": notice.legal_request}
        ways = sorted(tx.scalars(select(deliveries.c.channel)))
    assert ways == ["email", "webhook"]
    assert EVIL not in json.dumps(told)
    taken = product.told("POST", f"/api/v1/notices/{notice.id}/given")
    assert taken["given_at"]


def test_its_page_says_what_is_asked_and_names_nobody_in_either_language(
    bureau: Bureau, product: Product, visitor: Browser, people_of_law: tuple[Person, Person], house: House
) -> None:
    with house.database.begin() as tx:
        bureau.asked(tx, *people_of_law)
        (notice,) = underway(tx)
    path = product.link(notice.id)
    shown = visitor.get(path)
    for said in ("A search warrant asks for data of this account.", "what was written and answered", "DE", "8 January"):
        assert said in shown.text, said
    german = visitor.get(f"{path}?language=de").text
    for said in ("Ein Durchsuchungsbeschluss verlangt Daten", "Nichts wird herausgegeben vor", "8. Januar 2026"):
        assert said in german, said
    for page in (shown.text, german):
        assert "<script" not in page
        assert "alert(1)" not in page
        assert ACCOUNT not in page
    assert sent(visitor, path).status_code == 404
    assert sent(visitor, f"{path}/appeal", words="No.").status_code == 404
    other = product.ask("POST", f"/api/v1/notices/{notice.id}/link", {}, secret=product.other)
    assert other.status_code == 404


def test_of_a_key_without_retention_the_notice_waits_and_no_event_leaves(
    bureau: Bureau, product: Product, people_of_law: tuple[Person, Person], house: House
) -> None:
    with house.database.begin() as tx:
        tx.exec_driver_sql("UPDATE access_keys SET zero_retention = true")
        bureau.asked(tx, *people_of_law)
        assert bureau.told(tx) == []
        assert len(underway(tx)) == 1


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_its_page_shuts_nobody_out(
    seen: Page, bureau: Bureau, product: Product, people_of_law: tuple[Person, Person], house: House
) -> None:
    with house.database.begin() as tx:
        bureau.asked(tx, *people_of_law)
        (notice,) = underway(tx)
    wrong = list[str]()
    for language in ("en", "de"):
        seen.goto(f"{product.link(notice.id)}?language={language}")
        wrong += looked_at(seen, f"portal-legal-{language}")
    assert wrong == []

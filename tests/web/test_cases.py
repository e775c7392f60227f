"""`/api/cases`, `/api/appeals`, `/api/v1`: who gets what, what stays hidden from whom, and whole ways through."""

import html
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from seawall.access import keys, projects
from seawall.access.people import Person, roles
from seawall.cases import Origin, load, open_case
from seawall.cases.opening import of_exchange
from seawall.vocabulary.categories import Category
from seawall.vocabulary.concerned import Concerned
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, RuleId
from seawall.vocabulary.retention import Retention
from seawall.web.house import House
from tests.access.conftest import Ledger
from tests.cases.conftest import without_samples
from tests.conftest import FrozenClock
from tests.web.approving import told
from tests.web.browser import Browser

SignIn = Callable[[Person], Browser]
Make = Callable[..., Person]
EVIL = "<script>alert(1)</script>\"'>{{ 7*7 }}"
WARN = {"outcome": "warn", "reason_code": "repeated", "reason": "You were told before."}


class Products:
    """Projects of this house, their keys, and exchanges that went through them."""

    def __init__(self) -> None:
        self.exchanges: dict[str, Concerned] = {}
        self.house: House
        self.secret, self.other = "", ""

    def exchange(self, *categories: Category, name: str = "ex_1", secret: str = "", **more: Any) -> Concerned:
        """Make an exchange known of the project whose key this is."""
        house = self.house
        with house.database.begin() as tx:
            held = keys.find_held(tx, secret or self.secret)
            item = house.edges.vault.put(tx, EVIL.encode(), owner="ac_1", retention=Retention.EXCHANGE)
        made = Concerned(
            exchange=ExchangeId(name), project=held.project, key=held.key, account=AccountId("ac_1"),
            has_end_user=True, zero_retention=False, at=house.edges.clock(), decisions=(DecisionId(f"de_{name}"),),
            because=(RuleId("jailbreak.pattern"),), categories=categories or (Category.JAILBREAK,), input_item=item,
        )  # fmt: skip
        self.exchanges[name] = made
        return made

    def case(self, *categories: Category, **more: Any) -> str:
        found = self.exchange(*categories, **more)
        office = self.house.office
        assert office is not None
        opening = of_exchange(found, Origin.FINDING, f"test:{found.exchange}")
        with self.house.database.begin() as tx:
            return open_case(tx, office, opening, by="seawall")[0].id


@pytest.fixture
def products(house: House) -> Products:
    made = Products()
    ours: Any = {"by": "t", "record": house.edges.record, "clock": house.edges.clock}
    with house.database.begin() as tx:
        for name in ("demo", "other"):
            projects.create(tx, name, **ours)
        _, made.secret = keys.create_key(tx, "demo", "k", **ours)
        _, made.other = keys.create_key(tx, "other", "k", **ours)
    return made


@pytest.fixture
def house(house: House, request: pytest.FixtureRequest) -> House:
    """A house whose exchanges are those of the test."""
    assert house.office is not None
    known: dict[str, Concerned] = {}
    office = msgspec.structs.replace(
        house.office, rules=without_samples(load()), exchanges=lambda _tx, name: known.get(name)
    )
    made = msgspec.structs.replace(house, office=office)
    house_exchanges[id(made)] = known
    return made


house_exchanges: dict[int, dict[str, Concerned]] = {}


@pytest.fixture(autouse=True)
def wired(house: House, products: Products) -> None:
    products.house, products.exchanges = house, house_exchanges[id(house)]


def keyed(browser: Browser, secret: str, method: str, path: str, body: Any = None) -> Any:
    return browser.ask(method, path, json=body, headers={"x-api-key": secret})


def test_a_flag_becomes_a_case_that_a_reviewer_settles_and_whoever_flagged_learns_of_it(
    browser: Browser, products: Products, somebody: Make, signed_in: SignIn, ledger: Ledger
) -> None:
    products.exchange()
    flagged = keyed(browser, products.secret, "POST", "/api/v1/flags",
                    {"exchange": "ex_1", "wrong": "harmful", "words": EVIL})  # fmt: skip
    name = told(flagged, 201)["flag"]
    ada = signed_in(somebody("ada", "reviewer"))
    listed = told(ada.get("/api/cases?origin=flag"))
    assert [each["id"] for each in listed["cases"]] == [name]
    assert told(ada.get("/api/cases/queues")) == [
        {"queue": "general", "unsettled": 1, "claimed": 0, "overdue": 0, "next_due": "2026-01-04T12:00:00Z"}
    ]
    assert told(ada.post("/api/cases/next", {}))["id"] == name
    seen = ada.post(f"/api/cases/{name}/look")
    assert seen.headers["content-type"] == "application/json"
    assert (seen.json()["words"], seen.json()["request"]) == (EVIL, EVIL)
    assert ledger.kinds[-1] == "case.viewed"
    settled = told(ada.post(f"/api/cases/{name}/decide", WARN))
    assert settled["state"] == "decided"
    after = keyed(browser, products.secret, "GET", f"/api/v1/flags/{name}").json()
    assert after == {"flag": name, "settled": True, "something_was_done": True}
    (notice,) = keyed(browser, products.secret, "GET", "/api/v1/notices").json()["notices"]
    assert notice["notice"]["why"] == "You were told before."
    for _ in range(2):
        given = told(keyed(browser, products.secret, "POST", f"/api/v1/notices/{notice['id']}/given"))
        assert given["given_at"] is not None
    assert keyed(browser, products.secret, "GET", "/api/v1/notices").json()["notices"] == []
    assert len(keyed(browser, products.secret, "GET", "/api/v1/accounts/ac_1/notices").json()["notices"]) == 1
    assert ledger.kinds.count("case.notice_given") == 1


def test_nothing_of_another_project_is_there(browser: Browser, products: Products, somebody: Make) -> None:
    products.exchange()
    mine = told(keyed(browser, products.secret, "POST", "/api/v1/flags", {"exchange": "ex_1", "wrong": "other"}), 201)
    for method, path, body in (
        ("POST", "/api/v1/flags", {"exchange": "ex_1", "wrong": "other"}),
        ("GET", f"/api/v1/flags/{mine['flag']}", None),
        ("GET", f"/api/v1/appeals/{mine['flag']}", None),
        ("POST", "/api/v1/appeals", {"decision": "de_ex_1", "exchange": "ex_1", "words": "x"}),
        ("POST", "/api/v1/notices/no_1/given", None),
    ):
        assert keyed(browser, products.other, method, path, body).status_code == 404, path
    assert keyed(browser, products.other, "GET", "/api/v1/accounts/ac_1/notices").json()["notices"] == []


def test_without_a_key_that_works_nothing_is_taken_in(
    browser: Browser, products: Products, house: House, somebody: Make, signed_in: SignIn
) -> None:
    products.exchange()
    body = {"exchange": "ex_1", "wrong": "other"}
    senior = signed_in(somebody("eve", "senior_reviewer"))
    with house.database.begin() as tx:
        (known,) = [each.key for each in keys.list_keys(tx, "other")]
        keys.revoke_key(tx, known, by="t", record=house.edges.record, clock=house.edges.clock)
    for sender, secret in ((browser, "sw_wrong"), (browser, products.other), (browser, ""), (senior, "sw_x")):
        reply = keyed(sender, secret, "POST", "/api/v1/flags", body)
        assert (reply.status_code, reply.json()["error"]["code"]) == (401, "access.key_refused")
    assert senior.post("/api/v1/flags", body).status_code == 401
    with house.database.begin() as tx:
        assert tx.scalar(text("SELECT count(*) FROM cases_cases")) == 0


def test_an_appeal_goes_from_the_person_to_another_reviewer_and_back(
    browser: Browser, products: Products, somebody: Make, signed_in: SignIn, clock: FrozenClock
) -> None:
    case = products.case()
    ada, eve = signed_in(somebody("ada", "senior_reviewer")), signed_in(somebody("eve", "senior_reviewer"))
    until = (clock() + timedelta(days=7)).isoformat()
    ada.post(f"/api/cases/{case}/claim")
    suspended = WARN | {"outcome": "suspend", "until": until}
    decision = told(ada.post(f"/api/cases/{case}/decide", suspended))["decision"]
    filed = told(
        keyed(browser, products.secret, "POST", "/api/v1/appeals", {"decision": decision, "words": EVIL}), 201
    )["appeal"]
    again = keyed(browser, products.secret, "POST", "/api/v1/appeals", {"decision": decision, "words": "x"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "case.appealed_already")
    assert told(ada.get("/api/appeals?state=open"))["appeals"][0]["id"] == filed
    own = ada.post(f"/api/appeals/{filed}/claim")
    assert (own.status_code, own.json()["error"]["code"]) == (403, "case.same_human")
    told(eve.post(f"/api/appeals/{filed}/claim"))
    answer = {"outcome": "nothing", "reason_code": "appeal_upheld", "reason": "It was not you.", "about_right": False}
    told(eve.post(f"/api/appeals/{filed}/decide", answer))
    after = keyed(browser, products.secret, "GET", f"/api/v1/appeals/{filed}").json()
    assert (after["stands"], after["answer"]["why"]) == (False, "It was not you.")
    assert told(ada.get(f"/api/cases/{case}"))["decisions"][0]["reversed_by"] == after["answer"]["decision"]
    assert eve.post(f"/api/appeals/{case}/claim").status_code == 404


def test_staff_file_an_appeal_for_somebody_who_wrote(
    products: Products, house: House, somebody: Make, signed_in: SignIn
) -> None:
    products.exchange()
    with house.database.begin() as tx:
        held = keys.find_held(tx, products.secret)
    ada = signed_in(somebody("ada", "reviewer"))
    given = {"decision": "de_ex_1", "exchange": "ex_1", "key": held.key, "words": "It was not me."}
    assert told(ada.post("/api/appeals", given))["origin"] == "appeal"
    assert ada.post("/api/appeals", given | {"key": "key_none"}).status_code == 404


def test_a_reviewer_who_loses_the_role_in_mid_case_settles_nothing(
    products: Products, house: House, somebody: Make, signed_in: SignIn
) -> None:
    case, person = products.case(), somebody("ada", "reviewer")
    ada = signed_in(person)
    told(ada.post(f"/api/cases/{case}/claim"))
    with house.database.begin() as tx:
        roles.withdraw(tx, house.edges, person.id, "reviewer", by="host:test")
    assert ada.post(f"/api/cases/{case}/decide", WARN).status_code == 403
    bob = signed_in(somebody("bob", "reviewer"))
    told(bob.post(f"/api/cases/{case}/claim"))
    assert told(bob.post(f"/api/cases/{case}/decide", WARN))["state"] == "decided"


def test_cases_about_child_safety_have_routes_of_their_own_and_are_nowhere_else(
    products: Products, somebody: Make, signed_in: SignIn
) -> None:
    sealed = products.case(Category.CHILD_SEXUAL_EXPLOITATION)
    open_ = products.case(name="ex_2")
    pam, eve = signed_in(somebody("pam", "child_safety_reviewer")), signed_in(somebody("eve", "senior_reviewer"))
    assert [each["id"] for each in told(eve.get("/api/cases"))["cases"]] == [open_]
    assert [each["id"] for each in told(eve.get("/api/cases/queue"))["cases"]] == [open_]
    for path in ("", "/look", "/claim", "/release", "/pause", "/resume", "/notes", "/move", "/decide", "/reopen"):
        body = WARN | {"text": "x", "queue": "general"}
        for who in (eve, pam):
            reply = who.get(f"/api/cases/{sealed}") if not path else who.post(f"/api/cases/{sealed}{path}", body)
            assert reply.status_code in (403, 404), (path, reply.text)
            assert "child" not in reply.text or reply.status_code == 403
        refused = eve.post(f"/api/child-safety/cases/{sealed}{path or '/look'}", body)
        assert refused.status_code == 403
    assert eve.get("/api/child-safety/cases").status_code == 403
    assert pam.get(f"/api/child-safety/cases/{open_}").status_code == 404
    assert [each["id"] for each in told(pam.get("/api/child-safety/cases/queue"))["cases"]] == [sealed]
    told(pam.post(f"/api/child-safety/cases/{sealed}/claim"))
    assert told(pam.post(f"/api/child-safety/cases/{sealed}/decide", WARN))["state"] == "decided"


def test_a_case_that_is_sealed_leaves_the_hands_of_whoever_sealed_it(
    products: Products, somebody: Make, signed_in: SignIn
) -> None:
    case, ada = products.case(), signed_in(somebody("ada", "reviewer"))
    given = {"queue": "child_safety", "reason_code": "a_child"}
    refused = ada.post(f"/api/cases/{case}/move", given)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "case.nobody_could_take")
    assert told(ada.get(f"/api/cases/{case}"))["state"] == "open"
    somebody("pam", "child_safety_reviewer")
    assert told(ada.post(f"/api/cases/{case}/move", given)) == {"id": case, "sealed": True}
    assert ada.get(f"/api/cases/{case}").status_code == 404


def test_whoever_looks_second_sees_nothing_of_what_the_first_one_said(
    products: Products, somebody: Make, signed_in: SignIn
) -> None:
    case = products.case()
    ada, bob = signed_in(somebody("ada", "reviewer")), signed_in(somebody("bob", "reviewer"))
    told(ada.post(f"/api/cases/{case}/claim"))
    proposed = told(ada.post(f"/api/cases/{case}/decide", WARN | {"outcome": "ban"}))
    assert (proposed["state"], proposed["stage"]) == ("open", "second")
    whole = bob.get(f"/api/cases/{case}")
    assert (whole.json()["proposals"], "ban" in whole.text) == ([], False)
    told(bob.post(f"/api/cases/{case}/claim"))
    told(bob.post(f"/api/cases/{case}/decide", WARN | {"outcome": "ban"}))
    after = told(bob.get(f"/api/cases/{case}"))
    assert [each["ruling"]["outcome"] for each in after["proposals"]] == ["ban", "ban"]
    assert "human" not in repr(after).replace("reviewers_are_human", "")


def test_pages_of_a_list_follow_each_other_and_filters_fit(
    products: Products, somebody: Make, signed_in: SignIn
) -> None:
    made = [products.case(name=f"ex_{number}") for number in range(5)]
    ada = signed_in(somebody("ada", "reviewer"))
    first = told(ada.get("/api/cases?limit=3"))
    rest = told(ada.get(f"/api/cases?limit=3&after={first['next']}"))
    assert [each["id"] for each in (*first["cases"], *rest["cases"])] == made[::-1]
    assert rest["next"] == ""
    queue = told(ada.get("/api/cases/queue?limit=2"))
    behind = told(ada.get("/api/cases/queue", params={"limit": 9, "after": queue["next"]}))
    assert len(queue["cases"]) + len(behind["cases"]) == 5
    assert ada.get("/api/cases/queue?after=nonsense").status_code == 400
    assert ada.get("/api/cases?state=unheard").status_code == 422
    assert told(ada.get("/api/cases?account=ac_2"))["cases"] == []
    told(ada.post(f"/api/cases/{made[2]}/claim"))
    assert [each["id"] for each in told(ada.get("/api/cases?mine=true"))["cases"]] == [made[2]]
    told(ada.post(f"/api/cases/{made[2]}/release"))
    assert told(ada.get("/api/cases?mine=true"))["cases"] == []


def test_many_are_settled_as_the_preview_showed_them(products: Products, somebody: Make, signed_in: SignIn) -> None:
    made = [products.case(name=f"ex_{number}") for number in range(3)]
    ada = signed_in(somebody("ada", "reviewer"))
    seen = told(ada.post("/api/cases-together/preview", WARN | {"cases": made[:2]}))
    bare = f"/api/cases-together/{seen['bulk']}/decide"
    assert ada.post(bare, {"digest": "0" * 64}).status_code == 409
    settled = told(ada.post(bare, {"digest": seen["digest"]}))["cases"]
    assert {each["id"] for each in settled} == set(made[:2])
    assert ada.post("/api/cases-together/merge", {"into": made[2], "cases": [made[0]]}).status_code == 409


def test_a_note_stays_text_and_a_form_of_another_site_does_nothing(
    products: Products, somebody: Make, signed_in: SignIn
) -> None:
    case, ada = products.case(), signed_in(somebody("ada", "reviewer"))
    told(ada.post(f"/api/cases/{case}/notes", {"text": EVIL}))
    seen = ada.post(f"/api/cases/{case}/look")
    assert (list(seen.json()["notes"].values()), seen.headers["x-content-type-options"]) == ([EVIL], "nosniff")
    assert html.escape(EVIL) not in seen.text
    foreign = ada.ask("POST", f"/api/cases/{case}/claim", headers={"origin": "https://evil.test",
                                                                   "sec-fetch-site": "cross-site"})  # fmt: skip
    assert foreign.status_code == 403
    ada.form = ""
    assert ada.post(f"/api/cases/{case}/claim").status_code == 403
    ada.begin()
    assert told(ada.get(f"/api/cases/{case}"))["state"] == "open"


def test_a_drawn_decision_is_hidden_from_whoever_may_have_to_judge_it(
    products: Products, house: House, somebody: Make, signed_in: SignIn
) -> None:
    assert house.office is not None
    case = products.case()
    people = {name: somebody(name, "reviewer") for name in ("ada", "bob")}
    ada, bob = (signed_in(each) for each in people.values())
    told(ada.post(f"/api/cases/{case}/claim"))
    told(ada.post(f"/api/cases/{case}/decide", WARN))
    with house.database.begin() as tx:
        tx.execute(text("INSERT INTO cases_samples (decision, \"case\", sealed, drawn_at) "
                        "SELECT decision, id, false, opened_at FROM cases_cases"))  # fmt: skip
    hidden, own = told(bob.get(f"/api/cases/{case}")), told(ada.get(f"/api/cases/{case}"))
    assert (hidden["decisions"], hidden["blind"], len(own["decisions"])) == ([], True, 1)
    assert WARN["reason"] not in bob.post(f"/api/cases/{case}/look").text
    (sample,) = told(bob.get("/api/cases-together/samples"))
    at = f"/api/cases-together/samples/{sample['decision']}"
    assert ada.post(at, {"outcome": "warn"}).status_code == 403
    assert told(bob.post(at, {"outcome": "nothing"}))["agrees"] is False
    assert len(told(bob.get(f"/api/cases/{case}"))["decisions"]) == 1

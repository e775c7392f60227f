"""Accounts and rules about them over the API and in the console: who may what, what stays text, whole ways through."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from seawall import enforce
from seawall.access import keys, projects
from seawall.access.people import Person
from seawall.app.instance import Instance
from seawall.enforce.rules.asking import ask
from seawall.vocabulary.ids import AccountId, KeyId
from seawall.vocabulary.standing import State
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.enforce.rules import BURST, Clerk
from tests.web.approving import told
from tests.web.browser import Browser

pytestmark = pytest.mark.usefixtures("whole")
SignIn = Callable[[Person], Browser]
Make = Callable[..., Person]
EVIL = "<script>alert(1)</script>\"'>{{ 7*7 }}"
CODE = {"reason_code": "by_hand"}


@pytest.fixture
def house(house: House, instance: Instance) -> House:
    return msgspec.structs.replace(house, account=instance.account)


class Shop:
    """A project with a key, another one, and an account of the first."""

    def __init__(self, house: House, clock: FrozenClock) -> None:
        self.house, self.clock = house, clock
        ours: Any = {"by": "t", "record": house.edges.record, "clock": clock}
        with house.database.begin() as tx:
            projects.create(tx, "other", **ours)
            self.key, self.secret = keys.create_key(tx, "demo", "k", **ours)
            _, self.others = keys.create_key(tx, "other", "k", **ours)
            self.project = projects.find(tx, "demo").id
        self.account = AccountId(house.account(self.key, "somebody"))
        with house.database.begin() as tx:
            known: Any = {"key": KeyId(self.key), "project": self.project, "has_end_user": True, "clock": clock}
            enforce.meet(tx, self.account, **known)

    @property
    def clerk(self) -> Clerk:
        return Clerk(self.clock, self.house.edges.record)


@pytest.fixture
def shop(house: House, clock: FrozenClock) -> Shop:
    return Shop(house, clock)


def keyed(browser: Browser, secret: str, path: str, body: Any) -> Any:
    return browser.ask("POST", path, json=body, headers={"x-api-key": secret})


def form(browser: Browser, path: str, **fields: str) -> Any:
    """Send the form of a page as a browser does."""
    given = {"csrf": browser.form} | fields
    return browser.ask("POST", path, data=given, headers={"accept": "text/html", "x-csrf-token": ""})


def see(browser: Browser, path: str) -> Any:
    return browser.get(path, headers={"accept": "text/html"})


def test_an_account_is_labelled_restricted_and_shown_whole(shop: Shop, somebody: Make, signed_in: SignIn) -> None:
    ada, at = signed_in(somebody("ada", "senior_reviewer")), f"/api/accounts/{shop.account}"
    told(ada.post(f"{at}/labels", CODE | {"name": "see_with_care", "days": 3}))
    limited = {"tools": False, "media": False, "without_models": ["large"], "days": 1}
    found = told(ada.post(f"{at}/restrict", CODE | limited))
    assert found["standing"]["limits"] == ["media", "model:large", "tools"]
    shown = told(ada.get(at))
    assert shown["standing"]["state"] == "restricted"
    assert [each["name"] for each in shown["labels"]] == ["see_with_care"]
    assert {each["what"] for each in shown["history"]} == {"person", "standing", "label"}
    listed = told(ada.get("/api/accounts?label=see_with_care"))["accounts"]
    assert [each["id"] for each in listed] == [shop.account]
    assert told(ada.get("/api/accounts?label=other"))["accounts"] == []
    assert len(told(ada.post(f"{at}/labels/see_with_care/end", CODE))["ended"]) == 1
    assert ada.post(f"{at}/labels/see_with_care/end", CODE).status_code == 404
    assert ada.post(f"{at}/labels", CODE | {"name": EVIL}).status_code == 400
    assert ada.post(f"{at}/restrict", CODE).status_code == 400
    assert told(ada.post(f"{at}/warn", CODE))["standing"]["state"] == "restricted"


@pytest.mark.parametrize("path", ["labels", "restrict", "warn", "suspend", "ban", "reinstate", "labels/x/end"])
def test_whoever_may_only_read_changes_nothing(shop: Shop, somebody: Make, signed_in: SignIn, path: str) -> None:
    reader = signed_in(somebody("rita", "reviewer"))
    assert reader.get(f"/api/accounts/{shop.account}").status_code == 200
    body = CODE | {"name": "x", "per_minute": 3}
    assert reader.post(f"/api/accounts/{shop.account}/{path}", body).status_code == 403
    assert signed_in(somebody("nobody")).get(f"/api/accounts/{shop.account}").status_code == 403


def test_products_say_what_accounts_share_and_only_a_digest_is_kept(
    shop: Shop, browser: Browser, somebody: Make, signed_in: SignIn, house: House
) -> None:
    card = {"what": "payment", "value": "card-4111-9999"}
    first = told(keyed(browser, shop.secret, f"/api/v1/accounts/{shop.account}/references", card), 201)
    assert first == {"account": shop.account, "what": "payment", "new": True}
    assert told(keyed(browser, shop.secret, f"/api/v1/accounts/{shop.account}/references", card), 201)["new"] is False
    other = told(keyed(browser, shop.others, "/api/v1/references", card | {"end_user": "else"}), 201)["account"]
    shown = told(signed_in(somebody("rita", "reviewer")).get(f"/api/accounts/{shop.account}"))
    assert [(each["account"], each["shares"]) for each in shown["shared"]["linked"]] == [(other, ["payment"])]
    with house.database.begin() as tx:
        rows = tx.exec_driver_sql("SELECT to_jsonb(r)::text || encode(digest, 'escape') FROM enforce_references AS r")
        assert not any("4111" in row[0] for row in rows)
        records = tx.exec_driver_sql("SELECT body::text FROM ledger_records WHERE kind = 'account.reference_given'")
        assert [("4111" in row[0]) for row in records] == [False, False]
    for secret, what, status in (
        (shop.others, card, 404),
        (shop.secret, {"what": "name", "value": "somebody"}, 400),
        (shop.secret, {"what": "device", "value": "x"}, 400),
        ("wrong", card, 401),
    ):
        found = keyed(browser, secret, f"/api/v1/accounts/{shop.account}/references", what)
        assert found.status_code == status, found.text


def test_rules_are_tried_watched_and_never_made_to_act_by_one_person(
    shop: Shop, somebody: Make, signed_in: SignIn, house: House
) -> None:
    clerk = shop.clerk
    with house.database.begin() as tx:
        for _ in range(3):
            clerk.asks(tx, account=shop.account, key=KeyId(shop.key))
    pol = signed_in(somebody("pol", "policy_editor"))
    watched, acting = (BURST.replace("MODE", mode) for mode in ("monitor", "enforce"))
    tried = told(pol.post("/api/account-rules/preview", {"file": watched}))
    assert [(each["fired"], each["listed"]) for each in tried["rules"]] == [(1, [shop.account])]
    unseen = pol.post("/api/account-rules/publish", {"file": acting})
    assert (unseen.status_code, unseen.json()["error"]["code"]) == (409, "account_rules.not_watched")
    assert told(pol.post("/api/account-rules/publish", {"file": watched}))["version"] == 1
    refused = pol.post("/api/account-rules/publish", {"file": acting})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "account_rules.takes_others")
    broken = pol.post("/api/account-rules/publish", {"file": f"rules: [{EVIL}"})
    assert broken.status_code == 400
    reader = signed_in(somebody("rita", "reviewer"))
    assert told(reader.get("/api/account-rules"))["rules"]["rules"][0]["name"] == "jailbreak_burst"
    for path in ("preview", "publish"):
        assert reader.post(f"/api/account-rules/{path}", {"file": watched}).status_code == 403


def test_pages_of_an_account_change_what_the_api_changes(
    shop: Shop, somebody: Make, signed_in: SignIn, house: House, clock: FrozenClock
) -> None:
    clerk = shop.clerk
    with house.database.begin() as tx:
        clerk.rules(tx, BURST)
        seen = [clerk.seen(account=shop.account, key=KeyId(shop.key)) for _ in range(3)]
        came = [ask(tx, each, each.sightings[0].decision, clerk.works) for each in seen][2][0]
    ada, at = signed_in(somebody("ada", "senior_reviewer", "policy_editor")), f"/console/accounts/of/{shop.account}"
    shown = see(ada, at).text
    assert "jailbreaking" in shown
    assert f"{at}/reverse/{came.decision}" in shown
    assert shop.account in see(ada, "/console/accounts?state=restricted").text
    assert shop.account in see(ada, "/console/accounts/rules/jailbreak_burst").text
    assert "jailbreak_burst" in see(ada, "/console/accounts/rules").text
    assert see(ada, f"/console/accounts?account={shop.account}").status_code == 303

    assert form(ada, f"{at}/labels/add", name="odd", reason_code="by_hand").status_code == 303
    assert form(ada, f"{at}/labels/odd/end", reason_code="by_hand").status_code == 303
    wrong = form(ada, f"{at}/labels/add", name=EVIL, reason_code="by_hand")
    assert wrong.status_code == 400
    assert "<script>alert" not in wrong.text
    reply = form(ada, f"{at}/standing", measure="restrict", no_media="yes", models="a, b", reason_code="by_hand")
    assert reply.status_code == 303
    assert form(ada, f"{at}/standing", measure="crown", reason_code="by_hand").status_code == 422
    assert form(ada, f"{at}/reverse/{came.decision}", reason_code="mistaken").status_code == 303
    with house.database.begin() as tx:
        found = enforce.standing(tx, shop.account, now=clock())
        assert (found.state, found.limits) == (State.RESTRICTED, ("media", "model:a", "model:b"))
        assert enforce.labels(tx, shop.account, now=clock()) == ()
    assert form(ada, f"{at}/standing", measure="reinstate", reason_code="by_hand").status_code == 303
    assert "restricted" in see(ada, at).text


def test_pages_take_rights_and_a_token(shop: Shop, somebody: Make, signed_in: SignIn) -> None:
    at = f"/console/accounts/of/{shop.account}"
    reader, nobody = signed_in(somebody("rita", "reviewer")), signed_in(somebody("nobody"))
    shown = see(reader, at)
    assert (shown.status_code, "Change the standing" in shown.text) == (200, False)
    assert see(nobody, at).status_code == see(nobody, "/console/accounts").status_code == 403
    for path in ("standing", "labels/add", "labels/x/end", "reverse/de_x"):
        assert see(reader, f"{at}/{path}").status_code == 403
        assert form(reader, f"{at}/{path}", reason_code="by_hand").status_code == 403
    ada = signed_in(somebody("ada", "senior_reviewer"))
    assert form(ada, f"{at}/standing", csrf="wrong", measure="ban", reason_code="by_hand").status_code == 403
    assert see(ada, "/console/accounts/of/ac_unknown").status_code == 404


def test_what_is_asked_for_stays_text(shop: Shop, somebody: Make, signed_in: SignIn) -> None:
    ada = signed_in(somebody("ada", "senior_reviewer"))
    for path in ("label", "key", "project", "state"):
        found = ada.ask("GET", "/console/accounts", params={path: EVIL}, headers={"accept": "text/html"})
        assert found.status_code == 200
        assert "<script>alert" not in found.text

"""A notice behind its link: what it shows and to whom, appeals to the last second, content on fresh word alone."""

import logging
import re
from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.event import listen, remove

from seawall import enforce
from seawall.access.people import Person
from seawall.cases import claims, deciding
from seawall.cases.sanctions import tell
from seawall.enforce.sanctions import IMPOSED
from seawall.store.jobs import queued
from seawall.vocabulary.categories import Category
from seawall.web.house import House
from tests.access.conftest import Ledger
from tests.cases.conftest import REASON, ruling
from tests.conftest import FrozenClock
from tests.enforce.conftest import LADDER, violation
from tests.web.browser import Browser
from tests.web.portal.conftest import ACCOUNT, EVIL, Product, sent

ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"


def test_a_notice_says_what_why_by_which_rule_and_until_when_one_can_appeal(
    product: Product, visitor: Browser, ada: Person, clock: FrozenClock
) -> None:
    notice = product.decision(ada, outcome="suspend", until=clock() + timedelta(days=7))
    shown = visitor.get(product.link(notice)).text
    for said in (
        "The account was suspended", REASON, "Attempts to talk the model out of its rules", "small-model",
        "1 January 2026, 12:00:00 UTC", "8 January 2026, 12:00:00 UTC", "3 July 2026, 12:00:00 UTC",
        "a person", "Appeal",
    ):  # fmt: skip
        assert said in shown, said
    assert EVIL not in shown
    assert ESCAPED not in shown
    assert "ac_somebody" not in shown


def test_what_somebody_wrote_is_shown_on_fresh_word_alone_by_a_button_and_recorded(
    product: Product, visitor: Browser, ada: Person, ledger: Ledger, clock: FrozenClock
) -> None:
    notice = product.decision(ada)
    lasting, fresh = product.link(notice), product.link(notice, content=True)
    assert sent(visitor, lasting).status_code == 404
    assert ESCAPED not in visitor.get(fresh).text
    assert "case.content_shown" not in ledger.kinds
    shown = sent(visitor, fresh).text
    assert ESCAPED in shown
    assert EVIL not in shown
    assert "SECRET OF THE OPERATOR" not in shown
    assert ledger.kinds[-1] == "case.content_shown"
    clock.advance(minutes=15)
    assert visitor.get(fresh).status_code == 404
    assert visitor.get(lasting).status_code == 200


def test_of_child_safety_neither_exchange_nor_content_is_shown(
    product: Product, visitor: Browser, somebody: Callable[..., Person]
) -> None:
    notice = product.decision(somebody("cas", "child_safety_reviewer"), Category.CHILD_SEXUAL_EXPLOITATION)
    path = product.link(notice, content=True)
    for shown in (visitor.get(path).text, sent(visitor, path).text):
        assert "What you wrote" not in shown
        assert "ex_1" not in shown
        assert "sexual" not in shown


def test_a_look_changes_nothing(product: Product, visitor: Browser, ada: Person, house: House) -> None:
    notice = product.decision(ada)
    paths = [product.link(notice), product.link(notice, content=True), product.link(notice) + "/appeal"]
    paths.append(product.path(product.told("POST", "/api/v1/export-link", {"end_user": "x"})["url"]))
    before = _state(house)
    for path in (*paths, "/portal", "/portal/report"):
        assert visitor.get(path).status_code == 200, path
        assert visitor.ask("HEAD", path).status_code in (200, 404, 405)
    assert _state(house) == before


def _state(house: House) -> list[int]:
    tables = ("cases_cases", "cases_events", "cases_links", "cases_notices", "access_privacy_requests", "vault_items")
    with house.database.begin() as tx:
        known = [each for each in tables if tx.scalar(text("SELECT to_regclass(:t)"), {"t": each}) is not None]
        return [tx.scalar(text(f"SELECT count(*) FROM {each}")) or 0 for each in known]  # noqa: S608


def test_an_appeal_goes_from_the_notice_to_its_answer(
    product: Product, visitor: Browser, ada: Person, somebody: Callable[..., Person], house: House
) -> None:
    path = product.link(product.decision(ada))
    refused = sent(visitor, f"{path}/appeal", words="  ")
    assert refused.status_code == 400
    assert "The appeal has" in refused.text
    moved = sent(visitor, f"{path}/appeal", words=EVIL)
    assert moved.status_code == 303
    where = moved.headers["location"]
    assert re.fullmatch(r"/portal/appeal/[A-Za-z0-9_-]{43}", where)
    assert "It arrived" in visitor.get(where).text
    assert "was appealed" in visitor.get(path).text
    again = sent(visitor, f"{path}/appeal", words="again")
    assert again.status_code == 409
    office, eve = house.office, somebody("eve", "senior_reviewer")
    assert office is not None
    with house.database.begin() as tx:
        case = claims.take_next(tx, office, by=eve.id, queue="appeals")
        deciding.decide(tx, office, case.id, ruling("nothing", about_right=False, reason=EVIL), by=eve.id)
    answered = visitor.get(where).text
    assert "You were right" in answered
    assert ESCAPED in answered
    assert EVIL not in answered
    assert "was taken back" in visitor.get(path).text


def test_an_appeal_is_taken_until_the_last_second_and_not_in_the_next(
    product: Product, visitor: Browser, ada: Person, clock: FrozenClock
) -> None:
    first, second = product.link(product.decision(ada)), product.link(product.decision(ada))
    clock.advance(days=183, microseconds=999_999)
    assert "You can appeal" in visitor.get(first).text
    assert sent(visitor, f"{first}/appeal", words="In time.").status_code == 303
    clock.advance(microseconds=1)
    assert "The time to appeal ended on 3 July 2026, 12:00:00 UTC" in visitor.get(second).text
    late = sent(visitor, f"{second}/appeal", words="Too late.")
    assert late.status_code == 409
    assert "could be appealed until 03 July 2026, 12:00:00 UTC" in late.text


def test_a_machine_s_decision_has_a_page_and_can_be_appealed(product: Product, visitor: Browser) -> None:
    found = product.exchange()
    made = product.told("POST", f"/api/v1/decisions/{found.decisions[0]}/link", {"exchange": found.exchange})
    path = product.path(made["url"])
    assert "an automatic rule, without a person" in visitor.get(path).text
    assert sent(visitor, f"{path}/appeal", words="It was a joke.").status_code == 303
    assert product.ask("POST", "/api/v1/decisions/de_other/link", {"exchange": found.exchange}).status_code == 404


def test_what_the_ladder_did_has_a_page_in_either_language_and_can_be_appealed(
    product: Product, visitor: Browser, house: House, somebody: Callable[..., Person]
) -> None:
    found, office = product.exchange(), house.office
    assert office is not None
    with house.database.begin() as tx:
        enforce.apply(
            tx, decision=found.decisions[0], exchange=found.exchange, account=ACCOUNT, key=product.key,
            project=product.project, has_end_user=True, verdict=violation(3), ladder=LADDER,
            record=house.edges.record, clock=house.edges.clock,
        )  # fmt: skip
        (act,) = [each.arguments["act"] for each in queued(tx) if each.name == IMPOSED]
        assert tell(tx, office, act)
    (notice,) = product.told("GET", f"/api/v1/accounts/{ACCOUNT}/notices")["notices"]
    assert notice["notice"]["what"].startswith("The account was suspended")
    path = product.link(notice["id"], content=True)
    shown = visitor.get(path).text
    for said in ("Breaches of the usage policy are counted", "an automatic rule, without a person", "small-model"):
        assert said in shown, said
    assert "What you wrote" not in shown
    assert "Das Konto wurde gesperrt" in visitor.get(f"{path}?language=de").text
    moved = sent(visitor, f"{path}/appeal", words=EVIL)
    assert moved.status_code == 303
    eve = somebody("eve", "senior_reviewer")
    with house.database.begin() as tx:
        case = claims.take_next(tx, office, by=eve.id, queue="appeals")
        deciding.decide(tx, office, case.id, ruling("nothing", about_right=False), by=eve.id)
    assert "was taken back" in visitor.get(path).text
    assert "You were right" in visitor.get(moved.headers["location"]).text


def test_a_link_that_never_was_is_over_or_revoked_answers_alike(
    product: Product, visitor: Browser, ada: Person, clock: FrozenClock, house: House
) -> None:
    notice = product.decision(ada)
    over = product.link(notice, content=True)
    revoked = product.told("POST", f"/api/v1/notices/{notice}/link", {})
    assert product.told("DELETE", f"/api/v1/links/{revoked['link']}") == {"revoked": revoked["link"]}
    assert product.ask("DELETE", f"/api/v1/links/{revoked['link']}").status_code == 404
    clock.advance(minutes=16)
    works = product.link(notice).rpartition("/")[2]
    never = "/portal/notice/" + "A" * 43
    tried = (
        never,
        over,
        product.path(revoked["url"]),
        f"/portal/appeal/{works}",
        "/portal/nothing",
        f"/portal/x/{works}",
    )
    answers = [visitor.get(path) for path in (*tried, "/portal/notice/" + "x" * 5000)]
    assert {each.status_code for each in answers} == {404}
    assert len({each.text for each in answers}) == 1
    assert len({tuple(sorted(each.headers.keys())) for each in answers}) == 1


def test_whatever_is_wrong_with_a_link_costs_the_same_statements(
    product: Product, visitor: Browser, ada: Person, clock: FrozenClock, house: House
) -> None:
    notice, asked = product.decision(ada), list[str]()
    over = product.link(notice, content=True)
    revoked = product.told("POST", f"/api/v1/notices/{notice}/link", {})
    product.told("DELETE", f"/api/v1/links/{revoked['link']}")
    clock.advance(minutes=16)

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    listen(house.database.engine, "before_cursor_execute", note)
    costs = []
    for path in ("/portal/notice/" + "A" * 43, over, product.path(revoked["url"])):
        asked.clear()
        visitor.get(path)
        costs.append(tuple(each for each in asked if "cases_" in each))
    remove(house.database.engine, "before_cursor_execute", note)
    assert len(set(costs)) == 1
    assert len(costs[0]) == 1


def test_whoever_files_too_much_reads_why_and_that_it_was_taken_back(
    product: Product, visitor: Browser, house: House
) -> None:
    with house.database.begin() as tx:
        for words in (
            "INSERT INTO cases_filer_acts (id, filer, kind, what, at, settled, unfounded)"
            " VALUES ('fa_1', 'ac_somebody', 'notices', 'warned', now(), 6, 5)",
            "INSERT INTO cases_notices (id, act, project, account, at)"
            " VALUES ('no_1', 'fa_1', :project, 'ac_somebody', now())",
        ):
            tx.execute(text(words), {"project": product.project})
    path = product.link("no_1")
    shown = visitor.get(path).text
    assert "Of your flags and reports 5 of 6 were manifestly unfounded. This is a warning." in shown
    assert "There is nothing to appeal here" in shown
    assert product.told("POST", "/api/v1/notices/no_1/given")["given_at"] is not None
    with house.database.begin() as tx:
        tx.execute(text("UPDATE cases_filer_acts SET lifted_at = now(), lifted_by = 'pe_eve'"))
    assert "was taken back" in visitor.get(path).text


def test_another_project_makes_and_revokes_no_links(product: Product, ada: Person) -> None:
    notice = product.decision(ada)
    mine = product.told("POST", f"/api/v1/notices/{notice}/link", {})
    for method, path, body in (
        ("POST", f"/api/v1/notices/{notice}/link", {"content": True}),
        ("DELETE", f"/api/v1/links/{mine['link']}", None),
        ("POST", "/api/v1/decisions/de_ex_1/link", {"exchange": "ex_1"}),
    ):
        assert product.ask(method, path, body, secret=product.other).status_code == 404, path


def test_a_token_is_in_no_log_no_table_no_record_and_no_error(
    product: Product, visitor: Browser, ada: Person, house: House, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    notice = product.decision(ada)
    path = product.link(notice)
    token = path.rpartition("/")[2]
    broken = product.link(notice, content=True)
    for each in (path, f"{path}/appeal", path + "%00", path + "/nothing", f"/portal/export/{token}", broken):
        answer = visitor.get(each)
        assert token not in str(answer.headers)
        if answer.status_code != 200:
            assert token not in answer.text
    del product.exchanges["ex_1"]
    sent(visitor, broken)
    # What the test's own client says of its requests is not the server's; pytest listens even where nobody else does.
    assert not logging.getLogger("uvicorn.access").propagate
    said = [
        each.getMessage()
        for each in caplog.records
        if not each.name.startswith(("httpx", "httpcore", "uvicorn.access"))
    ]
    assert not any(token in each for each in said)
    with house.database.begin() as tx:
        rows = tx.execute(text("SELECT row_to_json(l)::text FROM cases_links l")).scalars().all()
    assert not any(token in each for each in rows)
    assert token not in str([msgspec.to_builtins(each) for each in ledger])


def test_every_page_tells_a_browser_to_keep_it_to_itself(product: Product, visitor: Browser, ada: Person) -> None:
    for path in (product.link(product.decision(ada)), "/portal", "/portal/report", "/portal/notice/wrong"):
        answer = visitor.get(path)
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert answer.headers["cache-control"] == "no-store"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe" not in policy
        assert "<script" not in answer.text
        assert ("set-cookie" in answer.headers) is (path == "/portal/report" and "csrf" in answer.text)
        outside = re.findall(r'(?:href|src|action)="(?!/|data:|#|\?language=)([^"]*)"', answer.text)
        assert outside == []


def test_no_other_site_makes_a_browser_act_and_no_address_leads_elsewhere(
    product: Product, visitor: Browser, ada: Person, house: House
) -> None:
    path = product.link(product.decision(ada))
    foreign = (
        {"origin": "https://evil.example"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"origin": "null", "sec-fetch-site": "same-site"},
    )
    for headers in foreign:
        for where in (f"{path}/appeal", "/portal/report"):
            assert visitor.ask("POST", where, data={"words": "x"}, headers=headers).status_code == 403
    unpaired = visitor.ask("POST", "/portal/report", data={"csrf": "0" * 64, "words": "x"}, headers={"origin": "null"})
    assert unpaired.status_code == 403
    with house.database.begin() as tx:
        assert tx.scalar(text("SELECT count(*) FROM cases_cases WHERE origin IN ('appeal', 'report')")) == 0
    for query in ("?next=https://evil.example", "?said=//evil.example", "?url=https://evil.example"):
        moved = sent(visitor, f"{path}/appeal{query}", words="x" if query.startswith("?next") else " ")
        assert moved.headers.get("location", "/portal/appeal/").startswith("/portal/appeal/")


def test_the_export_is_made_once_by_a_button_for_whom_the_product_vouches(
    product: Product, visitor: Browser, ada: Person, house: House, clock: FrozenClock, ledger: Ledger
) -> None:
    product.decision(ada)
    path = product.path(product.told("POST", "/api/v1/export-link", {"end_user": "somebody"})["url"])
    assert "works once" in visitor.get(path).text
    file = sent(visitor, path)
    assert file.headers["content-disposition"].startswith("attachment")
    assert '"what":"about"' in file.text
    kinds = [each for each in ledger.kinds if each.startswith("privacy.")]
    assert kinds == ["privacy.requested", "privacy.identity_checked", "privacy.answered"]
    assert visitor.get(path).status_code == 404
    late = product.path(product.told("POST", "/api/v1/export-link", {"end_user": "somebody"})["url"])
    clock.advance(minutes=15)
    assert sent(visitor, late).status_code == 404

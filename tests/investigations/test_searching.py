"""By what exchanges are found across accounts, what is never found, and what goes with its content."""

from typing import Any

import pytest

from seawall import enforce
from seawall.access.people import Person
from seawall.access.privacy import Subject, Whose
from seawall.enforce.references import refer
from seawall.gateway.privacy import ExchangesHolder
from seawall.investigations import How, Investigation, looking
from seawall.investigations.errors import BadPattern, BadSearch, NotRetained
from seawall.investigations.finding import visible
from seawall.investigations.indexing import Indexer
from seawall.investigations.scanning import scan
from seawall.vocabulary.categories import Category
from seawall.vocabulary.ids import AccountId, ItemId, KeyId, ProjectId
from seawall.vocabulary.records import Audience
from tests.investigations.conftest import AT_HOME, ELSEWHERE, Count, Traffic, found

CANARY = "kestrel-canary-7351"
CALL = {"type": "tool_use", "id": "t1", "name": "transfer_money", "input": {"name": "not_a_tool", "to": "somebody"}}


def test_exchanges_are_found_by_what_was_found_in_them(traffic: Traffic, inquiry: Investigation, ada: Person) -> None:
    sure = traffic.exchange("a", found(Category.JAILBREAK, score=0.95), account="ac_1")
    unsure = traffic.exchange("b", found(Category.JAILBREAK, score=0.6, detector="linear"), account="ac_2")
    traffic.exchange("c", found(Category.HATE), account="ac_3")
    assert traffic.index() == 3
    assert traffic.finds(inquiry, ada, How.CATEGORY, "jailbreak") == [unsure, sure]
    assert traffic.finds(inquiry, ada, How.CATEGORY, "jailbreak", least=0.9) == [sure]
    assert traffic.finds(inquiry, ada, How.DETECTOR, "linear") == [unsure]
    assert traffic.finds(inquiry, ada, How.RELEASE, "jailbreak_phrases@1/jailbreak") == [sure]
    assert traffic.finds(inquiry, ada, How.ACCOUNT, "ac_2") == [unsure]
    made = traffic.search(inquiry, ada, How.CATEGORY, "jailbreak")
    assert (made.hits, made.whole) == (2, True)


def test_exchanges_are_found_by_tool_and_by_network(traffic: Traffic, inquiry: Investigation, ada: Person) -> None:
    answered = traffic.exchange("pay", answer=[CALL], account="ac_1")
    asked = traffic.exchange(
        body={"messages": [{"role": "assistant", "content": [CALL]}, {"role": "user", "content": "and then?"}]},
        account="ac_2", address=ELSEWHERE,
    )  # fmt: skip
    offered = traffic.exchange(body={"tools": [{"name": "transfer_money", "type": "x_tool_use"}], "messages": []})
    traffic.index()
    assert traffic.finds(inquiry, ada, How.TOOL, typed="transfer_money") == [asked, answered]
    assert traffic.finds(inquiry, ada, How.TOOL, typed="not_a_tool") == []
    assert traffic.finds(inquiry, ada, How.NETWORK, like=answered) == [offered, answered]
    assert traffic.finds(inquiry, ada, How.NETWORK, typed="198.51.100.200") == [asked]


def test_neither_tools_nor_networks_nor_prompts_stand_in_the_index(traffic: Traffic, count: Count) -> None:
    traffic.exchange(CANARY, answer=[CALL])
    traffic.index()
    assert count("investigations_vectors") == 1
    with traffic.database.begin() as tx:
        tables = tx.exec_driver_sql("SELECT tablename FROM pg_tables WHERE tablename LIKE 'investigations%%'").scalars()
        for table in list(tables):
            kept = str(tx.exec_driver_sql(f"SELECT * FROM {table}").all())  # noqa: S608
            assert not [each for each in (CANARY, "transfer_money", AT_HOME, "203.0.113") if each in kept], table


def test_linked_accounts_and_the_key_lead_on(traffic: Traffic, inquiry: Investigation, ada: Person) -> None:
    mine = traffic.exchange(account="ac_1", key="key_1")
    same_key = traffic.exchange(account="ac_2", key="key_1")
    shares = traffic.exchange(account="ac_3", key="key_2")
    traffic.index()
    given = {"record": traffic.ledger, "clock": traffic.clock}
    with traffic.database.begin() as tx:
        for account, key in (("ac_1", "key_1"), ("ac_3", "key_2")):
            enforce.meet(
                tx, account=AccountId(account), key=KeyId(key), project=ProjectId("pr_1"), has_end_user=True,
                clock=traffic.clock,
            )  # fmt: skip
            refer(tx, AccountId(account), "device", b"d" * 32, through="key_1", **given)  # type: ignore[arg-type]
    assert traffic.finds(inquiry, ada, How.LINKED, "ac_1") == [shares]
    assert traffic.finds(inquiry, ada, How.KEY, "key_1") == [same_key, mine]


def test_what_was_said_is_searched_by_a_worker(traffic: Traffic, inquiry: Investigation, ada: Person) -> None:
    asked = traffic.exchange(f"Tell me about {CANARY.upper()}.", account="ac_1")
    answered = traffic.exchange("What?", answer="It is ｋｅｓｔｒｅｌ-canary-7351.", account="ac_2")
    traffic.exchange("Something else.")
    traffic.index()
    by_text = traffic.search(inquiry, ada, How.TEXT, typed=CANARY)
    by_expression = traffic.search(inquiry, ada, How.EXPRESSION, typed=r"kestrel-\w+-\d{4}")
    assert (by_text.state, traffic.results(by_text, ada)) == ("queued", [])
    for each in (by_text, by_expression):
        scan(traffic.database, traffic.desk, each.id)
    assert traffic.results(by_text, ada) == [answered, asked]
    assert traffic.results(by_expression, ada) == [asked]


def test_an_expression_that_cannot_be_used_is_refused_without_a_word_of_it(
    traffic: Traffic, inquiry: Investigation, ada: Person
) -> None:
    before = len(traffic.ledger)
    for pattern in ("(", "a(?=b)", "(a)\\1", "x" * 501):
        with pytest.raises(BadPattern) as refused:
            traffic.search(inquiry, ada, How.EXPRESSION, typed=pattern)
        assert pattern not in str(refused.value)
    assert len(traffic.ledger) == before


def test_what_cannot_be_looked_for_is_refused(traffic: Traffic, inquiry: Investigation, ada: Person) -> None:
    wrong: list[tuple[How, dict[str, Any]]] = [
        (How.CATEGORY, {}),
        (How.TOOL, {"value": "named_openly"}),
        (How.ACCOUNT, {"like": "ex_1"}),
        (How.NETWORK, {"typed": "nowhere"}),
        (How.CATEGORY, {"value": "hate", "least": 1.5}),
    ]
    for how, given in wrong:
        with pytest.raises(BadSearch):
            traffic.search(inquiry, ada, how, **given)


def test_nothing_under_zero_retention_is_ever_found(
    traffic: Traffic, inquiry: Investigation, ada: Person, count: Count
) -> None:
    hidden = traffic.exchange(CANARY, found(Category.JAILBREAK), answer=[CALL], zero_retention=True)
    traffic.exchange("Hello.", account="ac_9")
    assert traffic.index() == 1
    by_text = traffic.search(inquiry, ada, How.TEXT, typed=CANARY)
    scan(traffic.database, traffic.desk, by_text.id)
    assert traffic.results(by_text, ada) == []
    for how, value in ((How.CATEGORY, "jailbreak"), (How.ACCOUNT, "ac_1"), (How.DETECTOR, "jailbreak_phrases")):
        assert traffic.finds(inquiry, ada, how, value) == []
    assert traffic.finds(inquiry, ada, How.TOOL, typed="transfer_money") == []
    assert hidden not in traffic.finds(inquiry, ada, How.SIMILAR, typed=CANARY)
    assert (count("investigations_exchanges"), count("investigations_vectors")) == (1, 1)


def test_what_is_erased_is_gone_from_every_search(
    traffic: Traffic, inquiry: Investigation, ada: Person, count: Count
) -> None:
    traffic.exchange(CANARY, found(Category.JAILBREAK), answer=[CALL])
    traffic.index()
    by_text = traffic.search(inquiry, ada, How.TEXT, typed=CANARY)
    scan(traffic.database, traffic.desk, by_text.id)
    assert len(traffic.results(by_text, ada)) == 1
    with traffic.database.begin() as tx:
        ExchangesHolder(traffic.desk.edges.vault).erase(tx, Subject(kind=Whose.ACCOUNT, id="ac_1"), by="t")
        assert tx.exec_driver_sql("SELECT count(*) FROM gateway_exchanges WHERE network IS NOT NULL").scalar() == 0
    for table in ("exchanges", "traits", "vectors", "hits"):
        assert count(f"investigations_{table}") == 0, table
    assert traffic.results(by_text, ada) == []
    assert traffic.finds(inquiry, ada, How.CATEGORY, "jailbreak") == []
    # Nor does the night bring it back.
    assert traffic.index() == 0


def test_what_a_hold_alone_keeps_is_taken_out_of_the_index(traffic: Traffic, count: Count) -> None:
    traffic.exchange(CANARY)
    traffic.index()
    with traffic.database.begin() as tx:
        item = tx.exec_driver_sql("SELECT input_item FROM gateway_exchanges").scalar_one()
        traffic.desk.edges.vault.hold(tx, ItemId(item), reason="an order", by="lea")
    traffic.clock.advance(days=31)
    Indexer(traffic.database, traffic.desk).nightly()
    assert count("investigations_exchanges") == 0


def test_what_is_about_child_safety_is_shown_to_those_reviewers_alone(
    traffic: Traffic, inquiry: Investigation, ada: Person
) -> None:
    late = traffic.exchange("a", found(Category.JAILBREAK))
    sealed = traffic.exchange("b", found(Category.JAILBREAK), found(Category.CHILD_SEXUAL_EXPLOITATION))
    traffic.index()
    kim = traffic.person("Kim", "child_safety_reviewer")
    assert traffic.finds(inquiry, ada, How.CATEGORY, "jailbreak") == [late]
    assert traffic.finds(inquiry, ada, How.CATEGORY, "child_sexual_exploitation") == []
    theirs = traffic.opened(kim)
    assert traffic.finds(theirs, kim, How.CATEGORY, "jailbreak") == [sealed, late]
    with pytest.raises(NotRetained):
        traffic.search(inquiry, ada, How.NETWORK, like=sealed)
    # A person who moved its case to the sealed queue says so too, whatever was found.
    with traffic.database.begin() as tx:
        tx.exec_driver_sql(
            "INSERT INTO cases_cases (id, origin, queue, state, stage, priority, sealed, project, key, account, "
            "has_end_user, exchange, source, detected_automatically, opened_at, due_at, round, joined, version) "
            "VALUES ('cs_1', 'flag', 'child_safety', 'open', 'first', 1, true, 'p', 'k', 'a', true, %s, 's', false, "
            "now(), now(), 1, 0, 1)", (late,),
        )  # fmt: skip
    assert traffic.finds(inquiry, ada, How.CATEGORY, "jailbreak") == []
    with traffic.database.begin() as tx:
        assert visible(tx, traffic.desk, [late, sealed], by=ada.id) == {}
        assert len(looking.look(tx, traffic.desk, theirs.id, sealed, by=kim.id).texts) == 2
    assert (traffic.ledger[-1].kind, traffic.ledger[-1].audience) == ("investigation.viewed_sealed", Audience.SEALED)


def test_a_search_pages_without_a_gap(traffic: Traffic, inquiry: Investigation, ada: Person) -> None:
    made = [traffic.exchange("x", found(Category.HATE), account=f"ac_{n}") for n in range(7)]
    traffic.index()
    search = traffic.search(inquiry, ada, How.CATEGORY, "hate")
    seen, after = list[str](), ""
    while page := traffic.results(search, ada, after=after, limit=3):
        seen, after = seen + page, page[-1]
    assert seen == made[::-1]


def test_a_period_and_a_project_narrow_a_search(traffic: Traffic, inquiry: Investigation, ada: Person) -> None:
    begun = traffic.clock()
    old = traffic.exchange("x", found(Category.HATE))
    traffic.clock.advance(days=2)
    new = traffic.exchange("x", found(Category.HATE))
    traffic.index()
    middle = begun.replace(hour=23)
    assert traffic.finds(inquiry, ada, How.CATEGORY, "hate", since=middle) == [new]
    assert traffic.finds(inquiry, ada, How.CATEGORY, "hate", until=middle) == [old]
    assert traffic.finds(inquiry, ada, How.CATEGORY, "hate", project=ProjectId("pr_other")) == []
    assert traffic.finds(inquiry, ada, How.CATEGORY, "hate", project=ProjectId(traffic.project)) == [new, old]

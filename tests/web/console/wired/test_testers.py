"""Outside testers in the console: begin, let in, key, lift, state, end; what is refused, where, and to whom."""

from collections.abc import Callable

import pytest

from seawall.access import testers
from seawall.access.people import Person
from seawall.app.instance import Instance
from seawall.ledger.note import Verifier
from seawall.ledger.proof import Proof, check
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.web.browser import Browser
from tests.web.console.conftest import Make, Staff, hidden, text_of
from tests.web.console.wired.conftest import Furnished, team

BEGUN = {
    "organisation": "Lab",
    "purpose": "Jailbreaks",
    "begins": "2026-02-05T12:00",
    "ends": "2026-03-05T12:00",
    "addresses": "192.0.2.0/24\n2001:db8::/32",
    "models": "demo",
    "request_budget": "100",
    "token_budget": "",
    "owner": "",
    "reason": "They asked.",
}


def begun(ada: Staff, **given: str) -> dict[str, str]:
    return BEGUN | {"owner": ada.person.id} | given


# The list


def test_an_empty_list_says_what_to_do(staff: Make) -> None:
    sam = staff("sam", "security")
    told = text_of(sam.see("/testers"))
    assert "Nobody outside tests anything." in told
    assert "Ask others to begin an engagement with whoever is to test" in told
    assert 'href="/console/testers"' in sam.see("").text
    assert 'href="/console/testers"' not in staff("leo", "legal").see("").text
    assert (
        "Ask to begin an engagement"
        not in staff("eva", "evaluator").see("/testers").text.split("<main")[1].split("empty")[0]
    )


def test_engagements_are_narrowed_sorted_and_exported(staff: Make, furnished: Furnished) -> None:
    sam = staff("sam", "security")
    every = sam.see("/testers").text
    assert (furnished.engagement in every, furnished.other in every) == (True, True)
    running = sam.see("/testers?state=running").text
    assert (furnished.engagement in running, furnished.other in running) == (True, False)
    assert '<option value="running" selected>' in running
    assert "Nothing matches" in sam.see("/testers?safeguards=lifted").text
    assert furnished.other in sam.see("/testers?state=none+such").text
    exported = sam.see("/testers?format=json&state=ended&sort=-ends").json()
    assert [(each["id"], each["safeguards"], each["request_budget"]) for each in exported] == [
        (furnished.other, "on", 5000)
    ]
    assert sam.see("/testers?format=csv").text.count("Institute demo") == 1


# Beginning one


def test_an_engagement_is_begun_as_others_agreed(
    furnished: Furnished,
    house: House,
    somebody: Callable[..., Person],
    signed_in: Callable[[Person], Browser],
    clock: FrozenClock,
) -> None:
    known = team(house, somebody, clock)
    sam, sue = (Staff(signed_in(who), house, who, device) for who, device in (known["sam"], known["sue"]))
    for each in (sam, sue):
        each.prove()
    assert f'<option value="{furnished.project}">demo</option>' in sam.see("/testers/begin").text
    led = sam.see(f"/testers/begin?project={furnished.project}").headers["location"]
    assert led == f"/console/testers/begin/{furnished.project}"
    form = sam.see(f"/testers/begin/{furnished.project}").text
    assert 'type="datetime-local" id="f-begins" name="begins"' in form
    assert '<input type="checkbox" name="models" value="demo">' in form
    given = begun(sam, owner="Ada Example@people.test", begins="2026-08-05T12:00", ends="2026-09-05T12:00")
    asked = sam.send(f"/testers/begin/{furnished.project}", **given)
    assert asked.status_code == 303, text_of(asked)
    request = asked.headers["location"].removeprefix("/console").split("?")[0]
    told = text_of(sue.see(request))
    for said in ("Lab", "reach demo of project demo", "192.0.2.0/24, 2001:db8::/32", "at most 100 requests"):
        assert said in told
    assert _count(house) == 2
    assert sue.send(f"{request}/approve", digest=hidden(sue.see(f"{request}/approve"), "digest")).status_code == 303
    done = sam.send(f"{request}/execute")
    with house.database.begin() as tx:
        newest = testers.every(tx)[0]
    assert f'href="/console/testers/{newest.id}"' in done.text
    assert (newest.owner, newest.made_by, newest.safeguards) == (furnished.ada.id, sam.person.id, True)
    assert newest.addresses == ("192.0.2.0/24", "2001:db8::/32")
    assert (newest.begins.isoformat(), newest.request_budget, newest.token_budget) == (
        "2026-08-05T12:00:00+00:00", 100, None,
    )  # fmt: skip


def _count(house: House) -> int:
    with house.database.begin() as tx:
        return len(testers.every(tx))


@pytest.mark.parametrize(
    ("wrong", "told", "place"),
    [
        ({"organisation": ""}, "The organisation has 0 characters", "organisation"),
        ({"purpose": " "}, "The purpose has 1 characters", "purpose"),
        ({"addresses": "home"}, "'home' is no network.", "addresses"),
        ({"addresses": ""}, "No address was listed.", "addresses"),
        ({"models": ""}, "has no model ''", "models"),
        ({"models": "huge"}, "has no model 'huge'", "models"),
        ({"ends": "2026-01-01T00:00"}, "It would end on 2026-01-01", "ends"),
        ({"ends": "soon"}, "ends: Input should be a valid datetime", "ends"),
        ({"begins": "", "ends": "2026-09-09"}, "begins: Input should be a valid datetime", "begins"),
        ({"request_budget": "0"}, "A budget of 0 requests lets nobody test.", "request_budget"),
        ({"token_budget": "many"}, "token_budget: Input should be a valid integer", "token_budget"),
        ({"owner": "pe_none"}, "Nobody is known as 'pe_none'", "owner"),
        ({"reason": ""}, "reason: String should have at least 1 character", "reason"),
        ({"owner": "no@people.test"}, "Nobody is known as 'no@people.test'", "owner"),
    ],
)
def test_what_cannot_be_is_told_in_its_place_and_begins_nothing(
    staff: Make, furnished: Furnished, house: House, wrong: dict[str, str], told: str, place: str
) -> None:
    sam = staff("sam", "security")
    reply = sam.send(f"/testers/begin/{furnished.project}", **begun(sam, **wrong))
    assert reply.status_code in (400, 404, 422)
    assert told in text_of(reply).replace("&#39;", "'")
    assert f'href="#f-{place}"' in reply.text
    assert f'id="e-{place}"' in reply.text
    if "organisation" not in wrong:
        assert 'value="Lab"' in reply.text
    if "models" not in wrong:
        assert 'value="demo" checked' in reply.text
    assert _count(house) == 2


def test_without_a_model_nobody_can_test(staff: Make) -> None:
    sam = staff("sam", "security")
    assert "No project has a model." in text_of(sam.see("/testers/begin"))
    assert sam.see("/testers/begin/pr_none").status_code == 404
    assert sam.send("/testers/begin/pr_none", **begun(sam)).status_code == 404


# One engagement


def test_a_page_shows_conditions_use_people_and_keys(staff: Make, furnished: Furnished) -> None:
    sam = staff("sam", "security")
    shown = sam.see(f"/testers/{furnished.engagement}")
    told = text_of(shown)
    for part in (
        "Institute demo running", "To see whether demo holds.", "1,234 of 5,000 used, 3,766 left",
        "567,890 used; no limit is set", "192.0.2.0/24", "on, since", "nothing of what testers send",
        "Tess Tester let in yes A video call Ada Example", "Tom Tester let in, keys wait no Their employer",
        "Rita Removed taken out", "321 of 500", "54,321", "works", "ended", "A tester was taken out",
        "No statement was issued.", "Ask others to lift the safeguards",
    ):  # fmt: skip
        assert part in told, part
    assert f"/console/projects/{furnished.project}/keys/{furnished.key}/revoke" in shown.text
    assert f"/console/audit?subject={furnished.engagement}" in shown.text


def test_one_that_is_over_offers_nothing_but_its_statement(staff: Make, furnished: Furnished) -> None:
    shown = staff("sam", "security").see(f"/testers/{furnished.other}").text
    assert "/statements/issue" in shown
    assert "somebody ended it" in shown
    for gone in ("/end", "/people/add", "lift_safeguards"):
        assert f'{gone}"' not in shown


def test_a_tester_is_let_in_taken_out_and_let_back_in(
    staff: Make, furnished: Furnished, house: House, somebody: Callable[..., Person]
) -> None:
    sam, zoe = staff("sam", "security"), somebody("Zoe")
    path = f"/testers/{furnished.engagement}"
    assert sam.send(f"{path}/people/add", person="Zoe@people.test", checked="in_person").status_code == 303
    assert "Zoe" in sam.see(path).text
    at = f"{path}/people/{zoe.id}"
    assert sam.see(f"{at}/restore").status_code == 404
    assert "No key works, so none is refused." in text_of(sam.see(f"{at}/remove"))
    assert sam.send(f"{at}/remove").headers["location"].endswith("?said=tester_removed")
    assert sam.send(f"{at}/remove").status_code == 404
    assert sam.see(f"{at}/key").status_code == 404
    assert "Let Zoe back in" in text_of(sam.see(f"{at}/restore"))
    assert sam.send(f"{at}/restore", checked="by_smell").status_code == 422
    assert sam.send(f"{at}/restore", checked="agreement").status_code == 303
    with house.database.begin() as tx:
        (found,) = [each for each in testers.testers_of(tx, furnished.engagement) if each.person == zoe.id]
    assert (found.removed_at, found.checked, found.validated_by) == (None, "agreement", sam.person.id)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"person": "pe_none", "checked": "in_person"}, "Nobody is known as"),
        ({"person": "", "checked": "in_person"}, "Nobody is known as"),
        ({"person": "sam@people.test", "checked": "in_person"}, "cannot be validated by themselves"),
        ({"person": "bot@people.test", "checked": "in_person"}, "is a service account"),
    ],
)
def test_who_cannot_be_let_in_is_told_in_place(
    staff: Make, furnished: Furnished, fields: dict[str, str], told: str
) -> None:
    sam, root = staff("sam", "security"), staff("root", "administrator")
    root.send("/people/add", name="bot", address="bot@people.test", kind="service", human=root.person.id)
    reply = sam.send(f"/testers/{furnished.engagement}/people/add", **fields)
    assert reply.status_code in (400, 404, 409)
    assert told in text_of(reply)
    assert 'id="e-person"' in reply.text


def test_a_key_is_shown_once_with_its_budget(staff: Make, furnished: Furnished, house: House) -> None:
    sam = staff("sam", "security")
    at = f"/testers/{furnished.engagement}/people/{furnished.tess.id}/key"
    assert "It reaches demo." in text_of(sam.see(at))
    for wrong, place in (({"name": ""}, "name"), ({"name": "k", "request_budget": "0"}, "request_budget")):
        refused = sam.send(at, **wrong)
        assert (refused.status_code, f'id="e-{place}"' in refused.text) == (400, True)
    made = sam.send(at, name="laptop", request_budget="7", token_budget="")
    secret = made.text.split('<code class="secret">')[1].split("<")[0]
    assert secret.startswith("sw_")
    shown = sam.see(f"/testers/{furnished.engagement}").text
    assert (secret in shown, "laptop" in shown, "0 of 7" in shown) == (False, True, True)
    with house.database.begin() as tx:
        assert {"laptop"} <= {each.name for each in testers.keys_of(tx, furnished.engagement)}


def test_ending_says_what_will_happen_and_does_it_once(staff: Make, furnished: Furnished, house: House) -> None:
    sam = staff("sam", "security")
    path = f"/testers/{furnished.engagement}/end"
    assert "Its working key is refused from the next request on" in text_of(sam.see(path))
    assert sam.send(path).headers["location"].endswith("?said=engagement_ended")
    again = sam.send(path)
    assert (again.status_code, "has ended" in text_of(again)) == (409, True)
    with house.database.begin() as tx:
        assert all(each.revoked for each in testers.keys_of(tx, furnished.engagement))
    late = sam.send(f"/testers/{furnished.engagement}/people/add", person=furnished.rita.id, checked="in_person")
    assert (late.status_code, "has ended" in text_of(late)) == (409, True)


# Safeguards


def test_others_lift_the_safeguards_and_one_puts_them_back(
    staff: Make,
    furnished: Furnished,
    house: House,
    somebody: Callable[..., Person],
    signed_in: Callable[[Person], Browser],
    clock: FrozenClock,
) -> None:
    known = team(house, somebody, clock)
    sam, sue, rob = (Staff(signed_in(who), house, who, device) for who, device in known.values())
    for each in (sam, sue, rob):
        each.prove()
    path = f"/testers/{furnished.engagement}"
    asking = "/approvals/ask/tester.lift_safeguards"
    assert f'value="{furnished.engagement}"' in sam.see(f"{asking}?engagement={furnished.engagement}").text
    asked = sam.send(asking, engagement=furnished.engagement, reason="To compare.").headers["location"]
    request = asked.removeprefix("/console").split("?")[0]
    assert "Others are asked to lift the safeguards" in sam.see(path).text
    for each in (sue, rob):
        digest = hidden(each.see(f"{request}/approve"), "digest")
        assert each.send(f"{request}/approve", digest=digest).status_code == 303
    assert sam.send(f"{request}/execute").status_code == 200
    lifted = sam.see(path)
    assert "The safeguards are lifted." in lifted.text
    assert f"lifted by {request.rpartition('/')[2]}" in text_of(lifted)
    assert furnished.engagement in sam.see("/testers?safeguards=lifted").text
    assert "decide about the testers" in sam.see(f"{path}/safeguards/restore").text
    assert sam.send(f"{path}/safeguards/restore").headers["location"].endswith("?said=safeguards_restored")
    told = text_of(sam.see(path))
    assert ("The safeguards are lifted." in told, "The safeguards were put back" in told) == (False, True)


# Statements


def test_a_statement_is_issued_read_and_proven_to_whoever_tested(
    staff: Make, furnished: Furnished, instance: Instance
) -> None:
    sam, eva = staff("sam", "security"), staff("eva", "evaluator")
    path = f"/testers/{furnished.engagement}/statements"
    assert "cannot be taken back" in sam.see(f"{path}/issue").text
    record = sam.send(f"{path}/issue").headers["location"].split("?")[0].rpartition("/")[2]
    told = text_of(eva.see(f"{path}/{record}"))
    for part in ("Institute demo", "3 testers, 2 keys", "5,000 requests, no limit of tokens", "demo leads to demo"):
        assert part in told, part
    early = eva.see(f"{path}/{record}/proof")
    assert (early.status_code, "not published yet" in text_of(early)) == (404, True)
    instance.sequencer().step()
    proof = eva.see(f"{path}/{record}/proof")
    assert proof.headers["content-disposition"] == f'attachment; filename="{record}.tlog-proof"'
    proven = check(Proof.parse(proof.text), Verifier.parse(instance.ledger_key()))
    assert proven.record["conditions"]["engagement"] == furnished.engagement
    assert instance.ledger_key() in eva.see(f"{path}/{record}").text.replace("&#43;", "+")
    assert record in sam.see(f"/testers/{furnished.engagement}").text


def test_a_statement_is_found_through_its_own_engagement_only(staff: Make, furnished: Furnished) -> None:
    sam = staff("sam", "security")
    issued = sam.send(f"/testers/{furnished.engagement}/statements/issue").headers["location"]
    record = issued.split("?")[0].rpartition("/")[2]
    for path in (f"{furnished.other}/statements/{record}", f"{furnished.engagement}/statements/re_none", "en_none"):
        assert sam.see(f"/testers/{path}").status_code == 404
    assert sam.see(f"/testers/{furnished.other}/statements/{record}/proof").status_code == 404


# Who may


def test_whoever_only_reads_sees_no_names_no_buttons_and_changes_nothing(
    staff: Make, furnished: Furnished, house: House
) -> None:
    eva, nobody = staff("eva", "evaluator"), staff("nobody")
    path = f"/testers/{furnished.engagement}"
    shown = eva.see(path)
    assert shown.status_code == 200
    assert "Tess Tester" not in shown.text
    assert furnished.tess.id in shown.text
    for button in ("/end", "/people/add", "/statements/issue", "/key", "/remove", "/revoke"):
        assert f'{button}"' not in shown.text
    tess = f"{path}/people/{furnished.tess.id}"
    changing = (
        f"/testers/begin/{furnished.project}", f"{path}/end", f"{path}/people/add", f"{tess}/remove", f"{tess}/key",
        f"{path}/people/{furnished.rita.id}/restore", f"{path}/safeguards/restore", f"{path}/statements/issue",
    )  # fmt: skip
    before = _state(house, furnished)
    for who in (eva, nobody):
        for each in changing:
            assert (who.see(each).status_code, who.send(each).status_code) == (403, 403), each
    for each in ("/testers", path, f"{path}/statements/re_1", f"{path}/statements/re_1/proof"):
        assert nobody.see(each).status_code == 403, each
    sam = staff("sam", "security")
    sam.browser.form = eva.browser.form
    for each in changing:
        foreign = sam.send(each, person=furnished.tom.id, checked="in_person", name="k")
        assert (foreign.status_code, "web.foreign_request" in foreign.text) == (403, True), each
    assert _state(house, furnished) == before


def _state(house: House, furnished: Furnished) -> object:
    with house.database.begin() as tx:
        return (
            testers.every(tx),
            testers.testers_of(tx, furnished.engagement),
            testers.keys_of(tx, furnished.engagement),
        )

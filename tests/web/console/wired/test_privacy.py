"""Privacy requests in the console: taken in, checked, answered by another hand; what stays and why; how long."""

from collections.abc import Callable

import pytest

from seawall.access import privacy
from seawall.access.people import Person, people
from seawall.access.privacy import State, Wish
from seawall.app.instance import Instance
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.web.console.conftest import Make, text_of
from tests.web.console.wired.conftest import ACCOUNT, Furnished


def at(request: str) -> str:
    return f"/privacy/requests/{request}"


def found(house: House, request: str) -> privacy.Request:
    with house.database.begin() as tx:
        return privacy.find(tx, request)


# The list


def test_an_empty_list_says_what_to_do(staff: Make) -> None:
    lea = staff("lea", "legal")
    told = text_of(lea.see("/privacy"))
    assert "Nobody asked for anything." in told
    assert "the thirty days run from then" in told
    assert 'href="/console/privacy"' in lea.see("").text
    assert 'href="/console/privacy"' not in staff("sam", "security").see("").text
    assert "Take a request in" not in staff("aud", "auditor").see("/privacy").text


def test_what_is_due_comes_first_and_lists_are_narrowed_and_exported(staff: Make, furnished: Furnished) -> None:
    lea = staff("lea", "legal")
    rows = lea.see("/privacy?format=json").json()
    assert rows[0]["id"] == furnished.late
    assert [each["state"] for each in rows] == ["open"] * 5 + ["refused"]
    assert [each["overdue"] for each in rows] == [True] + [False] * 5
    narrowed = lea.see("/privacy?format=json&state=open&wish=opt+out&whose=project").json()
    assert [each["id"] for each in narrowed] == [furnished.of_project]
    assert [each["id"] for each in lea.see("/privacy?format=json&wish=delete").json()] == [furnished.checked]
    assert lea.see("/privacy?format=csv&state=refused").text.count("\r\n") == 2
    assert furnished.late in lea.see("/privacy?sort=-due_at&wish=nothing").text


# Taking in


def test_a_request_is_taken_in_for_an_end_user_by_name_which_is_not_stored(
    staff: Make, furnished: Furnished, house: House, instance: Instance
) -> None:
    lea = staff("lea", "legal")
    assert "/console/privacy/take/account" in lea.see("/privacy/take").text
    assert 'name="project"' in lea.see("/privacy/take/account").text
    given = {"wish": "delete", "end_user": "karl.user", "project": "demo", "subjects": ""}
    made = lea.send("/privacy/take/account", **given)
    assert made.headers["location"].endswith("?said=privacy_taken")
    request = made.headers["location"].rpartition("/")[2].split("?")[0]
    taken = found(house, request)
    assert set(taken.subjects) == {instance.account(furnished.key, "karl.user"), *taken.subjects}
    assert "karl.user" not in lea.see(at(request)).text
    listed = lea.send("/privacy/take/account", wish="export", subjects=f"{ACCOUNT}\nac_2", end_user="", project="")
    assert found(house, listed.headers["location"].rpartition("/")[2].split("?")[0]).subjects == (ACCOUNT, "ac_2")


def test_a_request_is_taken_in_for_somebody_here_and_for_a_project(
    staff: Make, furnished: Furnished, house: House
) -> None:
    lea = staff("lea", "legal")
    for whose, fields, subject in (
        ("person", {"wish": "export", "person": "Tom Tester@people.test"}, furnished.tom.id),
        ("person", {"wish": "delete", "person": furnished.tess.id}, furnished.tess.id),
        ("project", {"wish": "opt_out", "project": "demo"}, furnished.project),
    ):
        made = lea.send(f"/privacy/take/{whose}", **fields)
        assert made.status_code == 303, text_of(made)
        taken = found(house, made.headers["location"].rpartition("/")[2].split("?")[0])
        assert (taken.subjects, taken.kind, taken.wish) == ((subject,), whose, fields["wish"])


@pytest.mark.parametrize(
    ("whose", "fields", "told", "place"),
    [
        ("account", {"wish": "delete", "end_user": "karl"}, "A name alone is nobody's", "project"),
        ("account", {"wish": "delete", "end_user": "karl", "project": "none"}, "There is no project", "project"),
        ("account", {"wish": "delete", "subjects": "karl"}, "'karl' is no account.", "subjects"),
        ("account", {"wish": "delete"}, "A request of 0 subjects.", "subjects"),
        ("account", {"wish": "admire", "subjects": ACCOUNT}, "wish: Input should be", "wish"),
        ("person", {"wish": "delete", "person": "pe_none"}, "Nobody is known as", "person"),
        ("person", {"wish": "delete", "person": "no@people.test"}, "Nobody is known as", "person"),
        ("person", {"wish": "opt_out", "person": "Tom Tester@people.test"}, "A opt_out of 1 people here", "person"),
        ("project", {"wish": "opt_out", "project": "none"}, "There is no project", "project"),
    ],
)
def test_what_no_request_can_be_is_told_in_its_place_and_taken_in_by_nobody(
    staff: Make, furnished: Furnished, house: House, whose: str, fields: dict[str, str], told: str, place: str
) -> None:
    lea = staff("lea", "legal")
    reply = lea.send(f"/privacy/take/{whose}", **fields)
    assert reply.status_code in (400, 404, 422)
    assert told in text_of(reply).replace("&#39;", "'")
    assert f'id="e-{place}"' in reply.text
    assert lea.see(f"/privacy/take/{whose}s").status_code == 404
    assert lea.send(f"/privacy/take/{whose}s", **fields).status_code == 404
    with house.database.begin() as tx:
        assert len(privacy.every(tx)) == 6


# Checking and answering


def test_one_checks_another_gives_the_copy(staff: Make, furnished: Furnished, house: House) -> None:
    lea, leo, path = staff("lea", "legal"), staff("leo", "legal"), at(furnished.waits)
    assert "Say who asks" in lea.see(path).text
    early = leo.send(f"{path}/export")
    assert (early.status_code, "Nobody has checked who asks" in text_of(early)) == (403, True)
    assert lea.send(f"{path}/check", how="by_smell").status_code == 422
    assert lea.send(f"{path}/check", how="in_person").headers["location"].endswith("?said=privacy_checked")
    assert found(house, furnished.waits).checked_by == lea.person.id
    assert "You found out who asks, so somebody else answers" in text_of(lea.see(path))
    same = lea.send(f"{path}/export")
    assert (same.status_code, "Somebody else must answer." in text_of(same)) == (403, True)
    assert "Give a copy" in leo.see(path).text
    assert "The file is made this once" in leo.see(f"{path}/export").text
    given = leo.send(f"{path}/export")
    assert given.headers["content-disposition"] == f'attachment; filename="{furnished.waits}.jsonl"'
    assert "Said demo." in given.text
    again = leo.send(f"{path}/export")
    assert (again.status_code, "is answered" in text_of(again), "Said demo." in again.text) == (409, True, False)
    told = text_of(lea.see(path))
    assert "A file of 3 lines was given." in told
    assert "hold" not in given.text


def test_a_deletion_says_what_it_reaches_what_stays_and_when_backups_are_gone(
    staff: Make, furnished: Furnished, house: House, clock: FrozenClock
) -> None:
    lea, path = staff("lea", "legal"), at(furnished.checked)
    before = text_of(lea.see(f"{path}/delete"))
    for part in (
        "Exchanges (2): their content and the places of what was found in it go.",
        "A legal hold or a preservation order keeps 1 of these.",
        "gone by 14 February 2026", "they are kept for 9 days", "It cannot be brought back.",
    ):  # fmt: skip
        assert part in before, part
    assert found(house, furnished.checked).state is State.OPEN
    assert lea.send(f"{path}/delete").headers["location"].endswith("?said=privacy_deleted")
    told = text_of(lea.see(path))
    for part in (
        "1 removed", "gone by 2026-02-", "Contents 1 the law asks or allows to keep it",
        "the ledger committed to what was decided", "Legal holds and preservation orders",
    ):  # fmt: skip
        assert part in told, part
    with house.database.begin() as tx:
        assert [each.on_hold for each in house.edges.vault.owned(tx, ACCOUNT)] == [True]
    assert lea.send(f"{path}/delete").status_code == 409


def test_why_something_is_held_is_for_whoever_may_hold(staff: Make, furnished: Furnished) -> None:
    lea, aud = staff("lea", "legal"), staff("aud", "auditor")
    assert "Order 12 about demo" in lea.see(at(furnished.checked)).text
    shown = aud.see(at(furnished.checked)).text
    assert (furnished.hold in shown, "Order 12 about demo" in shown) == (True, False)
    assert "Said demo." not in shown


def test_a_profile_and_an_account_are_corrected(staff: Make, furnished: Furnished, house: House) -> None:
    lea, leo = staff("lea", "legal"), staff("leo", "legal")
    person, account = at(furnished.of_person), at(furnished.late)
    refused = lea.send(f"{person}/correct", name="", address="no")
    assert (refused.status_code, 'id="e-name"' in refused.text) == (400, True)
    assert lea.send(f"{person}/correct", name="Tom Corrected", address="").status_code == 303
    with house.database.begin() as tx:
        assert people.profile_of(tx, house.edges, furnished.tom.id).name == "Tom Corrected"
    assert "Their profile was corrected." in text_of(lea.see(person))
    assert lea.send(f"{account}/check", how="in_person").status_code == 303
    empty = leo.send(f"{account}/correct", note=" ")
    assert (empty.status_code, 'id="e-note"' in empty.text) == (400, True)
    assert leo.send(f"{account}/correct", note="That was my brother.").status_code == 303
    told = text_of(leo.see(account))
    assert ("stands beside 1 account." in told, "my brother" in told) == (True, False)


def test_a_project_opts_out_and_in_again(staff: Make, furnished: Furnished, house: House) -> None:
    lea, leo, path = staff("lea", "legal"), staff("leo", "legal"), at(furnished.of_project)
    assert "Nothing is analysed of 1 project" in text_of(lea.see(f"{path}/opt-out"))
    assert lea.send(f"{path}/opt-out").status_code == 303
    assert "opted out" in text_of(lea.see(path))
    with house.database.begin() as tx:
        assert not privacy.may_analyse(tx, ACCOUNT, furnished.project)
    made = lea.send("/privacy/take/project", wish=Wish.OPT_IN.value, project="demo").headers["location"]
    again = made.removeprefix("/console").split("?")[0]
    leo.send(f"{again}/check", how="signed_in")
    assert "may be analysed and learned from again" in text_of(lea.see(f"{again}/opt-out"))
    assert lea.send(f"{again}/opt-out").status_code == 303
    with house.database.begin() as tx:
        assert privacy.may_analyse(tx, ACCOUNT, furnished.project)


def test_an_answer_to_something_else_is_refused_in_place(staff: Make, furnished: Furnished, house: House) -> None:
    lea = staff("lea", "legal")
    for path in ("export", "correct", "opt-out"):
        reply = lea.send(f"{at(furnished.checked)}/{path}", note="x")
        assert (reply.status_code, "asks to delete" in text_of(reply)) == (409, True), path
    assert found(house, furnished.checked).state is State.OPEN


def test_a_refusal_has_a_reason_of_the_list(staff: Make, furnished: Furnished, house: House) -> None:
    lea, path = staff("lea", "legal"), at(furnished.waits)
    wrong = lea.send(f"{path}/refuse", reason_code="I do not like them")
    assert (wrong.status_code, 'id="e-reason_code"' in wrong.text) == (400, True)
    assert lea.send(f"{path}/refuse", reason_code="not_theirs").headers["location"].endswith("?said=privacy_refused")
    assert "It was refused: the data is not theirs." in text_of(lea.see(path))
    assert lea.send(f"{path}/refuse", reason_code="withdrawn").status_code == 409
    assert found(house, furnished.waits).answer == {"reason_code": "not_theirs"}


# How long things are kept


def test_what_the_operator_set_is_told_apart_from_what_is_usual(
    staff: Make, furnished: Furnished, instance: Instance
) -> None:
    told = text_of(staff("aud", "auditor").see("/privacy/retention"))
    for part in (
        "exchange what people and models wrote to each other 14 days 30 days the operator",
        "case what was written in a case, and what somebody contests 730 days 730 days nobody",
        "until it is erased until it is erased cannot be set", "9 days 35 days the operator",
        "exchange = 14", "backups_kept_days = 9",
    ):  # fmt: skip
        assert part in told, part
    assert "is not in force yet" not in told


def test_periods_that_no_worker_took_up_are_said_to_be_set_only(staff: Make) -> None:
    told = text_of(staff("aud", "auditor").see("/privacy/retention"))
    assert "What is set is not in force yet" in told
    assert "Nothing was put in force yet." in told


# Who may


def test_whoever_only_reads_is_offered_nothing_and_changes_nothing(
    staff: Make, furnished: Furnished, house: House, clock: FrozenClock
) -> None:
    aud, nobody, lea = staff("aud", "auditor"), staff("nobody"), staff("lea", "legal")
    path = at(furnished.checked)
    shown = aud.see(path)
    assert shown.status_code == 200
    acts = ("check", "refuse", "export", "delete", "correct", "opt-out")
    for act in acts:
        assert f"{path}/{act}" not in shown.text
    changing = ("/privacy/take/account", *(f"{path}/{act}" for act in acts))
    for who in (aud, nobody):
        for each in changing:
            assert (who.see(each).status_code, who.send(each).status_code) == (403, 403), each
    for each in ("/privacy", "/privacy/retention", path):
        assert nobody.see(each).status_code == 403
    for each in ("", *(f"/{act}" for act in acts)):
        assert lea.see(f"{at('pv_none')}{each}").status_code == 404, each
    form, lea.browser.form = lea.browser.form, aud.browser.form
    for each in changing:
        foreign = lea.send(each, wish="delete", subjects=ACCOUNT, how="in_person", reason_code="withdrawn")
        assert (foreign.status_code, "web.foreign_request" in foreign.text) == (403, True), each
    lea.browser.form = form
    clock.advance(minutes=6)
    for each in changing:
        for reply in (lea.see(each), lea.send(each)):
            assert reply.headers["location"].startswith("/console/step-up?next=%2Fconsole%2Fprivacy"), each
    with house.database.begin() as tx:
        assert len(privacy.every(tx)) == 6
    assert found(house, furnished.checked).state is State.OPEN


def test_a_persons_own_request_does_not_lift_them_over_the_rule_of_two(
    staff: Make, house: House, somebody: Callable[..., Person]
) -> None:
    lea = staff("lea", "legal")
    made = lea.send("/privacy/take/person", wish="export", person=lea.person.id).headers["location"]
    path = made.removeprefix("/console").split("?")[0]
    assert lea.send(f"{path}/check", how="signed_in").status_code == 303
    assert lea.send(f"{path}/export").status_code == 403

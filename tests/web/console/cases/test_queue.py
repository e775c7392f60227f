"""The list of cases: who gets it, how it is narrowed, sorted, paged, taken out, and the next one taken."""

import csv
import io

import pytest

from seawall.cases import Origin
from seawall.vocabulary.categories import Category
from tests.conftest import FrozenClock
from tests.web.console.cases.conftest import Make, Rooms
from tests.web.console.conftest import Staff, text_of


@pytest.mark.parametrize(
    ("role", "cases", "sealed"),
    [
        ("reviewer", True, False),
        ("senior_reviewer", True, False),
        ("legal", True, False),
        ("child_safety_reviewer", True, True),
        ("administrator", False, False),
        ("auditor", False, False),
        ("security", False, False),
    ],
)
def test_each_role_sees_its_own_lists(staff: Make, role: str, cases: bool, sealed: bool) -> None:
    who = staff("somebody", role)
    home = who.see("").text
    for path, may in (("/cases", cases), ("/child-safety", sealed)):
        assert (f'href="/console{path}"' in home) is may
        assert who.see(path).status_code == (200 if may else 403)


def test_whoever_reads_alone_is_offered_nothing_to_press(staff: Make, rooms: Rooms) -> None:
    rooms.case()
    page = staff("lex", "legal").see("/cases").text
    assert ("Take the next one" in page, "data-claim" in page, "Settle the chosen" in page) == (False, False, False)


def test_an_empty_list_says_what_would_be_in_it(rev: Staff, rooms: Rooms) -> None:
    assert "Nothing waits." in text_of(rev.see("/cases"))
    assert "No case is like that." in text_of(rev.see("/cases?state=waiting"))


def test_the_list_is_narrowed_and_says_how_late_each_is(staff: Make, rooms: Rooms, clock: FrozenClock) -> None:
    rev = staff("rev", "reviewer")
    jail, harm = rooms.case(), rooms.case(Category.SELF_HARM, origin=Origin.FLAG)
    shown = rev.see("/cases").text
    assert shown.index(harm.id) < shown.index(jail.id), "the most urgent is on top"
    assert "due in 4 hours" in text_of(rev.see("/cases"))
    clock.advance(hours=5)
    rev = staff("rev again", "reviewer")
    late = rev.see("/cases?late=yes")
    assert ("was due 1 hour ago" in text_of(late), harm.id in late.text, jail.id in late.text) == (True, True, False)
    for path, wanted in (
        ("queue=urgent", harm), ("priority=normal", jail), ("origin=flag", harm), ("origin=finding", jail),
        ("queue=urgent&sort=due", harm), ("state=open&queue=general", jail), ("sort=newest&queue=urgent", harm),
    ):  # fmt: skip
        page = rev.see(f"/cases?{path}").text
        assert [each.id in page for each in (jail, harm)] == [each is wanted for each in (jail, harm)], path
    rooms.claims(jail, rev.person)
    assert ("Yours" in rev.see("/cases?mine=yes").text, harm.id in rev.see("/cases?mine=yes").text) == (True, False)


def test_what_an_address_asks_for_that_there_is_not_is_ignored(rev: Staff, rooms: Rooms) -> None:
    case = rooms.case()
    for path in ("queue=none", "state=none", "priority=none", "origin=none", "sort=none", "page=7"):
        assert case.id in rev.see(f"/cases?{path}").text, path
    assert rev.see("/cases?after=none").status_code == 400


@pytest.mark.parametrize("sort", ["urgent", "due", "newest"])
def test_pages_follow_each_other_without_a_gap(rev: Staff, rooms: Rooms, sort: str, clock: FrozenClock) -> None:
    made = []
    for _ in range(52):
        made.append(rooms.case().id)
        clock.advance(seconds=1)
    first = rev.see(f"/cases?sort={sort}")
    after = first.text.split('rel="next"')[0].rpartition('href="')[2].split('"')[0].replace("&amp;", "&")
    second = rev.see(after.removeprefix("/console"))
    assert [sum(each in page.text for each in made) for page in (first, second)] == [50, 2]
    assert all(each in first.text + second.text for each in made)
    assert "That is all." in text_of(second)


def test_a_list_is_taken_out_as_it_was_narrowed(rev: Staff, rooms: Rooms) -> None:
    jail, harm = rooms.case(), rooms.case(Category.SELF_HARM)
    told = rev.see("/cases?queue=urgent&format=csv")
    assert told.headers["content-disposition"] == 'attachment; filename="cases.csv"'
    rows = list(csv.DictReader(io.StringIO(told.text)))
    assert [(row["id"], row["priority"], row["state"]) for row in rows] == [(harm.id, "urgent", "open")]
    assert {row["id"] for row in rev.see("/cases?format=json").json()} == {jail.id, harm.id}
    assert rev.see("/cases?format=xml").status_code == 400
    assert "claimed_human" not in told.text


def test_the_next_one_is_the_most_urgent_that_is_free(rev: Staff, sen: Staff, rooms: Rooms) -> None:
    jail, harm = rooms.case(), rooms.case(Category.SELF_HARM)
    where = [who.send("/cases/next", queue="").headers["location"] for who in (rev, sen, rev)]
    assert where == [
        f"/console/cases/{harm.id}?said=case_claimed",
        f"/console/cases/{jail.id}?said=case_claimed",
        "/console/cases?said=nothing_waits",
    ]
    assert "No case waits that you could take." in text_of(rev.see("/cases?said=nothing_waits"))


def test_what_is_about_child_safety_is_in_its_own_list_alone(staff: Make, rev: Staff, rooms: Rooms) -> None:
    sealed, kid = rooms.case(Category.CHILD_SEXUAL_EXPLOITATION), staff("kid", "child_safety_reviewer")
    open_ = rooms.case()
    for who in (rev, kid):
        for path in ("", "?sort=newest", "?format=csv", "?state=open", "?queue=child_safety"):
            assert sealed.id not in who.see(f"/cases{path}").text, path
    assert (sealed.id in kid.see("/child-safety").text, open_.id in kid.see("/child-safety").text) == (True, False)
    assert kid.see("/child-safety?format=csv").status_code == 404
    assert "Export" not in kid.see("/child-safety").text
    assert kid.see(f"/child-safety/{open_.id}").status_code == 404
    assert kid.see(f"/cases/{sealed.id}").status_code == 404
    taken = kid.send("/child-safety/next").headers["location"]
    assert taken == f"/console/child-safety/{sealed.id}?said=case_claimed"
    assert rev.send("/child-safety/next").status_code == 403


def test_a_case_that_names_its_readers_is_in_nobody_elses_list(rev: Staff, sen: Staff, rooms: Rooms) -> None:
    case = rooms.case()
    done = sen.send(f"/cases/{case.id}/readers", readers=f"{sen.person.id}\n")
    assert done.headers["location"].endswith("?said=readers_changed")
    assert (case.id in sen.see("/cases").text, case.id in rev.see("/cases").text) == (True, False)
    assert (sen.see(f"/cases/{case.id}").status_code, rev.see(f"/cases/{case.id}").status_code) == (200, 404)
    assert rev.send(f"/cases/{case.id}/look").status_code == 404
    assert rev.send(f"/cases/{case.id}/readers", readers="").status_code == 403

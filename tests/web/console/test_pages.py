"""Each page over HTTP: who may see it, what its forms change, what is refused and where that is said."""

from collections.abc import Callable

import pytest

from seawall.access import keys, projects
from seawall.access.people import Person, links, people, roles, sessions
from seawall.access.people.held_keys import working
from seawall.access.sign_in import devices
from seawall.web.console.nav import ENTRIES
from seawall.web.house import House
from tests.audit.conftest import Log
from tests.conftest import FrozenClock
from tests.web.browser import Browser
from tests.web.console.conftest import Furnished, Staff, hidden, text_of

Make = Callable[..., Staff]


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_back(browser: Browser) -> None:
    reply = browser.get("/console/people?q=ada", headers={"accept": "text/html"})
    assert reply.status_code == 303
    assert reply.headers["location"] == "/console/sign-in?next=%2Fconsole%2Fpeople%3Fq%3Dada"


def test_every_place_is_offered_once() -> None:
    for told in ([each.path for each in ENTRIES], [each.label for each in ENTRIES]):
        assert len(told) == len(set(told))


def test_navigation_offers_what_somebody_may_do(staff: Make) -> None:
    nobody, auditor = staff("nobody"), staff("auditor", "auditor")
    assert "/console/people" not in nobody.see("").text
    assert "/console/audit" not in nobody.see("").text
    assert "/console/people" in auditor.see("").text
    assert "/console/audit" in auditor.see("").text


def test_a_page_without_the_right_says_what_it_takes(staff: Make) -> None:
    reply = staff("nobody").see("/people")
    assert reply.status_code == 403
    assert "one of the roles administrator, auditor, security" in text_of(reply)


def test_buttons_show_only_for_whom_they_work(staff: Make, somebody: Callable[..., Person]) -> None:
    who = somebody("ben")
    assert "Deactivate" in staff("ada", "administrator").see(f"/people/{who.id}").text
    assert "Deactivate" not in staff("cleo", "auditor").see(f"/people/{who.id}").text


def test_an_unknown_page_and_an_unknown_person_are_pages(staff: Make) -> None:
    ada = staff("ada", "administrator")
    assert ada.see("/nothing").status_code == 404
    reply = ada.see("/people/pe_nobody")
    assert (reply.status_code, "Nobody is known as" in text_of(reply)) == (404, True)


def test_what_nobody_foresaw_says_no_word_of_itself(
    house: House, staff: Make, home: str, caplog: pytest.LogCaptureFixture
) -> None:
    ada = staff("ada", "administrator")
    with house.database.begin() as tx:
        tx.exec_driver_sql("ALTER TABLE access_projects RENAME TO elsewhere")
    reply = ada.see("/projects")
    assert (reply.status_code, "access_projects" in reply.text) == (500, False)
    assert "Something went wrong" in text_of(reply)


# Sign-in


def test_a_password_signs_in_with_a_code_and_never_tells_who_exists(browser: Browser) -> None:
    browser.get("/console/sign-in")
    token = hidden(browser.get("/console/sign-in"), "csrf")
    given = {"csrf": token, "address": "nobody@people.test", "password": "wrong wrong wrong", "code": "1"}
    headers = {"accept": "text/html", "x-csrf-token": ""}
    reply = browser.ask("POST", "/console/sign-in", data=given, headers=headers)
    assert reply.status_code == 401
    assert "That does not match." in text_of(reply)
    assert "wrong wrong wrong" not in reply.text


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/console/people?q=a", "/console/people?q=a"),
        ("//evil.test/console", "/console"),
        ("https://evil.test/console", "/console"),
        ("/console//evil.test", "/console//evil.test"),
        ("/\\evil.test", "/console"),
        ("/console/../api", "/console"),
        ("/consoleevil", "/console"),
        ("javascript:alert(1)", "/console"),
        ("/console\r\nx: y", "/console"),
        ("http://[", "/console"),
    ],
)
def test_signing_in_leads_to_no_other_site(browser: Browser, asked: str, led: str) -> None:
    reply = browser.get("/console/sign-in", params={"next": asked})
    assert hidden(reply, "next").replace("&amp;", "&") == led


def test_looking_at_a_link_does_not_use_it_up_and_pressing_does(
    browser: Browser, house: House, somebody: Callable[..., Person]
) -> None:
    with house.database.begin() as tx:
        token = links.issue_link(tx, house.edges, somebody("ada").id, by="host:test").token
    for _ in range(2):
        reply = browser.get(f"/console/link?token={token}")
        assert reply.status_code == 200
    given = {"csrf": hidden(reply, "csrf"), "token": hidden(reply, "token")}
    headers = {"accept": "text/html", "x-csrf-token": ""}
    done = browser.ask("POST", "/console/link", data=given, headers=headers)
    assert (done.status_code, done.headers["location"]) == (303, "/console/profile?said=welcome")
    again = browser.ask("POST", "/console/link", data=given, headers=headers)
    assert again.status_code == 401


def test_a_form_of_another_page_changes_nothing(staff: Make) -> None:
    ada, ben = staff("ada", "administrator"), staff("ben")
    ada.browser.form = ben.browser.form
    reply = ada.send("/projects/add", name="demo", steer_share="1")
    assert reply.status_code == 403
    assert "web.foreign_request" in reply.text


# People


def test_somebody_is_added_named_and_let_in(staff: Make, house: House) -> None:
    ada = staff("ada", "administrator")
    made = ada.send("/people/add", name="Zoe", address="zoe@people.test", kind="person")
    assert made.status_code == 303
    path = made.headers["location"].removeprefix("/console").split("?")[0]
    assert "Zoe" in ada.see(path).text
    link = ada.send(f"{path}/link")
    assert "/console/link?token=" in link.text
    assert link.headers["cache-control"] == "no-store"
    assert ada.send(f"{path}/change", name="Zoe Example", address="").status_code == 303
    assert "Zoe Example" in ada.see(path).text


@pytest.mark.parametrize(
    ("fields", "told", "place"),
    [
        ({"name": "", "kind": "person"}, "A person needs a name.", "f-name"),
        ({"name": "Zoe", "address": "zoe", "kind": "person"}, "The address has no @.", "f-address"),
        ({"name": "Zoe", "kind": "service"}, "A service account needs somebody", ""),
        ({"name": "Zoe", "kind": "king"}, "kind: Input should be", "f-kind"),
        ({"name": "Zoe", "kind": "service", "human": "pe_none"}, "Nobody is known as", ""),
        ({"name": "x" * 300, "kind": "person"}, "name: String should have at most 200", "f-name"),
    ],
)
def test_a_wrong_field_is_told_in_its_place_and_the_rest_is_kept(
    staff: Make, fields: dict[str, str], told: str, place: str
) -> None:
    ada = staff("ada", "administrator")
    reply = ada.send("/people/add", **fields)
    assert reply.status_code in (400, 404, 422)
    assert told in text_of(reply)
    assert (f'href="#{place}"' in reply.text) is bool(place)
    assert f'value="{fields["name"]}"' in reply.text


def test_roles_are_given_confirmed_and_withdrawn(staff: Make, house: House, somebody: Callable[..., Person]) -> None:
    ada, ben = staff("ada", "administrator"), somebody("ben")
    path = f"/people/{ben.id}/roles"
    assert ada.send(f"{path}/change", give="legal", owner=ada.person.id, review_days="30").status_code == 303
    assert ada.send(f"{path}/change", give="legal", owner=ada.person.id, review_days="30").status_code == 409
    assert ada.send(f"{path}/change", give="king", owner="", review_days="30").status_code == 400
    assert ada.send(f"{path}/change", give="auditor", owner="", review_days="many").status_code == 422
    assert ada.send(f"{path}/legal/confirm").status_code == 303
    assert "legal" in ada.see(f"{path}/legal/withdraw").text
    assert ada.send(f"{path}/legal/withdraw").status_code == 303
    with house.database.begin() as tx:
        assert roles.held(tx, ben.id) == ()


def test_deactivating_says_what_will_happen_and_does_it_once(
    staff: Make, house: House, somebody: Callable[..., Person]
) -> None:
    ada, ben = staff("ada", "administrator"), somebody("ben")
    assert "signed out everywhere" in ada.see(f"/people/{ben.id}/deactivate").text
    assert ada.send(f"/people/{ben.id}/deactivate").status_code == 303
    again = ada.send(f"/people/{ben.id}/deactivate")
    assert (again.status_code, "is deactivated" in text_of(again)) == (409, True)
    assert ada.send(f"/people/{ben.id}/activate").status_code == 303
    with house.database.begin() as tx:
        assert people.find(tx, ben.id).active


def test_sessions_of_somebody_end_at_once(staff: Make) -> None:
    ada, ben = staff("ada", "administrator"), staff("ben")
    assert ada.send(f"/people/{ben.person.id}/end-sessions").status_code == 303
    assert ben.see("/profile").headers["location"].startswith("/console/sign-in")


def test_something_dangerous_leads_to_the_passkey_and_changes_nothing(
    staff: Make, house: House, somebody: Callable[..., Person]
) -> None:
    ada, ben = staff("ada", "administrator", proven=False), somebody("ben")
    path = f"/people/{ben.id}/deactivate"
    for reply in (ada.see(path), ada.send(path)):
        assert reply.headers["location"] == f"/console/step-up?next=%2Fconsole%2Fpeople%2F{ben.id}%2Fdeactivate"
    with house.database.begin() as tx:
        assert people.find(tx, ben.id).active
    ada.prove()
    assert ada.send(path).status_code == 303


# One's own page


def test_somebody_without_a_passkey_is_told_so_when_one_is_needed(
    signed_in: Callable[[Person], Browser], somebody: Callable[..., Person]
) -> None:
    browser = signed_in(somebody("ada", "administrator"))
    reply = browser.get("/console/step-up", headers={"accept": "text/html"})
    assert "You have no passkey yet" in text_of(reply)


def test_ways_to_sign_in_change_only_after_a_fresh_proof(staff: Make, clock: FrozenClock) -> None:
    ada = staff("ada")
    clock.advance(minutes=6)
    for path in ("password", "authenticator", "recovery-codes", "name", "passkeys/add", "authenticator/remove"):
        reply = ada.see(f"/profile/{path}")
        assert reply.headers["location"].startswith("/console/step-up?next=")
    for path in ("password", "authenticator", "recovery-codes", "authenticator/remove", "password/remove"):
        reply = ada.send(f"/profile/{path}", password="a long enough password", again="a long enough password")
        assert reply.headers["location"].startswith("/console/step-up?next=")
    assert ada.browser.post("/api/me/passkeys/begin").status_code == 403


def test_whoever_has_no_passkey_signs_in_anew_after_a_while(
    signed_in: Callable[[Person], Browser], somebody: Callable[..., Person], clock: FrozenClock
) -> None:
    browser = signed_in(somebody("ada"))
    assert browser.post("/api/me/passkeys/begin").status_code == 200
    clock.advance(minutes=16)
    assert browser.post("/api/me/passkeys/begin").status_code == 403


def test_a_password_an_app_and_codes_sign_in(staff: Make, browser: Browser, house: House, clock: FrozenClock) -> None:
    ada = staff("ada")
    words = "correct horse battery"
    assert ada.send("/profile/password", password=words, again="other").status_code == 400
    assert ada.send("/profile/password", password="short", again="short").status_code == 400
    assert ada.send("/profile/password", password=words, again=words).status_code == 303
    page = ada.send("/profile/authenticator")
    assert "<svg" in page.text
    wrong = ada.send("/profile/authenticator/confirm", code="1")
    assert (wrong.status_code, 'aria-invalid="true"' in wrong.text) == (422, True)
    codes = ada.send("/profile/recovery-codes")
    code = codes.text.split('<ol class="codes"><li>')[1].split("</li>")[0]
    token = hidden(browser.get("/console/sign-in"), "csrf")
    given = {"csrf": token, "address": "ada@people.test", "password": words, "code": code, "next": "/console/profile"}
    done = browser.ask("POST", "/console/sign-in", data=given, headers={"x-csrf-token": ""})
    assert (done.status_code, done.headers["location"]) == (303, "/console/profile")


def test_own_sessions_end_and_those_of_others_do_not(
    staff: Make, signed_in: Callable[[Person], Browser], house: House, clock: FrozenClock
) -> None:
    ada, ben = staff("ada"), staff("ben")
    other = signed_in(ada.person)
    with house.database.begin() as tx:
        (of_ben,) = sessions.live(tx, clock(), person=ben.person.id)
    assert ada.send(f"/profile/sessions/{of_ben.id}/end").status_code == 404
    assert ben.see("/profile").status_code == 200
    assert ada.send("/profile/sessions/end-others").status_code == 303
    assert other.get("/api/session").status_code == 401
    assert ada.see("/profile").status_code == 200


def test_a_passkey_of_somebody_else_is_not_removed(staff: Make, house: House) -> None:

    ada, ben = staff("ada"), staff("ben")
    with house.database.begin() as tx:
        (key,) = working(tx, ben.person.id)
    assert ada.send(f"/profile/passkeys/{key.id}/remove").status_code == 404
    assert ben.send(f"/profile/passkeys/{key.id}/remove").status_code == 303


# Rights


def test_rights_stand_as_text_with_their_digest(staff: Make, house: House) -> None:
    shown = staff("ada", "auditor").see("/rights")
    assert house.desk.rights.digest in shown.text
    assert "Auditors read everything that is recorded and change nothing." in text_of(shown)
    assert "guard.readers" in shown.text


def test_a_decision_is_explained(staff: Make) -> None:
    ada = staff("ada", "auditor")
    told = text_of(ada.see(f"/rights/explain?person={ada.person.id}&action=person.add"))
    assert "ada may not do this." in told
    assert "one of the roles administrator" in told
    assert "ada may do this." in text_of(ada.see(f"/rights/explain?person={ada.person.id}&action=audit.read"))
    assert ada.see("/rights/explain?person=nobody&action=audit.read").status_code == 404
    assert ada.see(f"/rights/explain?person={ada.person.id}&action=world.rule").status_code == 400


# Projects


def test_a_project_is_made_set_and_archived(staff: Make, house: House) -> None:
    ada = staff("ada", "administrator")
    made = ada.send("/projects/add", name="demo", steer_share="0.5", country="de", images_allowed="yes")
    assert made.status_code == 303
    path = made.headers["location"].removeprefix("/console").split("?")[0]
    assert ada.send(f"{path}/settings", steer_share="2").status_code == 400
    assert ada.send(f"{path}/settings", steer_share="much").status_code == 422
    assert ada.send(f"{path}/settings", steer_share="1", country="").status_code == 303
    with house.database.begin() as tx:
        kept = projects.find(tx, "demo")
    assert (kept.steer_share, kept.country, kept.images_allowed) == (1.0, "DE", False) or kept.country == ""
    assert "cannot be undone" in ada.see(f"{path}/archive").text
    assert ada.send(f"{path}/archive").status_code == 303
    assert ada.see(path).status_code == 404


def test_nobody_lets_a_project_keep_nothing_alone(staff: Make, house: House) -> None:
    ada = staff("ada", "administrator")
    assert ada.browser.post("/api/projects", {"name": "demo", "zero_retention": True}).status_code == 422
    ada.send("/projects/add", name="demo", steer_share="1", zero_retention="yes")
    with house.database.begin() as tx:
        assert projects.find(tx, "demo").zero_retention is False


def test_a_key_is_shown_once_and_revoked(staff: Make, house: House, furnished: Furnished) -> None:
    ada = staff("root", "administrator")
    path = f"/projects/{furnished.project}"
    assert ada.send(f"{path}/keys/add", name="").status_code == 400
    made = ada.send(f"{path}/keys/add", name="laptop")
    secret = made.text.split('<code class="secret">')[1].split("<")[0]
    assert secret.startswith("sw_")
    shown = ada.see(path)
    assert secret not in shown.text
    assert "laptop sw_" in text_of(shown)
    assert f">{ada.person.id}<" not in shown.text
    with house.database.begin() as tx:
        newest = keys.list_keys(tx, furnished.project)[0].key
    assert ada.send(f"{path}/keys/{newest}/revoke").status_code == 303
    assert ada.send(f"{path}/keys/{newest}/revoke").status_code == 404


def test_a_key_is_revoked_through_its_own_project_only(staff: Make, furnished: Furnished) -> None:
    ada = staff("root", "administrator")
    other = ada.browser.post("/api/projects", {"name": "other"}).json()["id"]
    assert ada.send(f"/projects/{other}/keys/{furnished.key}/revoke").status_code == 404
    assert ada.send(f"/projects/{furnished.project}/keys/{furnished.key}/revoke").status_code == 303


# Tables


def test_a_table_is_filtered_sorted_paged_and_exported(staff: Make, somebody: Callable[..., Person]) -> None:
    ada = staff("ada", "administrator")
    for number in range(55):
        somebody(f"person {number:02}")
    assert "Page 1 of 2" in ada.see("/people").text
    assert "person 54" in ada.see("/people?page=2").text
    assert "person 54" in ada.see("/people?sort=-name").text
    assert "person 07" in ada.see("/people?q=07%40people.test").text
    assert "person 08" not in ada.see("/people?q=07%40people.test").text
    assert "Nothing matches" in ada.see("/people?q=zebra").text
    assert ada.see("/people?page=99999999999999999999&sort=nothing").status_code == 200
    exported = ada.see("/people?format=csv")
    assert exported.headers["content-disposition"] == 'attachment; filename="people.csv"'
    assert len(exported.text.splitlines()) == 57
    assert [each["name"] for each in ada.see("/people?format=json&q=07%40people.test").json()] == ["person 07"]
    assert ada.see("/people?format=xls").status_code == 400


def test_a_spreadsheet_takes_no_name_for_a_formula(staff: Make, somebody: Callable[..., Person]) -> None:
    ada = staff("ada", "administrator")
    ada.send("/people/add", name="=HYPERLINK(1)", kind="person")
    assert "'=HYPERLINK(1)" in ada.see("/people?format=csv").text
    assert '"=HYPERLINK(1)"' in ada.see("/people?format=json").text


# Files


def test_styles_and_scripts_are_kept_for_good_under_their_digest(browser: Browser) -> None:
    page = browser.get("/console/sign-in").text
    path = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert browser.get(path).headers["cache-control"] == "public, max-age=31536000, immutable"
    assert browser.get(path.replace(path.split("/")[3], "0" * 16)).headers["cache-control"] == "no-cache"
    assert browser.get("/console/static/x/NOTICE").status_code == 404
    assert browser.get("/console/static/x/..%2fconsole.css").status_code == 404


def test_no_page_holds_a_script_or_a_style_of_its_own(staff: Make, furnished: Furnished) -> None:
    ada = staff("root", "administrator", "auditor", "security", "legal")
    paths = ("", "/profile", "/people", "/rights", "/projects", "/approvals", "/audit", "/profile/passkeys/add")
    for path in (*paths, f"/people/{furnished.ada.id}", f"/approvals/{furnished.waiting.id}", "/step-up"):
        text = ada.see(path).text
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick" not in text
        assert text.count("<script") == text.count('<script src="/console/static/')


# Audit


def test_records_are_found_and_taken_out(staff: Make, log: Log, furnished: Furnished) -> None:
    ada = staff("root", "auditor")
    log.sequencer.step()
    made, exported = ">project.created</span>", ">audit.exported</span>"
    assert made in ada.see("/audit?kind=project.*").text
    assert made not in ada.see("/audit?kind=person.*").text
    assert made in ada.see(f"/audit?actor={furnished.ada.id}").text
    assert "No record fits." in text_of(ada.see("/audit?since=2030-01-01"))
    wrong = ada.see("/audit?since=yesterday")
    assert (wrong.status_code, "is no day" in text_of(wrong)) == (400, True)
    taken = ada.send("/audit/export", kind="project.*", form="csv")
    assert taken.headers["content-disposition"].startswith("attachment; filename=")
    assert "project.created" in taken.text
    log.sequencer.step()
    assert exported in ada.see("/audit?kind=audit.*").text
    log.sequencer.step()
    told = [each.fields["kinds"] for each in log.found(kinds=("audit.searched",), actor=ada.person.id)]
    assert sorted(told) == [[], [], ["audit.*"], ["person.*"], ["project.*"]]
    assert "That you looked for these is a record" in text_of(ada.see("/audit"))
    assert staff("nobody").see("/audit").status_code == 403


def test_a_program_is_let_in_or_refused_by_its_code(staff: Make, house: House) -> None:
    ada = staff("ada")
    for decision, said in (("let_in", "device_let_in"), ("refuse", "device_refused")):
        with house.database.begin() as tx:
            codes = devices.ask(tx, house.edges, program="seawall/1 (a <b>laptop</b>)", asked_from="127.0.0.1")
        assert codes.user_code in ada.see(f"/device?user_code={codes.user_code}").text
        shown = ada.send("/device", user_code=codes.user_code)
        assert "a &lt;b&gt;laptop&lt;/b&gt;" in shown.text
        assert "acts as you" in text_of(shown)
        done = ada.send("/device/decide", user_code=codes.user_code, decision=decision)
        assert (done.status_code, done.headers["location"]) == (303, f"/console/device?said={said}")
    unknown = ada.send("/device", user_code="AAAA-AAAA")
    assert unknown.status_code >= 400
    assert "acts as you" not in text_of(unknown)

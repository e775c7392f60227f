"""Pages of projects and their keys."""

from seawall.access import keys, projects
from seawall.web.house import House
from tests.web.console.conftest import Furnished, Make, text_of


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

"""Every route declares who may call it, and nobody gets past what it declares."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Mount

from seawall.access.people import Person
from seawall.access.rights.actions import BY_NAME
from seawall.web.application import inner
from seawall.web.house import House
from seawall.web.routes import ANYONE, Need, Routes
from seawall.web.scim import Provisioning
from tests.web.browser import Browser

TEMPLATES = Path(__file__).parents[2] / "src" / "seawall" / "web" / "console" / "templates"
_LEADS = re.compile(r'(?:href|action)="(/console/[^"]*)"')
OPEN = {
    "/api/session/form",
    "/api/session/link",
    "/api/session/password",
    "/api/session/passkey/begin",
    "/api/session/passkey",
    "/api/privacy/retention",
    "/console/sign-in",
    "/console/link",
    "/console/static/{digest}/{name}",
    "/auth/oidc",
    "/auth/oidc/{provider}/start",
    "/auth/oidc/{provider}/callback",
}
# Open too, and no cookie is considered there.
PROGRAMS = {"/api/device", "/api/device/token", "/auth/oidc/{provider}/logout"}
# Open to whoever has a working key of a project, for what is of that project.
PRODUCTS = {
    "/api/v1/flags",
    "/api/v1/flags/{flag}",
    "/api/v1/appeals",
    "/api/v1/appeals/{appeal}",
    "/api/v1/notices",
    "/api/v1/notices/{notice}/given",
    "/api/v1/accounts/{account}/references",
    "/api/v1/references",
    "/api/v1/accounts/{account}/notices",
    "/api/v1/notices/{notice}/link",
    "/api/v1/decisions/{decision}/link",
    "/api/v1/appeals/{appeal}/link",
    "/api/v1/flags/{flag}/link",
    "/api/v1/export-link",
    "/api/v1/links/{link}",
    "/api/v1/contacts",
    "/api/v1/contacts/forget",
}
# The portal: open to anyone, and what is behind a link only to whoever has it.
PORTAL = {
    "/portal",
    "/portal/notice/{token}",
    "/portal/notice/{token}/appeal",
    "/portal/appeal/{token}",
    "/portal/flag/{token}",
    "/portal/report",
    "/portal/report/thanks",
    "/portal/reported/{token}",
    "/portal/export/{token}",
    "/portal/feedback/{about}",
    "/portal/feedback/said/{token}",
}
WITHOUT_SESSION = ("anyone", "program", "portal")


def _needs(route: APIRoute) -> list[Need]:
    return [each.dependency for each in route.dependencies if isinstance(each.dependency, Need)]


def _routes(app: FastAPI) -> list[APIRoute]:
    return [route for route in app.routes if isinstance(route, APIRoute)]


def test_every_route_declares_one_need_and_nothing_else_is_served(house: House) -> None:
    app = inner(house)
    assert all(len(_needs(route)) == 1 for route in _routes(app))
    # What directories call is a library's, behind a token of its own: tests/web/scim holds that nothing passes without.
    mounted = [route for route in app.routes if not isinstance(route, APIRoute)]
    assert [(type(route), route.path, type(route.app)) for route in mounted] == [(Mount, "/scim", Provisioning)]  # type: ignore[attr-defined]


def test_only_listed_routes_are_open_to_anyone(house: House) -> None:
    for who, listed in (("anyone", OPEN), ("program", PROGRAMS), ("key", PRODUCTS), ("portal", PORTAL)):
        assert {route.path for route in _routes(inner(house)) if _needs(route)[0].who == who} == listed


def test_a_need_names_an_action_that_exists() -> None:
    with pytest.raises(ValueError, match="no action"):
        Need("action", "person.admire")
    assert Routes("/x").get("", needs=ANYONE)


def test_nobody_unsigned_gets_anything_from_any_other_route(house: House, browser: Browser) -> None:
    for route in _routes(inner(house)):
        if _needs(route)[0].who in WITHOUT_SESSION:
            continue
        path = route.path.replace("{", "").replace("}", "")
        for method in route.methods:
            for body in (None, {}, {"person": "x"}):
                status = browser.ask(method, path, json=body).status_code
                assert status in (401, 403, 404, 422), (method, path, status)


def test_a_person_without_a_role_gets_nothing_that_takes_one(
    house: House, somebody: Callable[..., Person], signed_in: Callable[[Person], Browser]
) -> None:
    browser = signed_in(somebody("nobody"))
    for route in _routes(inner(house)):
        if _needs(route)[0].action is None:
            continue
        path = route.path.replace("{", "").replace("}", "")
        for method in route.methods:
            assert browser.ask(method, path, json={}).status_code in (403, 404, 422), (method, path)


def test_needs_speak_of_kinds_that_a_path_can_name(house: House) -> None:
    for route in _routes(inner(house)):
        need = _needs(route)[0]
        assert need.of is None or f"{{{need.of}}}" in route.path
        assert need.action is None or BY_NAME[need.action]


def test_what_pages_of_the_console_lead_to_is_there(house: House) -> None:
    known = [route for route in _routes(inner(house)) if route.path.startswith("/console")]
    told = [
        (template.name, where)
        for template in sorted(TEMPLATES.rglob("*.html"))
        for where in _LEADS.findall(template.read_text("utf-8"))
    ]
    assert len(told) > 50
    # A part that only the page knows is a name behind a slash, or else a question; what else is chosen is left out.
    paths = [(name, _filled(where).split("?")[0].split("#")[0]) for name, where in told]
    looked_at = [(name, path) for name, path in paths if "{" not in path]
    assert [each for each in looked_at if not any(route.path_regex.fullmatch(each[1]) for route in known)] == []


def _filled(where: str) -> str:
    return re.sub(r"(/)?\{\{.*?\}\}", lambda found: "/x" if found[1] else "", where)

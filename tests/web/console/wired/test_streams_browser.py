"""Streams of the audit in Chromium: no page of them shuts anybody out."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from seawall.access.people import Person
from seawall.audit import setting_up
from seawall.audit.streams import every
from seawall.web.house import House
from tests.web.console.test_browser import add_passkey, come_in, looked_at

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_no_page_of_streams_shuts_anybody_out(page: Page, house: House, somebody: Callable[..., Person]) -> None:
    edges = house.edges
    with house.database.begin() as tx:
        for target in ("syslog+tls://siem.example.org:6514", "syslog+udp://10.0.0.1"):
            made = setting_up.checked(way="syslog", target=target, form="cef", kinds=("person.*",))
            setting_up.set_up(tx, made, None, by="t", record=edges.record, clock=edges.clock)
        stream = every(tx)[0].id
    come_in(page, house, somebody("Sam Example", "security"))
    add_passkey(page)
    wrong = []
    for name, path in {
        "streams": "/audit/streams",
        "stream": f"/audit/streams/{stream}",
        "stream-remove": f"/audit/streams/{stream}/remove",
        "stream-ask": "/audit/streams/add",
    }.items():
        page.goto(f"/console{path}")
        wrong += looked_at(page, name)
    assert wrong == []
    page.goto(f"/console/audit/streams/{stream}")
    page.get_by_role("link", name="Remove it").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("Records flow there no more.")).to_be_visible()

"""The hub over HTTP: the very bytes that were signed, with headers that add to what each page states."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seawall.app.serving import beside
from seawall.hub.folder import put
from seawall.hub.serve import HubFiles
from seawall.hub.verifier import verifier_page

PAGE = b"""<!doctype html>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;self&#39;">
<p>Hello."""
Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., Any]:
    files = {"index.html": PAGE, "themes/index.html": PAGE, "a.css": b"p{}", "verify.html": verifier_page()}
    put(files, tmp_path / "site", "1")
    (tmp_path / "secret.txt").write_text("secret")

    async def gateway(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 418, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    app = beside(gateway, HubFiles(tmp_path / "site"))

    async def run(path: str, method: str = "GET", **headers: str) -> Answer:
        said: list[dict[str, Any]] = []

        async def send(message: Any) -> None:
            said.append(message)

        given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        await app({"type": "http", "path": path, "method": method, "headers": given}, None, send)
        told = {name.decode(): value.decode() for name, value in said[0]["headers"]}
        return said[0]["status"], told, said[1]["body"]

    return run


async def test_a_page_comes_as_it_was_signed_with_the_policy_that_it_states(ask: Callable[..., Any]) -> None:
    status, headers, body = await ask("/hub/")
    assert (status, body) == (200, PAGE)
    assert headers["content-security-policy"] == "default-src 'none'; style-src 'self'; frame-ancestors 'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert (await ask("/hub/themes/"))[2] == PAGE
    assert (await ask("/hub/a.css"))[1]["content-type"].startswith("text/css")


async def test_the_verifier_may_run_its_own_script_and_no_other(ask: Callable[..., Any]) -> None:
    policy = (await ask("/hub/verify.html"))[1]["content-security-policy"]
    assert "script-src 'sha256-" in policy
    assert "unsafe" not in policy


async def test_what_did_not_change_is_not_sent_again(ask: Callable[..., Any]) -> None:
    tag = (await ask("/hub/"))[1]["etag"]
    assert (await ask("/hub/", if_none_match=tag))[0::2] == (304, b"")
    assert (await ask("/hub/", "HEAD"))[0::2] == (200, b"")


@pytest.mark.parametrize(
    "path", ["/hub/../secret.txt", "/hub/..%2fsecret.txt", "/hub/.site.editions/1/index.html", "/hub//etc/passwd",
             "/hub/nothing.html", "/hub/themes"],
)  # fmt: skip
async def test_nothing_but_the_edition_is_served(ask: Callable[..., Any], path: str) -> None:
    status, headers, body = await ask(path)
    assert status == 404
    assert b"secret" not in body
    assert headers["content-security-policy"].startswith("default-src 'none'")


async def test_nothing_can_be_changed_and_the_gateway_keeps_its_own(ask: Callable[..., Any]) -> None:
    assert (await ask("/hub/", "POST"))[0] == 405
    assert (await ask("/hub"))[1]["location"] == "/hub/"
    assert (await ask("/hubris"))[0] == 418
    assert (await ask("/v1/messages"))[0] == 418

"""The hub in a real browser: what axe finds, three widths, and `verify.html` against sites that were tampered with."""

import os
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect, sync_playwright

from seawall.hub.folder import write
from seawall.hub.manifest import MANIFEST
from seawall.hub.verifier import verifier_page
from tests.hub.conftest import Ground
from tests.hub.test_doors import Hub
from tests.hub.test_verify import flipped, second
from tests.web.console.conftest import CHROMIUM, QUIET

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
_SHOTS = os.environ.get("SEAWALL_SHOTS", "")
# Without `preload` it does not fetch the stylesheets, which the policy of the pages forbids every script.
_AXE = {"resultTypes": ["violations"], "preload": False}
_WIDTHS = (1280, 768, 320)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not there")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Chromium) -> Iterator[Page]:
    """A page that fails on any error of a script or of the policy, and on anything fetched from elsewhere."""
    context = chromium.new_context(reduced_motion="reduce")
    made = context.new_page()
    said: list[str] = []
    made.on("pageerror", lambda error: said.append(str(error)))
    made.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
    made.on("request", lambda asked: said.append(asked.url) if _elsewhere(asked.url) else None)
    made.set_default_timeout(20_000)
    yield made
    context.close()
    assert "\n".join(said) == ""


def _elsewhere(url: str) -> bool:
    return not url.startswith(("http://localhost:", "file://", "data:", "blob:"))


@pytest.fixture
def site(ground: Ground, tmp_path: Path) -> Path:
    return write(ground.published(), tmp_path / "site")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served(site: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def kept(tmp_path: Path) -> str:
    """A verifier that somebody kept."""
    path = tmp_path / "kept" / "verify.html"
    path.parent.mkdir()
    path.write_bytes(verifier_page())
    return path.as_uri()


def pin(page: Page, key: str) -> None:
    page.get_by_label("Verifier key of the ledger").fill(key)
    page.get_by_role("button", name="Pin this key").click()
    expect(page.get_by_text("Pinned: the key of log.test/audit.")).to_be_visible()


def choose(page: Page, folder: Path) -> None:
    page.get_by_label("Folder of the site").set_input_files(folder)


def test_no_page_shuts_anybody_out(page: Page, ground: Ground, site: Path) -> None:
    """Light and dark without a finding of axe, and no page scrolls sideways at any width."""
    wrong: list[str] = []
    for path in sorted(each for each in ground.built().files if each.endswith(".html")):
        page.goto((site / path).as_uri())
        name = path.removesuffix(".html").replace("/", "-")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.set_viewport_size({"width": _WIDTHS[0], "height": 900})
            told = Axe().run(page, options=_AXE).response["violations"]
            wrong += [f"{path} {scheme}: {each['id']} {each['nodes'][0]['html']}" for each in told]
            for width in _WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                across = page.evaluate("document.documentElement.scrollWidth")
                wrong += [f"{path}: {across} px across at {width}"] if across > width else []
                _shot(page, f"{name}-{scheme}-{width}")
    assert "\n".join(wrong) == ""


_SHIFTS = """new Promise(done => {
    let sum = 0
    const add = list => { for (const each of list.getEntries()) sum += each.value }
    new PerformanceObserver(add).observe({type: "layout-shift", buffered: true})
    setTimeout(() => done(sum), 150)
})"""


def test_nothing_moves_once_it_is_there(page: Page, ground: Ground, served: str) -> None:
    """No page shifts its layout while it loads, on a telephone and on a desk."""
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in sorted(each for each in ground.built().files if each.endswith(".html")):
            page.goto(f"{served}/{path}")
            assert page.evaluate(_SHIFTS) == 0, (path, width)


def _shot(page: Page, name: str) -> None:
    if _SHOTS:
        Path(_SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{_SHOTS}/{name}.png", full_page=True)


def test_a_kept_verifier_finds_a_good_copy_good_without_a_network(
    page: Page, ground: Ground, site: Path, kept: str
) -> None:
    page.goto(kept)
    pin(page, ground.key)
    choose(page, site)
    expect(page.get_by_text("Everything holds.")).to_be_visible()
    _shot(page, "verified")
    assert Axe().run(page, options=_AXE).response["violations"] == []


def test_a_flipped_byte_is_named_in_plain_words(page: Page, ground: Ground, site: Path, kept: str) -> None:
    target = site / "metrics" / "actions.html"
    target.write_bytes(target.read_bytes().replace(b">1,200<", b">1,100<"))
    page.goto(kept)
    pin(page, ground.key)
    choose(page, site)
    expect(page.get_by_text("Do not rely on this site.")).to_be_visible()
    expect(page.get_by_text("metrics/actions.html").first).to_be_visible()
    expect(page.get_by_text("The file was changed: at least one byte differs from what was published.")).to_be_visible()
    expect(page.get_by_text("A number is wrong: the page shows “1,100” where it states 1200.")).to_be_visible()
    _shot(page, "flipped")
    assert Axe().run(page, options=_AXE).response["violations"] == []


def test_a_served_verifier_that_lies_is_found_out_by_a_kept_one(
    page: Page, ground: Ground, site: Path, served: str, kept: str
) -> None:
    """The served page is changed to find everything good, and a page beside it to say something else."""
    (site / "changes.html").write_bytes(b"<!doctype html><title>Nothing changed</title>")
    lying = (site / "verify.html").read_text().replace("if (!problems.length) {", "if (true) {")
    script = lying[lying.index("<script>") + 8 : lying.index("</script>")]
    (site / "verify.html").write_text(_allowed(lying, script))
    page.goto(f"{served}/verify.html")
    pin(page, ground.key)
    page.get_by_role("button", name="Fetch and check").click()
    expect(page.get_by_text("Everything holds.")).to_be_visible()
    page.goto(kept)
    pin(page, ground.key)
    choose(page, site)
    expect(page.get_by_text("Do not rely on this site.")).to_be_visible()
    found = page.locator(".problems code")
    expect(found).to_have_text(["changes.html", "verify.html"])


def _allowed(html: str, script: str) -> str:
    import base64
    import hashlib
    import re

    named = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return re.sub(r"script-src 'sha256-[^']+'", f"script-src 'sha256-{named}'", html)


def test_the_site_is_fetched_from_where_the_page_came_from(page: Page, ground: Ground, site: Path, served: str) -> None:
    page.goto(f"{served}/verify.html")
    expect(page.get_by_text("This copy has the SHA-256 digest")).to_be_visible()
    pin(page, ground.key)
    page.get_by_role("button", name="Fetch and check").click()
    expect(page.get_by_text("Everything holds.")).to_be_visible()
    target = site / "index.html"
    target.write_bytes(flipped(target.read_bytes()))
    page.get_by_role("button", name="Fetch and check").click()
    expect(page.get_by_text("Do not rely on this site.")).to_be_visible()


def test_it_remembers_the_ledger_that_it_saw(page: Page, ground: Ground, site: Path, kept: str, tmp_path: Path) -> None:
    old = {each.relative_to(site).as_posix(): each.read_bytes() for each in site.rglob("*") if each.is_file()}
    page.goto(kept)
    pin(page, ground.key)
    choose(page, site)
    expect(page.get_by_text("Everything holds.")).to_be_visible()
    _, files = second(ground, old)
    choose(page, write(files, tmp_path / "next"))
    expect(page.locator("dd").get_by_text("2", exact=True)).to_be_visible()
    expect(page.get_by_text("Everything holds.")).to_be_visible()
    choose(page, site)
    expect(page.get_by_text("This is edition 1. This page saw edition 2 before.")).to_be_visible()
    choose(page, write(files | {MANIFEST: old[MANIFEST]}, tmp_path / "mixed"))
    expect(page.get_by_text("This is the manifest of an older edition")).to_be_visible()


def test_one_proof_is_checked_and_a_changed_one_is_refused(
    page: Page, ground: Ground, site: Path, kept: str, tmp_path: Path
) -> None:
    proof = next((site / "records").iterdir())
    page.goto(kept)
    page.get_by_label("Proof file").set_input_files(proof)
    expect(page.get_by_text("Pin a key first.")).to_be_visible()
    pin(page, ground.key)
    page.get_by_label("Proof file").set_input_files([])
    page.get_by_label("Proof file").set_input_files(proof)
    expect(page.get_by_text("The proof holds.")).to_be_visible()
    changed = tmp_path / "changed.tlog-proof"
    changed.write_text(proof.read_text().replace("index ", "index 1"))
    page.get_by_label("Proof file").set_input_files(changed)
    expect(page.get_by_text("The proof does not hold.")).to_be_visible()
    expect(page.get_by_text("The record is not at this place in the ledger.")).to_be_visible()


def test_a_wrong_key_is_told_as_such(page: Page, kept: str) -> None:
    page.goto(kept)
    page.get_by_label("Verifier key of the ledger").fill("log.test/audit+00000000+AQ==")
    page.get_by_role("button", name="Pin this key").click()
    expect(page.get_by_text("This is not an Ed25519 verifier key.")).to_be_visible()


@pytest.fixture
def store(ground: Ground, tmp_path: Path) -> Path:
    """A copy of a store in which the hub is published."""
    hub = Hub(ground, tmp_path / "editions")
    hub.publish(hub.edition(ground))
    return write({name: hub.read(name) or b"" for name in hub.names()}, tmp_path / "store")


def test_doors_lead_into_the_edition_without_a_script(chromium: Chromium, store: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    made = context.new_page()
    for door, says in (("index.html", "What Lark Labs promises"), ("publications/lark-notes/1.html", "Lark 1.0")):
        made.goto((store / door).as_uri())
        expect(made.get_by_role("heading", level=1)).to_contain_text(says)
        assert made.url.endswith(door)
        assert "/editions/" in made.url
    context.close()


def test_a_door_shuts_nobody_out(page: Page, store: Path) -> None:
    """It is seen where forwarding is switched off."""
    held = (store / "verification.html").read_text()
    page.set_content(held.replace('http-equiv="refresh"', 'name="nothing"'))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        _shot(page, f"door-{scheme}")
        assert Axe().run(page, options=_AXE).response["violations"] == []


def test_a_kept_verifier_goes_through_the_doors_of_a_store_and_finds_a_changed_one(
    page: Page, ground: Ground, store: Path, kept: str
) -> None:
    page.goto(kept)
    pin(page, ground.key)
    choose(page, store)
    expect(page.get_by_text("Everything holds.")).to_be_visible()
    door = store / "publications" / "lark-notes" / "1.html"
    door.write_text(door.read_text().replace("<main>", "<main><p>Never mind.</p>"))
    choose(page, store)
    expect(page.get_by_text("The door was changed: it is not as this edition has it.")).to_be_visible()
    expect(page.locator(".problems code")).to_have_text(["publications/lark-notes/1.html"])


def test_the_verifier_of_a_store_checks_it_from_its_own_address(page: Page, ground: Ground, store: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(store)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        page.goto(f"http://localhost:{server.server_address[1]}/verify.html")
        pin(page, ground.key)
        for changed, says in ((b"", "Everything holds."), (b" ", "Do not rely on this site.")):
            with (store / "feed.xml").open("ab") as feed:
                feed.write(changed)
            page.get_by_role("button", name="Fetch and check").click()
            expect(page.get_by_text(says)).to_be_visible()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

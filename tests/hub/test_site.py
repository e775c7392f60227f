"""The pages: golden files for one of each type, links, size, HTML, what is escaped, words in another language."""

import os
import posixpath
import re
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import msgspec
import pytest
from docs.catalogues import compiled

from seawall.hub.build import build
from seawall.hub.manifest import MANIFEST, Manifest, digest
from seawall.hub.pages.documents import pairs
from seawall.hub.render import environment
from seawall.hub.words import words_of
from tests.hub import strict
from tests.hub.conftest import VERSIONS, Ground, record_of, version

GOLDEN = Path(__file__).parent / "golden"
ONE_OF_EACH = (
    "index.html", "themes/index.html", "themes/safeguards.html", "frameworks/index.html",
    "frameworks/example-code.html", "models/index.html", "models/lark-1.html", "classifiers/linear.html",
    "metrics/index.html", "metrics/actions.html", "metrics/feedback_answered.html", "policies/index.html",
    "publications/index.html", "publications/lark-notes/1.html", "policies/usage-policy/1-2.html", "changes.html",
    "verification.html", "feed.xml", "door.txt",
)  # fmt: skip
_LARGEST_PAGE = 150_000
_ATOM = "{http://www.w3.org/2005/Atom}"


def plain(held: bytes) -> str:
    """Return a file with what differs between two ledgers, names and hashes, put aside."""
    text = re.sub(r"re_[0-9a-v]{26}", "re_…", held.decode())
    text = re.sub(r"\b[0-9a-f]{64}\b", "…", text)
    return re.sub(r"log\.test/audit\+[^'<\s&]+", "KEY", text)


@pytest.mark.parametrize("path", ONE_OF_EACH)
def test_one_page_of_each_type_is_as_it_was_looked_at(ground: Ground, path: str) -> None:
    """To write them anew and look at the difference: SEAWALL_GOLDEN=1."""
    made = plain(ground.built().files[path])
    golden = GOLDEN / path.replace("/", "--")
    if os.environ.get("SEAWALL_GOLDEN"):
        golden.write_text(made)
    assert made == golden.read_text()


def test_the_same_inputs_give_the_same_bytes(ground: Ground) -> None:
    assert ground.built().files == ground.built().files


def test_a_page_on_which_nothing_changed_stays_the_same_bytes(ground: Ground) -> None:
    """So an edition costs what changed: copies, caches and readers see which pages those are."""
    before = ground.built().files
    site = msgspec.structs.replace(ground.inputs.site, edition=2, as_of=ground.log.clock())
    after = build(msgspec.structs.replace(ground.inputs, site=site), ground.public()).files
    other = {path for path in before if before[path] != after[path]}
    assert other == {"index.html", "frameworks/index.html", "frameworks/example-code.html", MANIFEST}


def test_every_link_leads_somewhere(ground: Ground) -> None:
    files = ground.published()
    read = {path: strict.read(held.decode()) for path, held in files.items() if path.endswith(".html")}
    wrong = []
    for path, found in read.items():
        for link in found.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), parts.path)) if parts.path else path
            anchored = not parts.fragment or parts.fragment in read[target].ids
            wrong += [] if target in files and anchored else [f"{path}: {link}"]
    assert wrong == []
    assert sum(len(each.links) for each in read.values()) > 300


def test_every_page_is_well_formed_and_small(ground: Ground) -> None:
    files = ground.built().files
    wrong = [
        f"{path}: {each}"
        for path, held in files.items()
        if path.endswith(".html")
        for each in strict.read(held.decode()).wrong
    ]
    assert wrong == []
    assert {path: len(held) for path, held in files.items() if len(held) > _LARGEST_PAGE} == {}


def test_no_page_but_the_verifier_may_run_a_script_or_fetch_from_elsewhere(ground: Ground) -> None:
    for path, held in ground.built().files.items():
        if path.endswith(".html"):
            text = held.decode()
            stated = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
            assert stated is not None, path
            assert "default-src 'none'" in stated[1].replace("&#39;", "'")
            assert "unsafe" not in stated[1]
            assert ("<script" in text) is (path == "verify.html"), path
            fetched = [tag for tag in re.findall(r"<(?:link|img|script|iframe)[^>]*>", text) if "://" in tag]
            assert fetched == [], path


def test_what_a_document_brings_is_words_and_no_markup(ground: Ground) -> None:
    body = (
        "<img src=x onerror=alert(1)>\n\n[a](javascript:alert(1)) [b](//elsewhere.test) [c](data:text/html,x)\n\n"
        "![p](https://elsewhere.test/p.png)\n\n`<b>`"
    )
    hostile = version("hostile", 1, "faq", "<script>alert(1)</script>", body, summary='"><svg onload=alert(1)>')
    with ground.log.database.begin() as tx:
        ground.log.record(tx, record_of(hostile))
    ground.log.clock.advance(seconds=1)
    ground.log.sequencer.step()
    inputs = msgspec.structs.replace(ground.inputs, versions=(*VERSIONS, hostile))
    files = build(inputs, ground.public()).files
    shown = files["publications/hostile/1.html"].decode()
    assert "<img" not in shown
    assert 'href="javascript' not in shown
    assert 'href="data' not in shown
    assert 'href="//' not in shown
    for path in ("publications/hostile/1.html", "publications/index.html", "index.html", "changes.html"):
        text = files[path].decode()
        assert "<script" not in text, path
        assert "<svg onload" not in text, path
        assert strict.read(text).wrong == [], path
    ElementTree.fromstring(files["feed.xml"])  # noqa: S314 - made here


def test_a_version_whose_record_is_not_public_yet_waits(ground: Ground) -> None:
    fresh = version("lark-notes", 3, "release_notes", "Lark 1.2", "Soon.")
    built = build(msgspec.structs.replace(ground.inputs, versions=(*VERSIONS, fresh)), ground.public())
    assert [each.title for each in built.waiting] == ["Lark 1.2"]
    assert "publications/lark-notes/3.html" not in built.files


def test_feeds_are_atom_with_addresses_that_stay(ground: Ground) -> None:
    files = ground.built().files
    root = ElementTree.fromstring(files["feeds/release_notes.xml"])  # noqa: S314 - made here
    assert root.tag == f"{_ATOM}feed"
    for needed in ("id", "title", "updated", "author"):
        assert root.find(f"{_ATOM}{needed}") is not None
    entries = root.findall(f"{_ATOM}entry")
    found = [each.findtext(f"{_ATOM}id") for each in entries]
    base = "https://lark.example/hub/publications/lark-notes"
    assert found == [f"{base}/2.html", f"{base}/1.html"]
    for each in entries:
        for needed in ("title", "updated", "summary"):
            assert each.findtext(f"{_ATOM}{needed}"), needed


def test_the_archive_holds_every_version_as_it_was_published(ground: Ground) -> None:
    files = ground.built().files
    for each in VERSIONS:
        if each.source:
            assert files[f"publications/{each.document}/{each.version}.md"] == each.source
            assert digest(each.source) == each.digest
    manifest = Manifest.parse(files[MANIFEST])
    assert {each.path for each in manifest.files} == set(files) - {MANIFEST}


def test_many_versions_are_compared_with_their_neighbours_and_the_newest() -> None:
    few = [version("a", number, "faq", "A", "x") for number in range(1, 25)]
    assert len(pairs(few)) == 24 * 23 // 2
    many = [version("a", number, "faq", "A", "x") for number in range(1, 31)]
    found = {(a.version, b.version) for a, b in pairs(many)}
    assert {(1, 2), (29, 30), (1, 30), (28, 30)} <= found
    assert len(found) == 29 + 28


def test_the_words_of_the_site_come_from_a_catalogue(ground: Ground, tmp_path: Path) -> None:
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    told = {"What changed": "Was sich änderte", "January": "Januar", "System safeguards": "Schutz der Systeme"}
    (folder / "seawall_hub.mo").write_bytes(compiled({"": "Content-Type: text/plain; charset=UTF-8\n", **told}))
    site = msgspec.structs.replace(ground.inputs.site, language="de")
    files = build(msgspec.structs.replace(ground.inputs, site=site), ground.public(), words_of("de", tmp_path)).files
    assert '<html lang="de">' in files["index.html"].decode()
    assert "Was sich änderte" in files["index.html"].decode()
    assert "1. Januar 2026" in files["changes.html"].decode()
    assert "<h1>Schutz der Systeme</h1>" in files["themes/safeguards.html"].decode()


def test_what_no_catalogue_translates_says_in_which_language_it_is(ground: Ground) -> None:
    """Else a screen reader would read it out by the rules of another one."""

    def built(**site: str) -> str:
        given = msgspec.structs.replace(ground.inputs, site=msgspec.structs.replace(ground.inputs.site, **site))
        files = build(given, ground.public()).files
        return "".join(files[path].decode() for path in sorted(files) if path.endswith(".html"))

    practice, framework = ground.inputs.practices[0], ground.inputs.frameworks[0]
    english, german = built(), built(language="de")
    assert f"<h3>{practice.title}</h3>" in english
    assert f'<h3 lang="en">{practice.title}</h3>' in german
    assert f'<h1 lang="en">{framework.title}</h1>' in german
    assert f"<h1>{framework.title}</h1>" in built(language="de", register_language="de")
    assert '<h1 lang="en">Lark 1.1</h1>' in german
    assert ' lang=""' not in german


def test_every_sentence_of_a_template_can_be_translated() -> None:
    """Outside of tags, macros and markers of translation no letters stand in a template."""
    made = environment()
    templates = Path(__file__).parents[2] / "src" / "seawall" / "hub" / "templates"
    for path in sorted(templates.glob("*.html")):
        source = path.read_text()
        assert list(made.extract_translations(source)) or path.name == "blocks.html"  # type: ignore[attr-defined]
        bare = re.sub(
            r"\{%-? trans.*?endtrans -?%\}|\{%.*?%\}|\{\{.*?\}\}|<pre.*?</pre>|<[^>]*>", " ", source, flags=re.DOTALL
        )
        left = set(re.findall(r"[A-Za-z]{3,}", bare)) - {"manifest", "json", "verify", "html"}
        assert left == set(), path.name

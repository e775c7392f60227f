"""Pages of models and classifiers: from what documents name, from the ledger, with decisions that are handed in."""

import re

import msgspec

from seawall.hub.build import build
from seawall.hub.inputs import SignOff
from seawall.hub.verify import verify
from seawall.ledger.note import Verifier
from tests.hub.conftest import AS_OF, CARD, VERSIONS, Ground, record_of, version


def test_a_model_has_everything_that_was_published_of_it_with_what_changed(ground: Ground) -> None:
    page = ground.built().files["models/lark-1.html"].decode()
    assert re.findall(r"<h2[^>]*>([^<]+)", page) == ["Model cards", "Release notes", "Release", "Classifiers"]
    assert 'href="../publications/lark-notes/1-2.html"' in page
    assert "released" in page
    assert 'href="../classifiers/linear.html"' in page


def test_a_model_that_only_a_decision_names_has_a_page_and_says_that_its_record_waits(ground: Ground) -> None:
    signed = SignOff(model="Wren 2 (preview)", decision="refused", at=AS_OF, digest="1" * 64, record="re_none")
    files = build(msgspec.structs.replace(ground.inputs, sign_offs=(signed,)), ground.public()).files
    page = files["models/wren-2-preview.html"].decode()
    assert "refused" in page
    assert "not released yet" in page
    assert "No decision about the release" in files["models/lark-1.html"].decode()


def test_names_that_look_the_same_in_an_address_keep_pages_of_their_own(ground: Ground) -> None:
    more = tuple(
        version(f"notes-{at}", 1, "release_notes", "Notes", "x", model=name)
        for at, name in enumerate(("lark 1", "index", "LARK-1"))
    )
    ground.log.write(*map(record_of, more))
    inputs = msgspec.structs.replace(ground.inputs, versions=(*VERSIONS, *more))
    files = build(inputs, ground.public()).files
    pages = sorted(path for path in files if path.startswith("models/"))
    assert len(pages) == 5
    assert len({re.search(r"<h1>([^<]+)", files[path].decode())[1] for path in pages}) == 5  # type: ignore[index]


def test_a_card_is_shown_only_of_the_manifest_that_the_ledger_states(ground: Ground) -> None:
    shown = ground.built().files
    assert shown["classifiers/linear/3.json"] == CARD.manifest
    assert "0.81" in shown["classifiers/linear.html"].decode()
    other = msgspec.structs.replace(CARD, manifest=b"{}")
    files = build(msgspec.structs.replace(ground.inputs, cards=(other,)), ground.public()).files
    assert "classifiers/linear/3.json" not in files
    assert "there is no card of it" in files["classifiers/linear.html"].decode()


def test_a_text_that_its_own_record_does_not_state_is_found(ground: Ground) -> None:
    """Whoever builds the site signs its manifest: that alone would hold."""
    (framework,) = ground.inputs.frameworks
    first, second = framework.items
    (answer,) = second.answers
    items = (first, msgspec.structs.replace(second, answers=(msgspec.structs.replace(answer, words="Never."),)))
    inputs = msgspec.structs.replace(ground.inputs, frameworks=(msgspec.structs.replace(framework, items=items),))
    files = ground.published(build(inputs, ground.public()))
    report = verify(files.get, Verifier.parse(ground.key), paths=files)
    assert [(each.where, each.what) for each in report.problems] == [
        (f"answers/{answer.record}.txt", f"the text is not the one that {answer.record} states")
    ]

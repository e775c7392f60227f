"""A site is checked from its files alone: whatever is changed, missing, added or old is found and named."""

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seawall.hub.build import build
from seawall.hub.manifest import GROWTH, MANIFEST, PROOF, Manifest, digest, entries
from seawall.hub.verify import Report, Seen, own_key, verify
from seawall.ledger.note import Verifier
from tests.hub.conftest import VERSIONS, Ground, closed


def check(ground: Ground, files: dict[str, bytes], seen: Seen | None = None, key: Verifier | None = None) -> Report:
    return verify(files.get, key or ground.log.signer.verifier, paths=files, seen=seen)


def found(report: Report) -> list[tuple[str, str]]:
    assert report.verified is (report.problems == [])
    return [(each.where, each.what) for each in report.problems]


def flipped(held: bytes) -> bytes:
    return bytes([held[0] ^ 1]) + held[1:]


def test_a_site_as_it_was_published_holds(ground: Ground) -> None:
    report = check(ground, ground.published())
    assert found(report) == []
    assert (report.name, report.edition, report.records) == ("Lark Labs", 1, 9)
    assert report.numbers > 10


def test_one_byte_of_any_file_is_found_and_the_file_is_named(ground: Ground) -> None:
    files = ground.published()
    for path, held in files.items():
        if path != GROWTH:
            report = check(ground, files | {path: flipped(held)})
            assert path in {where for where, _ in found(report)}, path


def test_a_file_that_is_missing_and_one_that_is_added_are_named(ground: Ground) -> None:
    files = ground.published()
    del files["changes.html"]
    report = check(ground, files | {"more.html": b"<p>Trust us."})
    assert found(report) == [
        ("changes.html", "the file is missing"),
        ("more.html", "the file is not of this edition"),
    ]


def test_a_manifest_that_fits_the_changed_files_is_not_the_ledgers(ground: Ground) -> None:
    files = ground.published()
    files["changes.html"] = flipped(files["changes.html"])
    manifest = Manifest.parse(files[MANIFEST])
    files[MANIFEST] = msgspec.structs.replace(manifest, files=entries(files)).encode()
    [(where, what)] = found(check(ground, files))
    assert where == MANIFEST
    assert what == "the manifest is not the one that the ledger committed to as edition 1"


def second(ground: Ground, first: dict[str, bytes]) -> tuple[Ground, dict[str, bytes]]:
    """Publish another edition."""
    before = ground.checkpoint()
    site = msgspec.structs.replace(ground.inputs.site, edition=2, previous=digest(first[MANIFEST]))
    after = msgspec.structs.replace(ground, inputs=msgspec.structs.replace(ground.inputs, site=site))
    return after, after.published(earlier=((before.size, before.root.hex()),))


def test_the_manifest_of_an_older_edition_is_recognised(ground: Ground) -> None:
    old = ground.published()
    ground, new = second(ground, old)
    assert found(check(ground, new)) == []
    problems = found(check(ground, new | {MANIFEST: old[MANIFEST]}))
    assert (MANIFEST, "this is the manifest of an older edition, the one before edition 2") in problems


def test_an_older_edition_as_a_whole_is_noticed_by_whoever_saw_the_newer_one(ground: Ground) -> None:
    old = ground.published()
    first = check(ground, old).seen
    ground, new = second(ground, old)
    newer = check(ground, new, first)
    assert found(newer) == []
    assert found(check(ground, old)) == [], "an old edition is as valid as it was"
    assert found(check(ground, old, newer.seen)) == [
        (MANIFEST, "this is edition 1; edition 2 was seen before"),
        (PROOF, "the ledger has shrunk: 11 entries were seen, now 10"),
    ]


def test_a_ledger_that_was_rewritten_is_noticed_by_whoever_saw_it_before(ground: Ground) -> None:
    old = ground.published()
    seen = check(ground, old).seen
    assert seen is not None
    ground, new = second(ground, old)
    other = msgspec.structs.replace(seen, root="00" * 32)
    assert found(check(ground, new, other)) == [
        (GROWTH, "the ledger did not grow out of the one with 10 entries that was seen before")
    ]
    missing = {path: held for path, held in new.items() if path != GROWTH}
    assert found(check(ground, missing, seen)) == [
        (GROWTH, "there is no proof here that the ledger grew out of the 10 entries that were seen before")
    ]


def test_a_number_that_is_not_the_signed_one_is_found_even_in_a_signed_site(ground: Ground) -> None:
    """Whoever publishes signs the manifest too, so a page that misquotes an aggregate must be found by itself."""
    public = ground.public()
    record = public.of("metrics.closed")[0]
    actions, reversed_, *rest = record.body["numbers"]
    body = record.body | {"numbers": [actions | {"total": 1244}, reversed_, *rest]}
    lie = tuple(msgspec.structs.replace(each, body=body) if each is record else each for each in public.records)
    built = build(ground.inputs, msgspec.structs.replace(public, records=lie))
    problems = set(found(check(ground, ground.published(built))))
    assert problems == {
        (path, "the page states 1244, the signed record 1243")
        for path in ("metrics/actions.html", "metrics/index.html")
    }


def test_a_signed_sum_that_is_wrong_is_found(ground: Ground) -> None:
    ground.log.write(closed("2026-H1", {"restricted": 10, "suspended": 20}, 31))
    [(where, what)] = found(check(ground, ground.published()))
    assert where.startswith("records/re_")
    assert what == "the parts of actions come to 30, its total is 31"


def test_a_text_that_is_not_the_published_one_is_found_even_in_a_signed_site(ground: Ground) -> None:
    changed = tuple(
        msgspec.structs.replace(each, source=b"Other words.") if each.document == "lark-card" else each
        for each in VERSIONS
    )
    lying = msgspec.structs.replace(ground, inputs=msgspec.structs.replace(ground.inputs, versions=changed))
    [(where, what)] = found(check(ground, lying.published()))
    assert where == "publications/lark-card/1.md"
    assert what.startswith("the text is not the one that re_")


def test_another_key_proves_nothing(ground: Ground) -> None:
    files = ground.published()
    other = Verifier(ground.log.signer.origin, Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    report = check(ground, files, key=other)
    assert not report.verified
    assert PROOF in {each.where for each in report.problems}
    assert str(own_key(files.get)) == ground.key


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "a/../../b", ".hidden"])
def test_a_manifest_names_nothing_outside_of_its_site(ground: Ground, path: str) -> None:
    files = ground.published()
    manifest = Manifest.parse(files[MANIFEST])
    entry = msgspec.structs.replace(manifest.files[0], path=path)
    files[MANIFEST] = msgspec.structs.replace(manifest, files=(entry,)).encode()
    [(where, what), *_] = found(check(ground, files))
    assert where == MANIFEST
    assert "which is no path of a site" in what


def test_what_is_no_hub_is_told_as_such(ground: Ground) -> None:
    assert found(check(ground, {})) == [(MANIFEST, "the manifest is missing, so nothing can be checked")]
    [(_, what)] = [each for each in found(check(ground, {MANIFEST: b"[]"})) if each[0] == MANIFEST]
    assert what.startswith("manifest.json is no manifest of a hub")

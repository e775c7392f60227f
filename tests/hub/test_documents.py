"""Documents for the public: what is wrong is told with its place, and only what is right is published, in order."""

from pathlib import Path

import pytest

from seawall.hub import publishing
from seawall.hub.documents import DocumentInvalid, read, read_folder
from seawall.hub.publishing import NoSuchText, TextDamaged, VersionTaken
from seawall.ledger.write import record
from seawall.store import Transaction
from seawall.vocabulary.ids import RecordId
from seawall.vocabulary.records import Record
from tests.conftest import FrozenClock

GOOD = """---
kind: release_notes
id: lark-notes
title: Lark 1.1
date: 2026-02-01
language: en
version: 1
model: lark-1
---
## New

It answers in more languages.
"""


def wrong(text: str) -> list[tuple[str, str]]:
    with pytest.raises(DocumentInvalid) as told:
        read(text.encode(), "notes.md")
    return [(each.where, each.what) for each in told.value.problems]


def test_a_document_says_what_it_is() -> None:
    found = read(GOOD.encode(), "notes.md")
    assert (found.document, found.version, found.kind, found.model) == ("lark-notes", 1, "release_notes", "lark-1")
    assert found.body.startswith("## New")
    assert found.source == GOOD.encode()


@pytest.mark.parametrize(
    ("change", "where", "what"),
    [
        (("kind: release_notes", "kind: diary"), "notes.md:2", "kind 'diary' is none of system_prompt"),
        (("kind: release_notes", "kind: usage_policy"), "notes.md:2", "kind 'usage_policy' is none of"),
        (("id: lark-notes", "id: ../etc"), "notes.md:3", "id '../etc' cannot stand in an address"),
        (("title: Lark 1.1\n", ""), "notes.md:1", "'title' is missing"),
        (("date: 2026-02-01", "date: tomorrow"), "notes.md:5", "date 'tomorrow' is no day"),
        (("language: en", "language: english"), "notes.md:6", "language 'english' is no language"),
        (("version: 1", "version: 1.5"), "notes.md:7", "version 1.5 is no whole number"),
        (("model: lark-1", "modell: lark-1"), "notes.md:8", "there is no 'modell'"),
        (("## New", "# A\n\n### B"), "notes.md:12", "a heading of level 3 follows one of level 1"),
        (("It answers", "| | b |\n|---|---|\n| c | d |\n\nIt answers"), "notes.md:12", "a column of the table has no"),
        (("It answers", "![x](y.png) It answers"), "notes.md:12", "pictures are not shown"),
        (("It answers", "<b>It</b> answers"), "notes.md:12", "HTML is not read as such"),
        (("kind: release_notes", "kind: [a"), "notes.md:3", "the front matter is no YAML"),
    ],
)
def test_each_fault_is_told_with_its_place(change: tuple[str, str], where: str, what: str) -> None:
    found = wrong(GOOD.replace(*change))
    assert any(at == where and said.startswith(what) for at, said in found), found


def test_what_has_no_front_matter_no_text_or_no_letters_is_refused() -> None:
    assert wrong("Hello.") == [("notes.md:1", "it does not begin with front matter between two lines ---")]
    assert ("notes.md", "it has no text") in wrong(GOOD[: GOOD.index("## New")])
    with pytest.raises(DocumentInvalid, match="no UTF-8"):
        read(b"\xff", "notes.md")


def test_a_folder_tells_every_fault_of_every_file_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(GOOD)
    (tmp_path / "b.md").write_text(GOOD)
    (tmp_path / "c.md").write_text("nothing")
    with pytest.raises(DocumentInvalid) as told:
        read_folder(tmp_path)
    assert [each.where for each in told.value.problems] == ["c.md:1", "Lark 1.1"]
    (tmp_path / "c.md").unlink()
    (tmp_path / "b.md").write_text(GOOD.replace("version: 1", "version: 2"))
    assert [each.version for each in read_folder(tmp_path)] == [1, 2]


def test_versions_follow_each_other_and_each_has_a_record(tx: Transaction, clock: FrozenClock) -> None:
    written: list[Record] = []

    def write(tx: Transaction, body: Record) -> RecordId:
        written.append(body)
        return record(tx, body, clock=clock)

    ours = {"by": "host:test", "record": write, "clock": clock}
    first = publishing.stage(tx, GOOD.encode())
    assert publishing.published(tx) == ()
    publishing.publish(tx, first, **ours)  # type: ignore[arg-type]
    third = publishing.stage(tx, GOOD.replace("version: 1", "version: 3").encode())
    with pytest.raises(VersionTaken, match="would be version 2 now, and this says 3"):
        publishing.publish(tx, third, **ours)  # type: ignore[arg-type]
    with pytest.raises(VersionTaken):
        publishing.publish(tx, first, **ours)  # type: ignore[arg-type]
    second = publishing.stage(tx, GOOD.replace("version: 1", "version: 2").encode())
    publishing.publish(tx, second, **ours)  # type: ignore[arg-type]
    assert [each.version for each in publishing.published(tx)] == [1, 2]
    assert [(each.version, each.previous) for each in written] == [(1, None), (2, first)]  # type: ignore[attr-defined]


def test_a_text_that_was_changed_in_the_database_is_not_published(tx: Transaction, clock: FrozenClock) -> None:
    digest = publishing.stage(tx, GOOD.encode())
    tx.exec_driver_sql("UPDATE hub_texts SET source = 'other'")
    with pytest.raises(TextDamaged):
        publishing.staged(tx, digest)
    with pytest.raises(NoSuchText, match="No document is kept"):
        publishing.staged(tx, "0" * 64)

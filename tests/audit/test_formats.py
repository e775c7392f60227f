"""Each form can be read by what reads it, says where its line stands, and carries nothing that acts by itself."""

import csv
import io
import json
import re
from typing import Any

import pytest

from seawall.audit.classes import EXACT, mapped, table
from seawall.audit.consume import Link, changed, gaps, links_of
from seawall.audit.entry import Entry
from seawall.audit.formats import CEF, CSV, FORMS, JSONL, OCSF, NoSuchForm, form_of
from seawall.audit.formats.csv import COLUMNS, guarded
from seawall.ledger.source import reader
from seawall.ledger.verify import entries_of
from seawall.vocabulary.records import KINDS
from tests.audit import ocsf_required as required
from tests.audit.conftest import ADA, BOB, KEY, PROJECT, SESSION, Log, some


def lines(entries: list[Entry], form: Any) -> list[bytes]:
    before = [None, *(each.index for each in entries)]
    return [form.line(each, previous) for each, previous in zip(entries, before, strict=False)]


def test_every_form_writes_one_line_a_record(log: Log) -> None:
    log.write(*some())
    for form in FORMS:
        assert [each.count(b"\n") for each in lines(log.found(), form)] == [1] * 6
    with pytest.raises(NoSuchForm, match="xml"):
        form_of("xml")


def test_json_lines_hold_everything_and_open_the_published_entries(log: Log) -> None:
    log.write(*some())
    made = lines(log.found(), JSONL)
    told = [json.loads(each) for each in made]
    assert [(each["index"], each["previous"]) for each in told] == [(n, n - 1 if n else None) for n in range(6)]
    published = entries_of(reader(str(log.directory)), log.signer.verifier)
    assert changed(made, published) == []
    forged = made[1].replace(KEY.encode(), b"key_other")
    assert [fault.what for fault in changed([forged], published)] == ["the body does not open entry 1"]
    assert changed([b"{}", b"[", made[0].replace(b'"index":0', b'"index":99')], published)[2].what.endswith("99")


def test_a_line_that_is_taken_away_shows_in_a_filtered_export_too(log: Log) -> None:
    log.write(*some(3))
    for chosen in (log.found(), log.found(kinds=("key.*",)), log.found(actor=ADA)):
        made = lines(chosen, JSONL)
        assert gaps(links_of(made)) == []
        for gone in range(len(made) - 1):
            assert gaps(links_of(made[:gone] + made[gone + 1 :])) != [], gone
        assert gaps(links_of([made[0], b"garbage\n", *made[1:]])) != []
        swapped = [made[1], made[0], *made[2:]]
        assert gaps(links_of(swapped)) != []


def test_a_line_that_comes_twice_is_none_missing() -> None:
    links = [Link(0, None), Link(1, 0), Link(0, None), Link(1, 0), Link(2, 1)]
    assert gaps(links) == []
    assert gaps([Link(3, 2)], last=2) == []
    assert gaps([Link(4, 3)], last=2) != []
    assert gaps([Link(5, 4), Link(0, None, 2), Link(1, 0, 2)], last=4) == []


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠x", "\u00a0=1"]
)
def test_no_cell_is_a_formula(cell: str) -> None:
    assert guarded(cell).startswith("'")
    assert guarded(f"x{cell}") == f"x{cell}"


def test_csv_comes_back_as_it_went(log: Log) -> None:
    log.write(*some())
    text = (CSV.head + b"".join(lines(log.found(), CSV))).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert [row["index"] for row in rows] == list("012345")
    assert json.loads(rows[0]["fields"])["name"] == "=HYPERLINK(1)"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def _cef(line: bytes) -> tuple[list[str], dict[str, str]]:
    head = re.split(r"(?<!\\)\|", line.decode().rstrip("\n"), maxsplit=7)
    found = re.findall(r"(\w+)=((?:\\.|[^\\=])*?)(?=\s\w+=|$)", head[7])
    return head, {key: re.sub(r"\\(.)", lambda match: match[1], value) for key, value in found}


def test_cef_heads_and_values_are_escaped_and_read_back(log: Log) -> None:
    log.write(*some())
    for entry, line in zip(log.found(), lines(log.found(), CEF), strict=True):
        head, told = _cef(line)
        assert (head[0], head[1], head[4]) == ("CEF:0", "Seawall", entry.kind)
        assert 0 <= int(head[6]) <= 10
        assert (told["externalId"], told["cn1"]) == (entry.id, str(entry.index))
        assert json.loads(told["cs2"]) == json.loads(json.dumps(entry.fields))
    assert _cef(lines(log.found(), CEF)[3])[1]["outcome"] == "failure"


def _missing(event: dict[str, Any]) -> list[str]:
    kind = event["class_uid"]
    wanted = [name for name in required.CLASSES[kind] if name not in event]
    if kind in required.ONE_OF and not set(required.ONE_OF[kind]) & set(event):
        wanted.append("|".join(required.ONE_OF[kind]))
    for name, held in event.items():
        wanted += [f"{name}.{each}" for each in required.OBJECTS.get(name, ()) if each not in held]
        one_of = required.OBJECTS_ONE_OF.get(name)
        if one_of is not None and not set(one_of) & set(held):
            wanted.append(f"{name}.{'|'.join(one_of)}")
    return wanted


def test_ocsf_events_have_what_their_class_asks_for(log: Log) -> None:
    log.write(*some())
    events = [json.loads(each) for each in lines(log.found(), OCSF)]
    assert [_missing(each) for each in events] == [[]] * 6
    assert [each["class_uid"] for each in events] == [6003, 6003, 3002, 3002, 3001, 6003]
    assert [each["type_uid"] for each in events] == [600301, 600301, 300201, 300201, 300107, 600304]
    assert [each["metadata"]["sequence"] for each in events] == list(range(6))
    assert all(each["metadata"]["product"]["vendor_name"] for each in events)
    assert (events[3]["status_id"], events[2]["session"]["uid"], events[2]["user"]["uid"]) == (2, SESSION, BOB)
    assert events[4]["policy"] == {"name": "legal"}
    assert events[0]["resources"] == [{"uid": PROJECT}]


@pytest.mark.parametrize("kind", sorted({*KINDS, "zoo.visited"}))
def test_every_kind_is_an_event_of_a_known_class_and_activity(kind: str) -> None:
    found = mapped(kind)
    assert found.event_class in required.CLASSES
    assert found.activity == 99 or found.activity in required.ACTIVITIES[found.event_class]
    assert found.says
    assert f"| `{kind}` |" in table() or kind not in KINDS


def test_the_table_speaks_of_kinds_that_there_are() -> None:
    assert set(EXACT) - set(KINDS) <= {"ledger.key_rotated", "secret.rotated", "secret.retired"}

"""The register that comes with Seawall: what is in it, and that it is what the facts beside the repository say."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from seawall.commitments import load
from seawall.commitments.documents import Certainty, Software
from seawall.vocabulary.records import KINDS, Audience
from tests.pages import ROOT

FACTS = next((each / "shared" / "facts" for each in ROOT.parents if (each / "shared" / "facts").is_dir()), None)
BOOK = load()
SEED = ("hiroshima", "faisc", "seoul_pledge", "wh2023", "munich", "thorn", "wh_ibsa", "christchurch")
CERTAINTY = {"stored": Certainty.CHECKED, "mixed": Certainty.PARTLY, "memory": Certainty.UNCHECKED}
ROLES = {"full": Software.RUNS, "assist": Software.ASSISTS, "record": Software.RECORDS}


def test_eight_frameworks_with_all_their_items_nine_others_and_every_practice_are_there() -> None:
    listed = {each.listed: each.id for each in BOOK.frameworks.values() if each.listed}
    assert tuple(listed[number] for number in range(1, 9)) == SEED
    assert [len(BOOK.frameworks[name].items) for name in SEED] == [11, 16, 9, 8, 8, 9, 3, 25]
    assert (len(BOOK.frameworks), len(BOOK.items), len(BOOK.practices)) == (17, 209, 151)


def test_only_numbers_of_the_framework_itself_are_shown_as_numbers() -> None:
    """What the sources call a catalogue number has none to show."""
    for name in ("seoul_pledge", "thorn", "wh_ibsa", "christchurch"):
        assert {item.shown_number for item in BOOK.frameworks[name].items} == {""}
    shown = [item.shown_number for item in BOOK.frameworks["faisc"].items]
    assert shown == ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", *[""] * 8]
    assert [item.shown_number for item in BOOK.frameworks["hiroshima"].items] == [str(n) for n in range(1, 12)]


def test_what_is_certain_and_what_is_not_is_said_of_every_framework() -> None:
    for each in BOOK.frameworks.values():
        assert each.certain != each.uncertain
        assert {item.certainty for item in each.items} <= set(Certainty)
        read = {source.id for source in each.sources if source.read}
        for item in each.items:
            if item.certainty is Certainty.UNCHECKED:
                assert not read & set(item.sources), item.id


def test_every_practice_has_an_owner_a_cadence_and_a_role_of_software() -> None:
    assert Counter(each.software for each in BOOK.practices.values()) == {
        Software.RUNS: 120,
        Software.ASSISTS: 19,
        Software.RECORDS: 12,
    }
    assert len({each.does for each in BOOK.practices.values()}) == 151


def test_rules_rest_on_kinds_of_records_that_are_not_sealed() -> None:
    assert len({rule.id.partition(".")[0] for rule in BOOK.rules.values()}) >= 22
    for rule in BOOK.rules.values():
        picks = rule.count.of if rule.count else (rule.every.of, *rule.every.has) if rule.every else ()
        assert {KINDS[pick.kind].audience for pick in picks} <= {Audience.PUBLIC, Audience.AUDITOR}, rule.id


def test_nothing_is_adopted_until_an_operator_says_so() -> None:
    assert BOOK.adopts == {}
    assert {name.split(".")[0] for name in BOOK.off} == {"christchurch", "ca_sb53", "ny_raise"}


def _facts(name: str) -> Any:
    if FACTS is None:
        pytest.skip("the facts are not beside this repository")
    return yaml.safe_load((FACTS / name).read_text("utf-8"))


def test_sections_name_exactly_the_frameworks_that_the_facts_name() -> None:
    told = {
        each["id"]: (each["title"], each["related_frameworks_stated"])
        for each in _facts("seed_sections.yaml")["sections"]
    }
    assert {each.id: (each.title, list(each.related)) for each in BOOK.sections.values()} == told


def test_frameworks_have_the_items_of_the_facts() -> None:
    if FACTS is None:
        pytest.skip("the facts are not beside this repository")
    files = sorted((FACTS / "frameworks").glob("*.yaml"))
    assert {each.stem for each in files} == set(BOOK.frameworks)
    for file in files:
        told, held = yaml.safe_load(file.read_text("utf-8")), BOOK.frameworks[file.stem]
        assert (held.name, held.date, held.url) == (told["name"], str(told["date"]), told["official_url"])
        assert len(held.items) == told["commitment_count"]
        assert [(item.id, item.number, item.certainty) for item in held.items] == [
            (each["id"], str(each["number"]), CERTAINTY[each["confirmed"]]) for each in told["commitments"]
        ]


def test_practices_are_those_of_the_facts() -> None:
    told = _facts("practices.yaml")
    assert set(BOOK.practices) == {each["id"] for each in told["practices"]}
    for each in told["practices"]:
        held = BOOK.practices[each["id"]]
        assert (held.name, held.capability, held.section) == (each["name"], each["capability"], each["seed_section"])
        assert (held.software, held.standing, held.hedged) == (
            ROLES[each["software_role"]], each["seed_status"], each["seed_hedged_as_may"],
        )  # fmt: skip
        assert list(BOOK.related(held)) == each["frameworks_stated"]
        assert list(held.commitments) == each["commitments_proposed"]
    gaps = {name for name, serving in BOOK.serving.items() if not serving and name.split(".")[0] in SEED}
    assert gaps - {f"christchurch.gov.{n}" for n in range(1, 6)} == set(told["commitments_without_practice"])


def test_no_sentence_is_taken_from_the_facts() -> None:
    """No run of seven words of theirs stands in a sentence of ours."""
    theirs: set[tuple[str, ...]] = set()
    for name in ("practices.yaml", *(f"frameworks/{each}.yaml" for each in BOOK.frameworks)):
        rows = _facts(name)
        for row in rows.get("practices", rows.get("commitments", [])):
            for key in ("paraphrase", "software_must", "evidence"):
                theirs |= _runs(str(row.get(key, "")))
    ours = [each.does for each in BOOK.practices.values()] + [each.says for each in BOOK.items.values()]
    assert [each for each in ours if _runs(each) & theirs] == []


def _runs(text: str) -> set[tuple[str, ...]]:
    words = "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
    return {tuple(words[at : at + 7]) for at in range(len(words) - 6)}


def test_the_default_documents_are_small_enough_to_be_read() -> None:
    folder = Path(str(load.__globals__["DEFAULT"]))
    assert all(path.stat().st_size < 40_000 for path in folder.rglob("*.yaml"))

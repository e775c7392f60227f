"""Reading: every problem at once, each with its file, its line and what to do; YAML without its traps."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.policy import DEFAULT, PolicyInvalid, compile_documents, read
from seawall.policy.compile import canonical
from seawall.policy.shaping import duration
from seawall.policy.yaml_lines import parse, plain
from seawall.screen.detectors import DETECTORS
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Surface
from seawall.vocabulary.standing import State
from tests.policy.conftest import rules

Folder = Callable[..., Path]
GOLDEN = Path(__file__).parent / "golden"
NAMES = frozenset({"linear", "encoder", "judge.*", *(each.name for each in DETECTORS)})


def _told(directory: Path, detectors: frozenset[str] | None = None) -> str:
    with pytest.raises(PolicyInvalid) as caught:
        read(directory, detectors=detectors)
    return "\n".join(str(each) for each in caught.value.problems) + "\n"


def test_the_default_policy_is_in_order_and_describes_every_category() -> None:
    documents = read(DEFAULT, detectors=NAMES)
    assert set(documents.categories) == set(Category)
    assert {rule.category for rule in documents.rules} == set(Category)


@pytest.mark.parametrize("case", sorted(path.name for path in GOLDEN.iterdir()))
def test_every_problem_is_told_with_file_line_and_hint(case: str) -> None:
    directory = GOLDEN / case
    assert _told(directory, NAMES) == (directory / "problems.txt").read_text()


def test_no_problem_is_told_without_a_next_step() -> None:
    for directory in GOLDEN.iterdir():
        with pytest.raises(PolicyInvalid) as caught:
            read(directory, detectors=NAMES)
        assert [str(each) for each in caught.value.problems if not each.hint] == []


def test_the_small_policy_becomes_what_it_says(folder: Folder) -> None:
    documents = read(folder())
    assert documents.rules[0].strike is not None
    assert documents.rules[0].strike.expires == timedelta(days=30)
    assert documents.ladder.steps[0].state is State.SUSPENDED
    assert str(documents.banners[1].to) == "2026-11-03"


def test_norway_is_a_country_and_no_truth_value(folder: Folder) -> None:
    rule = "id: a, category: cyber, surfaces: [input], measure: annotate, when: {countries: [NO]}"
    assert read(folder(rules(rule))).rules[0].when.countries == ("NO",)


def test_an_exemption_ends_at_the_beginning_of_a_day_or_at_a_moment_with_a_zone(folder: Folder) -> None:
    text = "exemptions:\n  - {{rules: [hate.warn], project: lab, owner: me, reason: tests, expires: {}}}\n"
    day = read(folder({"exemptions.yaml": text.format("2026-03-01")}, "day")).exemptions[0]
    assert day.expires == datetime(2026, 3, 1, tzinfo=UTC)
    assert "exemptions.yaml:2" in _told(folder({"exemptions.yaml": text.format('"2026-03-01T08:00:00"')}, "naive"))


def test_a_directory_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    assert "There is no such directory" in _told(tmp_path / "nowhere")


def test_what_is_missing_is_told(folder: Folder) -> None:
    told = _told(folder({"policy.yaml": None, "rules.yaml": None, "categories.yaml": None}))
    assert [line.split(":")[0] for line in told.splitlines() if line[0] != " "] == [
        "categories.yaml",
        "policy.yaml",
        "rules.yaml",
    ]


def test_categories_may_stand_in_files_of_their_own_but_not_twice(folder: Folder) -> None:
    apart = "defamation: {title: Defamation, prohibited: False facts., severity: low}\n"
    assert Category.DEFAMATION in read(folder({"categories/defamation.yaml": apart}, "apart")).categories
    twice = "cyber: {title: Cyber, prohibited: Attacks., severity: low}\n"
    assert "'cyber' is described twice" in _told(folder({"categories/cyber.yaml": twice}, "twice"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: &a small\nlanguage: *a\n", "policy.yaml:1: This is not YAML that can be read: anchors"),
        ("name: !!python/name:os.system\n", "policy.yaml:1: policy.name"),
        ("name: [small\n", "policy.yaml:2: This is not YAML"),
        ("- name\n", "policy.yaml:1: policy must be keys with values"),
        ("", "policy.yaml: The file is empty"),
        ("name: small\nname: other\n", "policy.yaml:2: policy has the key 'name' twice"),
        ("name: a: b\n", "A text with a colon in it needs quotes"),
        ("[" * 5000, "policy.yaml"),
        ("name: " + "x" * 1_000_001, "at most 1000000 are read"),
    ],
)
def test_yaml_that_is_a_trap_is_a_problem_and_no_crash(folder: Folder, text: str, said: str) -> None:
    assert said in _told(folder({"policy.yaml": text}))


def test_a_file_that_is_not_utf8_is_a_problem(folder: Folder) -> None:
    directory = folder()
    (directory / "ladder.yaml").write_bytes(b"steps: \xff\xfe")
    assert "ladder.yaml: The file cannot be read" in _told(directory)


def test_unknown_detectors_are_a_problem_where_the_known_ones_are_given(folder: Folder) -> None:
    rule = "id: a, category: privacy, surfaces: [input], measure: annotate, detectors: [payment_crad, literals.words]"
    words = {"policy.yaml": "name: small\nliterals: [{name: words, words: [pear]}]\n"}
    words |= {"categories.yaml": "banned_term: {title: B, prohibited: W., severity: low}\n" + _categories()}
    directory = folder({**rules(rule), **words})
    assert read(directory).rules[0].detectors == ("payment_crad", "literals.words")
    assert "rules.yaml:2: Rule 'a' listens to 'payment_crad'" in _told(directory, NAMES)
    assert "Did you mean 'payment_card'?" in _told(directory, NAMES)
    assert "'literals.words'" not in _told(directory, NAMES)


def _categories() -> str:
    from tests.policy.conftest import SMALL

    return SMALL["categories.yaml"]


@given(st.text(max_size=200))
def test_any_text_is_a_document_or_a_problem(text: str) -> None:
    node, problems = parse(text, "policy.yaml")
    assert node is None or not problems


@given(st.sampled_from(["days", "hours", "minutes", "seconds", "d", "h", "min", "s", "ms"]), st.integers(1, 900))
def test_times_are_read_as_written(unit: str, number: int) -> None:
    each = {"d": 86_400, "h": 3600, "mi": 60, "ms": 0.001, "s": 1}
    seconds = each["mi" if unit.startswith("mi") else "ms" if unit == "ms" else unit[0]]
    assert duration(f"{number} {unit}") == timedelta(seconds=number * seconds)


@pytest.mark.parametrize("text", ["soon", "0 days", "-1 day", "5", "40000 days", "1e3 days"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no time"):
        duration(text)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("~", None),
        ("12", 12),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ('"12"', "12"),
    ],
)
def test_plain_words_mean_what_yaml_12_says(written: str, meant: object) -> None:
    node, _ = parse(f"- {written}\n", "x.yaml")
    assert node is not None
    assert plain(node) == [meant]


def test_the_digest_follows_the_meaning_and_not_the_writing(folder: Folder) -> None:
    plain_one = read(folder())
    commented = read(folder({"policy.yaml": "# a remark\nname:   'small'\n"}, "commented"))
    other = read(folder({"policy.yaml": "name: other\n"}, "other"))
    assert canonical(plain_one) == canonical(commented)
    digests = [compile_documents(each).digest for each in (plain_one, commented, other)]
    assert digests[0] == digests[1] != digests[2]


def test_the_strictest_rule_decides_how_a_stream_is_held_back(folder: Folder) -> None:
    base = compile_documents(read(folder())).base
    assert base.buffering(Surface.OUTPUT).mode == "window"
    assert not base.buffering(Surface.OUTPUT).fail_open
    full = "id: a, category: cyber, surfaces: [output], measure: withhold, message: No., buffer: full, fail: open"
    opened = {"policy.yaml": "name: s\nbuffers: {output: {max_wait: 5 seconds, fail: open}}\ndeadline: 20 ms\n"}
    found = compile_documents(read(folder({**rules(full), **opened}, "full"))).base
    assert (found.buffering(Surface.OUTPUT).mode, found.buffering(Surface.OUTPUT).max_wait_s) == ("full", 5.0)
    assert found.buffering(Surface.OUTPUT).fail_open
    assert found.deadline_s == 0.02
    watched = compile_documents(read(folder(rules(full + ", mode: monitor"), "watched"))).base
    assert watched.buffering(Surface.OUTPUT).mode == "window"

"""Cards: figures come from results and manifests alone, disagreement fails the check, what fails is shown."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from benchmarks import busy, classifiers
from benchmarks.page import RESULTS
from docs import cards, generate
from docs.cards import bars, measured

from seawall.app.measuring import Biased, Measured, Results, read
from seawall.app.measuring.study import FAST
from seawall.app.releases import shipped
from seawall.screen.measure import Bias, Figures, Interval
from tests import pages

BY = "linear 0-test"


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RESULTS, tmp_path / "results"))


def change(folder: Path, name: str, how: Callable[[dict[str, Any]], None]) -> Path:
    path = folder / f"{name}.json"
    told = json.loads(path.read_text())
    how(told)
    path.write_text(json.dumps(told))
    return folder


def check(folder: Path) -> int:
    return generate.main(["--check", "--results", str(folder)])


def test_the_results_that_are_committed_pass_the_check(results: Path) -> None:
    assert check(results) == 0


def _one_figure(told: dict[str, Any]) -> None:
    found = next(each for each in told["figures"] if each["by"].startswith("encoder") and each["figures"]["auroc"])
    found["figures"]["auroc"]["value"] -= 0.111


def _one_refusal(told: dict[str, Any]) -> None:
    told["refusals"][0]["refused"] += 7


def _one_term(told: dict[str, Any]) -> None:
    told["bias"][0]["terms"][0]["bpsn"] = 0.111


def _one_time(told: dict[str, Any]) -> None:
    next(row for row in told["rows"] if row.get("what") == "accurate tier")["p50_us"] = 1.0


@pytest.mark.parametrize(
    ("file", "how", "page"),
    [
        ("classifiers", _one_figure, "encoder.md"),
        ("classifiers", _one_refusal, "policy.md"),
        ("classifiers", _one_term, "linear.md"),
        ("tiers", _one_time, "benchmarks.md"),
        ("tiers", _one_time, "encoder.md"),
    ],
)
def test_one_changed_figure_fails_the_check(
    results: Path, capsys: pytest.CaptureFixture[str], file: str, how: Callable[[dict[str, Any]], None], page: str
) -> None:
    assert check(change(results, file, how)) == 1
    assert re.search(rf"{page} is stale", capsys.readouterr().err)


def test_results_of_other_weights_fail_the_check(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(change(results, "classifiers", lambda told: told["releases"].update(fast="linear 0-other"))) == 1
    assert "measured linear 0-other, not linear" in capsys.readouterr().err


def test_without_results_a_card_says_so_and_still_tells_of_its_weights(tmp_path: Path) -> None:
    made = cards.pages(tmp_path)["generated/classifiers/encoder.md"]()
    assert "Not measured yet" in made
    assert "## Learned from" in made
    assert list(cards.outdated(tmp_path)) == []


def test_a_card_names_its_release_as_the_record_does(results: Path) -> None:
    known = {each.classifier: each for each in shipped()}
    assert set(known) == {"linear", "encoder"}
    for name, each in known.items():
        made = cards.pages(results)[f"generated/classifiers/{name}.md"]()
        assert all(f"`{told}`" in made for told in (f"{name} {each.release}", each.manifest))
        assert f"`{each.weights}`" in made


def test_every_source_of_the_weights_stands_on_its_card_with_its_licence(results: Path) -> None:
    made = cards.pages(results)["generated/classifiers/linear.md"]()
    rows = re.findall(r"^\| train/\S+ \| [^|]+ \| [\d,]+ \| [^|]+ \|", made, re.MULTILINE)
    assert len(rows) > 40
    assert "CC BY-SA" in made


def told(name: str, part: str, auroc: float, rows: int = 50) -> Measured:
    found = Figures(
        positives=rows, negatives=rows, auprc=None, auroc=Interval(auroc, auroc, auroc), recall_at_01_percent=None,
        recall_at_1_percent=None, calibration_error=None,
    )  # fmt: skip
    return Measured(set=name, slice=part, by=BY, category="any", figures=found)


def of(*figures: Measured, bias: tuple[Biased, ...] = ()) -> Results:
    return Results(
        measured_on="2026-01-01", machine="m", seed=1, most=1, most_obfuscated=1, policy="p", releases={FAST: BY},
        figures=figures, bias=bias,
    )  # fmt: skip


def test_a_failing_slice_is_shown_as_one() -> None:
    made = measured.slices(
        of(
            told("s", "all", 0.9),
            told("s", "not obfuscated", 0.9),
            told("s", "base64", 0.6),
            told("s", "question", 0.88),
        ),
        FAST,
    )
    assert re.search(r"base64 .* \+0\.300 \| \*\*fails\*\*", made)
    assert re.search(r"question .* \| holds", made)


def test_a_slice_of_too_few_rows_is_left_out() -> None:
    assert "question" not in measured.slices(of(told("s", "all", 0.9), told("s", "question", 0.1, rows=9)), FAST)


def test_a_failing_language_is_shown_as_one() -> None:
    made = measured.speech(of(told("own sentences", "German", 0.7), told("own sentences", "French", 0.8)), FAST)
    assert re.search(r"German .* \*\*fails\*\*", made)
    assert re.search(r"French .* holds", made)


def test_an_identity_term_fails_by_its_worst_figure() -> None:
    terms = (
        Bias(term="deaf", rows=30, subgroup=0.95, bpsn=0.7, bnsp=0.99),
        Bias(term="old", rows=30, subgroup=0.9, bpsn=0.9, bnsp=None),
    )
    made = measured.bias(of(bias=(Biased(set="m", by=BY, terms=terms, left_out=3),)), FAST)
    assert "1 of 2 terms fail; 3 with too few rows are left out" in made
    assert re.search(r"deaf .* \*\*fails\*\*", made)
    assert re.search(r"old .* – \| holds", made)


def test_what_was_not_measured_is_no_pass() -> None:
    assert [each.holds for each in bars.of_xstest(None)] == [None, None]
    assert {each.holds for each in bars.of_policy(None)} == {None}
    assert "not measured" in bars.shown(bars.of_speed(None, "accurate tier"))


def test_the_page_of_the_classifiers_holds_words_and_links_but_no_figure() -> None:
    said = re.sub(r"```.*?```", "", pages.text("docs/classifiers.md"), flags=re.DOTALL)
    assert not re.findall(r"\d\.\d{2,}|\d ?%(?! (?:and|false|Wilson))|^\|", said, re.MULTILINE)


def test_the_bench_of_the_classifiers_names_sets_and_a_folder_that_exist(tmp_path: Path) -> None:
    assert classifiers.folder(tmp_path) is None
    (tmp_path / "validation").mkdir()
    assert classifiers.folder(tmp_path) == tmp_path
    measured_sets = {each.set.partition(",")[0] for each in read(RESULTS / "classifiers.json").sets}
    assert measured_sets >= {*classifiers.BESIDE, *classifiers.INJECTIONS, bars.XSTEST, *bars.ORDINARY}


def test_other_peoples_texts_have_200_characters_and_none_comes_twice() -> None:
    texts = [busy.text(number) for number in range(10**9, 10**9 + 500)]
    assert {len(each) for each in texts} == {200}
    assert len(set(texts)) == len(texts)


def test_results_hold_figures_alone(results: Path) -> None:
    raw = (results / "classifiers.json").read_bytes()
    longest = max(len(each) for each in re.findall(rb'"([^"]*)"', raw))
    assert longest <= 64
    assert msgspec.json.decode(raw, type=Results).figures

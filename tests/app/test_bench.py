"""The bench measures sets of anybody's, says what it measured, and prints no text."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from seawall.app import measuring
from seawall.app.cli import cli
from seawall.vocabulary.categories import Category
from seawall.vocabulary.errors import InvalidInput

RUDE = "You silly goose number {}, nobody likes you."
KIND = "Good morning, neighbour {}, the soup is ready."


def written(folder: Path, name: str, *, zipped: bool = False) -> Path:
    rows = [{"text": RUDE.format(n), "labels": {"harassment": 1}} for n in range(30)]
    rows += [{"text": KIND.format(n), "labels": {"harassment": 0, "of a set of its own": 0}} for n in range(30)]
    raw = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path = folder / (f"{name}.jsonl.gz" if zipped else f"{name}.jsonl")
    path.write_bytes(gzip.compress(raw) if zipped else raw)
    return folder


def ran(*arguments: str) -> Any:
    done = CliRunner().invoke(cli, ["bench", "screen", *arguments, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout), done


@pytest.mark.parametrize("zipped", [False, True])
def test_figures_come_with_counts_and_bounds_for_every_category(tmp_path: Path, zipped: bool) -> None:
    found, done = ran("--data", str(written(tmp_path, "own", zipped=zipped)), "--fast")
    ours = {each["category"]: each["figures"] for each in found["figures"] if each["by"].startswith("linear")}
    assert set(ours) == {"harassment", "any"}
    told = ours["harassment"]
    assert (told["positives"], told["negatives"]) == (30, 30)
    assert told["auroc"]["low"] <= told["auroc"]["value"] <= told["auroc"]["high"]
    assert "goose" not in done.output
    assert "own: 60 rows" in done.stderr


def test_slices_tell_of_obfuscation_length_and_traits(tmp_path: Path) -> None:
    found, _ = ran("--data", str(written(tmp_path, "own")), "--fast", "--slices")
    assert {each["slice"] for each in found["figures"]} >= {"all", "leetspeak", "base64", "length 0-100"}


def test_a_perfect_scorer_is_measured_as_one() -> None:
    rows = [measuring.Row(str(n), {Category.HATE: n % 2}, bool(n % 2)) for n in range(40)]
    (of_hate, of_any) = measuring.measure(
        "s", rows, "oracle", lambda texts: [{Category.HATE: float(int(text) % 2)} for text in texts], sliced=False
    )
    for each in (of_hate, of_any):
        assert each.figures.auroc is not None
        assert each.figures.auroc.value == 1.0
        assert each.figures.calibration_error == 0.0


@pytest.mark.parametrize("line", ["{", "[]", '{"text": "x"}', '{"text": "x", "labels": 3}'])
def test_a_line_that_is_none_is_named(tmp_path: Path, line: str) -> None:
    written(tmp_path, "own")
    with (tmp_path / "own.jsonl").open("a") as out:
        out.write(line + "\n")
    with pytest.raises(InvalidInput, match="line 61"):
        list(measuring.sets(tmp_path, 100, frozenset()))


def test_a_folder_without_sets_says_what_a_set_is(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="holds no set"):
        list(measuring.sets(tmp_path, 100, frozenset()))


def test_injections_are_told_apart_from_jailbreaks(tmp_path: Path) -> None:
    (tmp_path / "docs.jsonl").write_text('{"text": "x", "labels": {"jailbreak": 1}}\n')
    (_, (row,)) = next(iter(measuring.sets(tmp_path, 100, frozenset({"docs"}))))
    assert row.known == {Category.PROMPT_INJECTION: 1}

"""The shipped encoder: its manifest, its known answers, long texts, damage."""

import shutil
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from seawall.screen.encoder import EncoderClassifier
from seawall.screen.encoder.classifier import SHIPPED
from seawall.screen.encoder.manifest import read, write
from seawall.screen.linear import LinearClassifier, WeightsUnusable
from seawall.vocabulary.categories import Category

CLOSE = 0.03


@pytest.fixture(scope="module")
def shipped() -> EncoderClassifier:
    return EncoderClassifier.load()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("manifest.json", "vocabulary.txt", "model.onnx"):
        shutil.copy(SHIPPED.with_name(name), tmp_path / name)
    return tmp_path / "model.onnx"


def test_it_scores_the_categories_of_the_fast_tier(shipped: EncoderClassifier) -> None:
    assert set(shipped.categories) == set(LinearClassifier.load().categories)
    scores = shipped.scores("How do I bake bread?")
    assert set(scores) == set(shipped.categories)
    assert all(0 <= score <= 1 for score in scores.values())


def test_scores_are_those_that_were_recorded_when_it_was_made(shipped: EncoderClassifier) -> None:
    assert len(shipped.manifest.recorded) >= 4
    for text, expected in shipped.manifest.recorded.items():
        assert shipped.scores(text) == pytest.approx(expected, abs=CLOSE)


def test_the_release_names_the_model_and_the_linear_weights_it_stands_on(shipped: EncoderClassifier) -> None:
    assert shipped.name == "encoder"
    assert shipped.release == f"1-{shipped.manifest.sha256[:8]}"
    assert shipped.manifest.linear == LinearClassifier.load().release


def test_a_batch_scores_as_its_texts_do_alone(shipped: EncoderClassifier) -> None:
    texts = [*shipped.manifest.recorded, "", "gate " * 600]
    for text, scores in zip(texts, shipped.batch_scores(texts), strict=True):
        assert scores == shipped.scores(text)
    assert shipped.batch_scores([]) == []


def test_a_long_text_is_no_less_suspicious_than_its_beginning(shipped: EncoderClassifier) -> None:
    insult = "You are a stupid, worthless idiot and everyone hates you."
    hay = "The ferry to the island leaves at seven and returns in the evening. " * 60
    alone = float(shipped.logits([insult])[0, shipped.categories.index(Category.HARASSMENT)])
    buried = float(shipped.logits([hay + insult])[0, shipped.categories.index(Category.HARASSMENT)])
    plain = float(shipped.logits([hay])[0, shipped.categories.index(Category.HARASSMENT)])
    assert plain < buried
    assert plain < alone


def test_odd_text_is_scored(shipped: EncoderClassifier) -> None:
    for text in ("\ud800", "\x00", "海" * 3000, "a" * 5000):
        assert all(0 <= score <= 1 for score in shipped.scores(text).values())


def test_the_manifest_says_where_everything_comes_from(shipped: EncoderClassifier) -> None:
    manifest = shipped.manifest
    assert all(len(each.sha256) == 64 and each.rows and each.licence and each.origin for each in manifest.sources)
    assert "MiniLM" in manifest.licence
    assert "CC BY-SA" in manifest.licence
    assert all(head.threshold is not None and 0.5 <= head.threshold < 1 for head in manifest.heads)
    assert {each.name for each in manifest.together} >= {"OpenAI moderation half, held out of the fold", "XSTest half"}
    assert manifest.benign
    assert manifest.tried
    assert 0 < manifest.parity < 0.5


def test_all_weights_together_are_small_enough_to_ship() -> None:
    folder = SHIPPED.parent
    together = [*folder.glob("*.onnx"), *folder.parent.glob("linear/*.npy")]
    assert sum(path.stat().st_size for path in together) <= 40_000_000


@pytest.mark.parametrize("name", ["model.onnx", "vocabulary.txt"])
def test_damage_is_refused(copy: Path, name: str) -> None:
    damaged = copy.with_name(name)
    content = bytearray(damaged.read_bytes())
    content[-2] ^= 1
    damaged.write_bytes(content)
    with pytest.raises(WeightsUnusable, match="digest"):
        EncoderClassifier.load(copy)


def test_a_missing_model_is_refused(copy: Path) -> None:
    copy.unlink()
    with pytest.raises(WeightsUnusable, match="No such file"):
        EncoderClassifier.load(copy)


def test_other_linear_weights_are_refused(copy: Path) -> None:
    path = copy.with_name("manifest.json")
    write(path, msgspec.structs.replace(read(path), linear="0-deadbeef"))
    with pytest.raises(WeightsUnusable, match="0-deadbeef"):
        EncoderClassifier.load(copy)

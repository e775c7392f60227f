"""Classifiers for tests, loaded by worker processes: they know a few mild words."""

import os
import time
from collections.abc import Sequence

from seawall.screen.linear import WeightsUnusable
from seawall.vocabulary.categories import Category

KNOWN = (Category.HARASSMENT, Category.HATE, Category.PROMPT_INJECTION)


class Words:
    """Scores a text by the words in it: `goose` is harassment for sure, `duck` perhaps, the rest is not."""

    name, release, categories = "encoder", "words-1", KNOWN

    def scores(self, text: str) -> dict[Category, float]:
        score = 0.97 if "goose" in text else 0.6 if "duck" in text else 0.02
        return {Category.HARASSMENT: score, Category.HATE: 0.01, Category.PROMPT_INJECTION: 0.01}

    def batch_scores(self, texts: Sequence[str]) -> list[dict[Category, float]]:
        return [self.scores(text) for text in texts]

    def precision_at(self, category: Category, score: float) -> float | None:
        return 0.99 if category is Category.HARASSMENT and score > 0.9 else None


class Slow(Words):
    """Thinks for longer than anyone waits."""

    def batch_scores(self, texts: Sequence[str]) -> list[dict[Category, float]]:
        time.sleep(30.0)
        return super().batch_scores(texts)


class Gated(Words):
    """Answers once the file named by GATE is there."""

    def batch_scores(self, texts: Sequence[str]) -> list[dict[Category, float]]:
        while not os.path.exists(os.environ["GATE"]):  # noqa: PTH110
            time.sleep(0.01)
        return super().batch_scores(texts)


class Raising(Words):
    """Cannot score a text with the word `odd`."""

    def batch_scores(self, texts: Sequence[str]) -> list[dict[Category, float]]:
        if any("odd" in text for text in texts):
            raise ValueError("odd")
        return super().batch_scores(texts)


class Dying(Words):
    """Ends its process at a text with the word `odd`."""

    def batch_scores(self, texts: Sequence[str]) -> list[dict[Category, float]]:
        if any("odd" in text for text in texts):
            os._exit(3)
        return super().batch_scores(texts)


def damaged() -> Words:
    """Cannot be loaded."""
    from pathlib import Path

    raise WeightsUnusable(Path("model.onnx"), "they are damaged")

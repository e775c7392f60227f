"""The figures of docs/policy.md: ``python -m tests.policy.figures``."""

import timeit
from collections.abc import Callable

from seawall.policy import DEFAULT, compile_documents, decide, read
from seawall.vocabulary.categories import Category
from seawall.vocabulary.standing import GOOD
from tests.policy.conftest import finding, situation


def _best_us(act: Callable[[], object], number: int) -> float:
    return min(timeit.repeat(act, number=number, repeat=5)) / number * 1e6


def main() -> None:
    """Print the best of five runs of each."""
    policy, context = compile_documents(read(DEFAULT)).base, situation()
    scores = [
        finding(category.value, detector="linear", deterministic=False, score=0.6, span=None)
        for category in list(Category)[:14]
    ]
    cases = {
        "no finding": [],
        "one violation with a strike": [finding()],
        "14 classifier scores below their thresholds": scores,
        "the same and a secret to mask": [*scores, finding("secrets")],
    }
    for name, found in cases.items():
        print(f"decide, {name}: {_best_us(lambda found=found: decide(policy, found, GOOD, context), 20_000):.1f} µs")
    print(f"read, check and compile the default policy: {_best_us(lambda: compile_documents(read(DEFAULT)), 3):.0f} µs")


if __name__ == "__main__":
    main()

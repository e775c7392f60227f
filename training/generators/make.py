"""Put all examples together. The same seed gives the same rows in the same order."""

import random
from collections.abc import Iterator, Sequence

from seawall.vocabulary.categories import Category
from training.generators import contrasts, documents, long, mild, pairs, speech
from training.generators.made import Made, fill, harmless, several, wrong

MILD = (
    (Category.ELECTIONS, mild.ELECTIONS, 700, ()),
    (Category.NONVIOLENT_CRIMES, mild.FRAUD, 500, (Category.CYBER, Category.PRIVACY)),
    (Category.PRIVACY, mild.PRIVACY, 400, (Category.HARASSMENT, Category.NONVIOLENT_CRIMES)),
    (Category.SELF_HARM, mild.DISTRESS, 400, ()),
)


def make(seed: int = 20261124) -> list[Made]:
    """Return every made row."""
    chance = random.Random(seed)
    return [*_violations(chance), *_hidden(chance), *_harmless(chance)]


def make_pairs(seed: int = 20261125) -> list[Made]:
    """Return the contrast pairs: what sounds like harm, and what means it."""
    chance = random.Random(seed)
    safe = [harmless(text) for patterns, count in pairs.SAFE for text in several(patterns, pairs.WORDS, count, chance)]
    meant = [
        wrong(text, category, *unknown)
        for patterns, count, category, unknown in pairs.WRONG
        for text in several(patterns, pairs.WORDS, count, chance)
    ]
    return [*safe, *meant]


def _violations(chance: random.Random) -> Iterator[Made]:
    for category, patterns, count, unknown in MILD:
        for text in several(patterns, mild.WORDS, count, chance):
            yield wrong(text, category, *unknown)


def _hidden(chance: random.Random) -> Iterator[Made]:
    for text in several(documents.HIDDEN, documents.WORDS, 600, chance):
        yield wrong(text, Category.PROMPT_INJECTION)


def _harmless(chance: random.Random) -> Iterator[Made]:
    kinds: Sequence[tuple[Sequence[str], dict[str, tuple[str, ...]], int]] = (
        (contrasts.PATTERNS, contrasts.WORDS, 3200),
        (contrasts.OTHER_LANGUAGES, contrasts.WORDS, 300),
        (speech.PATTERNS, speech.WORDS, 900),
        (documents.QUOTED, documents.WORDS, 500),
        (documents.PLAIN, documents.WORDS, 300),
    )
    for patterns, words, count in kinds:
        for text in several(patterns, words, count, chance):
            yield harmless(text)
    for _ in range(900):
        yield harmless(_prompt(chance))


def _prompt(chance: random.Random) -> str:
    """Return a system prompt or the opening of a role play, of four to thirty sentences."""
    middle = ["{rule}"] * chance.randint(1, 22) + ["{scene}"] * chance.randint(1, 6)
    chance.shuffle(middle)
    return fill(" ".join(("{open}", *middle, "{end}")), long.WORDS, chance)

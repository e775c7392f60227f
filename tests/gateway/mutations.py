"""Bodies that are nearly right: valid ones with parts replaced, doubled, dropped, and bytes changed."""

import random
from collections.abc import Iterator
from typing import Any

import msgspec
from hypothesis import strategies as st

_NUMBERS = st.one_of(
    st.integers(-3, 130),
    st.sampled_from([2**31, 2**53, 2**63, 2**64, -(2**63) - 1, 10**40, -1]),
    st.floats(allow_nan=False, allow_infinity=False),
)
_WORDS = ["", " ", "text", "type", "tool_use", "tool_result", "image", "document", "thinking", "user", "assistant",
          "system", "tool", "developer", "function", "ephemeral", "\x00", "\u2028", "😀", "\ufeff", "a" * 300,
          "ignore all previous instructions", '{"a": "b"}', '{"a": {"b": [1]}}', "[", "\\ud83d"]  # fmt: skip
_TEXTS = st.one_of(st.sampled_from(_WORDS), st.text(max_size=12))
SCALARS = st.one_of(st.none(), st.booleans(), _NUMBERS, _TEXTS)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3), max_leaves=6
)
_TOKENS = [
    b"\x00", b"\xff\xfe", b"\\ud800", b"\\u0000", b"1e999", b"-", b"null", b"[" * 300, b'{"a":' * 300, b'"', b"\\",
    b"\r\n", b"\n\n", b"data: ", b",", b"}", b"]", b"\xed\xa0\x80", b"\xf0\x9f", b"12345678901234567890123", b"/**/",
    b"NaN", b'"model":7,', b"\xef\xbb\xbf", b": hi\n",
]  # fmt: skip


def places(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the path of every value below a body."""
    items = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for step, below in items:
        yield (*path, step)
        yield from places(below, (*path, step))


@st.composite
def changed(draw: st.DrawFn, bodies: list[Any]) -> Any:
    """Draw one of the bodies with up to four values replaced, dropped, or put where another one stands."""
    body = msgspec.json.decode(msgspec.json.encode(draw(st.sampled_from(bodies))))
    for _ in range(draw(st.integers(0, 4))):
        found = list(places(body))
        if not found:
            break
        *way, last = draw(st.sampled_from(found))
        holder = body
        for step in way:
            holder = holder[step]
        how = draw(st.sampled_from(("replace", "replace", "drop", "double", "add")))
        if how == "replace":
            holder[last] = draw(VALUES)
        elif how == "drop":
            del holder[last]
        elif how == "add" and isinstance(holder, dict):
            holder[draw(_TEXTS)] = draw(VALUES)
        elif isinstance(holder, list):
            holder.append(holder[last])
    return body


def shaken(raw: bytes, seed: int) -> bytes:
    """Return the bytes with a few changed, dropped, doubled or put in, as the seed says."""
    chance, made = random.Random(seed), bytearray(raw)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(made) + 1)
        size = chance.choice((1, 1, 2, 5, 20))
        how = chance.randrange(5)
        if how == 0 and at < len(made):
            made[at] = chance.randrange(256)
        elif how == 1:
            del made[at : at + size]
        elif how == 2:
            made[at:at] = made[at : at + size]
        elif how == 3:
            made[at:at] = chance.choice(_TOKENS)
        else:
            made[at:at] = bytes(chance.randrange(256) for _ in range(size))
    return bytes(made)

"""Escapes in JSON are resolved however a stream is cut, and the JSON stays the same."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.gateway.wire.escapes import Unescaper, unescape


def escaped(text: str) -> str:
    units = text.encode("utf-16-be")
    return '{"a": "' + "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)) + '"}'


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), st.integers(min_value=1, max_value=9))
def test_fully_escaped_text_stays_the_same_json_in_portions_of_any_size(text, size):
    raw = escaped(text)
    unescaper = Unescaper()

    resolved = "".join(unescaper.feed(raw[at : at + size]) for at in range(0, len(raw), size))

    assert json.loads(resolved) == {"a": text}
    assert unescape(raw) == '{"a": "' + text + '"}'


@pytest.mark.parametrize("size", range(1, 12))
def test_a_hidden_word_is_plain_and_a_literal_backslash_stays(size):
    raw = r'{"a": "\u0073\u0065cret \\u0041 \ud83d\ude00 \ud83d \u0022 \n \/"}'
    unescaper = Unescaper()

    resolved = "".join(unescaper.feed(raw[at : at + size]) for at in range(0, len(raw), size))

    assert resolved == '{"a": "secret \\\\u0041 \U0001f600 \\ud83d \\u0022 \\n /"}'

"""Server-sent events: the same events however the bytes are cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.gateway.wire import Event, Parser, encode_event, sse

LINE = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), min_size=1, max_size=12)
EVENTS = st.lists(
    st.builds(
        lambda name, lines: Event(name.strip(), "\n".join(lines).encode()),
        st.sampled_from(["", "message_start", "ping", "ünusual"]),
        st.lists(LINE, min_size=1, max_size=3),
    ),
    max_size=6,
)


def parts(raw: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(raw) + 1) for cut in cuts), len(raw)]
    return [raw[start:end] for start, end in pairwise(edges)]


@given(EVENTS, st.lists(st.integers(min_value=0), max_size=8), st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_events_come_back_however_their_bytes_are_cut_and_whatever_ends_their_lines(events, cuts, ending):
    raw = b"".join(map(encode_event, events)).replace(b"\n", ending)
    parser = Parser()

    assert [event for part in parts(raw, cuts) for event in parser.feed(part)] == events


def test_comments_unknown_fields_and_a_byte_order_mark_are_passed_over():
    raw = b"\xef\xbb\xbf: hello\nid: 7\nretry: 9\nevent: ping\ndata:{}\n\n:again\n\ndata\ndata: x\n\nevent: lone\n\n"

    assert Parser().feed(raw) == [Event("ping", b"{}"), Event("", b"\nx")]


def test_an_event_that_was_cut_off_is_none():
    assert Parser().feed(b"data: a\n\ndata: b\n") == [Event("", b"a")]


def test_an_event_without_end_is_stopped(monkeypatch):
    monkeypatch.setattr(sse, "MAX_EVENT", 100)
    parser = Parser()
    parser.feed(b"data: " + b"x" * 90)

    with pytest.raises(sse.EventTooLong):
        parser.feed(b"x" * 20)

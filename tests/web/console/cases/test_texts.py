"""What the vault keeps of an exchange, read again, with the numbers by which findings speak of each text."""

import json

from seawall.gateway.contents import answer_text, texts
from seawall.gateway.context import Found
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Finding, Span, Surface
from seawall.web.console.cases.texts import LONGEST, Part, cut, marked

ASKED = json.dumps({"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "Good day."}]})
STREAMED = {"channel": [0, "text"], "number": 2, "surface": "output", "text": "Good"}
ARGUMENTS = {"channel": [0, "tool", 0], "number": 1, "surface": "tool_call", "text": "now"}


def test_a_request_and_its_answer_are_texts_in_their_order() -> None:
    answer = json.dumps({"content": [{"type": "text", "text": "Yes."}], "role": "assistant", "type": "message"})
    read = [(each.stage, each.number, each.surface, each.text) for each in texts("messages", ASKED, answer)]
    assert read == [("input", 0, "input", "Good day."), ("output", 0, "output", "Yes.")]


def test_texts_of_a_stream_have_the_numbers_of_their_findings() -> None:
    kept = json.dumps({"texts": [ARGUMENTS, STREAMED, {"channel": [1, "text"], "text": "older"}]})
    assert [(each.number, each.surface, each.text) for each in texts("chat", None, kept)] == [
        (1, "tool_call", "now"),
        (2, "output", "Good"),
        (-1, "output", "older"),
    ]
    assert answer_text(kept.encode()) == "Good\n\nolder"


def test_what_is_no_body_is_a_text_as_it_is() -> None:
    read = texts("chat", "not JSON", "neither")
    assert [(each.stage, each.number, each.text) for each in read] == [
        ("input", -1, "not JSON"),
        ("output", -1, "neither"),
    ]
    assert texts("chat", None, None) == ()


def test_places_that_overlap_cut_a_text_where_either_begins_or_ends() -> None:
    assert cut("abcdef", [(0, 4, 1), (2, 6, 2)]) == (
        Part(text="ab", found=(1,)),
        Part(text="cd", found=(1, 2)),
        Part(text="ef", found=(2,)),
    )
    assert cut("abc", [(1, 9, 1), (-1, 2, 2), (2, 2, 3)]) == (Part(text="abc"),)
    assert cut("", [(0, 1, 1)]) == ()


def test_a_place_is_marked_in_the_text_that_it_is_of() -> None:
    finding = Finding(
        category=Category.HATE, detector="d", release="1", surface=Surface.INPUT, span=Span(0, 4), piece=0
    )
    said = texts("messages", ASKED, json.dumps({"texts": [STREAMED]}))
    shown = marked(said, [Found(stage="input", finding=finding)])
    assert [[part.found for part in each.parts] for each in shown] == [[(1,), ()], [()]]


def test_a_text_of_any_length_is_cut_and_says_so() -> None:
    (shown,) = marked(texts("chat", "x" * (LONGEST + 7), None), ())
    assert (len(shown.parts[0].text), shown.left_out) == (LONGEST, 7)

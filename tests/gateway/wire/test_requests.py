"""Requests of both APIs: every text is a piece with its place, and what is wrong is named."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.gateway.wire import BadRequest, Request, WireFormat, encode
from seawall.gateway.wire.chat import CHAT
from seawall.gateway.wire.messages import COUNT_TOKENS, MESSAGES
from seawall.vocabulary.findings import Surface

from .bodies import CHAT_FULL, MESSAGES_FULL

BOTH = pytest.mark.parametrize(("api", "full"), [(MESSAGES, MESSAGES_FULL), (CHAT, CHAT_FULL)])


def parse(api: WireFormat, body: Any) -> Request:
    return api.parse(msgspec.json.encode(body))


def texts(request: Request, *, newest: bool, surface: Surface) -> list[str]:
    return [piece.text for piece in request.pieces if piece.newest is newest and piece.surface is surface]


def messages(*turns: Any, **others: Any) -> Request:
    return parse(MESSAGES, {"model": "m", "max_tokens": 1, "messages": list(turns), **others})


def chat(*turns: Any, **others: Any) -> Request:
    return parse(CHAT, {"model": "m", "messages": list(turns), **others})


def test_a_messages_request_gives_every_text_on_its_surface():
    request = parse(MESSAGES, MESSAGES_FULL)

    assert texts(request, newest=True, surface=Surface.TOOL_RESULT) == ["sunny"]
    assert texts(request, newest=True, surface=Surface.INPUT) == ["and tomorrow?", "https://example.org/a.png"]
    assert texts(request, newest=True, surface=Surface.DOCUMENT) == ["a title", "document text"]
    assert texts(request, newest=False, surface=Surface.TOOL_CALL) == ["weather", "Paris"]
    context = texts(request, newest=False, surface=Surface.INPUT)
    for text in ("be kind", "first question", "let me look", "looking", "tells the weather", "the name of a city"):
        assert text in context
    assert (request.model, request.end_user, request.images, request.tools) == ("small-1", "person-7", 2, ("weather",))
    assert not request.stream


def test_a_chat_request_gives_every_text_on_its_surface():
    request = parse(CHAT, CHAT_FULL)

    assert texts(request, newest=True, surface=Surface.TOOL_RESULT) == ["sunny"]
    assert texts(request, newest=True, surface=Surface.INPUT) == ["and tomorrow?", "https://example.org/a.png"]
    assert texts(request, newest=False, surface=Surface.TOOL_CALL) == ["weather", "Paris"]
    context = texts(request, newest=False, surface=Surface.INPUT)
    for text in ("be kind", "first question", "tells the weather", "the name of a city"):
        assert text in context
    assert (request.model, request.end_user, request.images, request.tools) == ("small-1", "person-7", 3, ("weather",))
    assert (request.stream, request.choices, request.include_usage) == (True, 2, True)


@BOTH
def test_unknown_fields_and_numbers_of_any_size_pass_untouched(api, full):
    raw = msgspec.json.encode(full)

    request = api.parse(raw)

    assert encode(request.body) == raw
    assert encode(api.replace(request, [])) == raw
    assert api.steer(request.body, ()) is request.body


@BOTH
def test_every_piece_leads_back_to_its_own_text_and_an_edit_changes_nothing_else(api, full):
    request = parse(api, full)
    before = encode(request.body)

    for piece in request.pieces:
        edited = parse(api, api.replace(request, [(piece.path, "[gone]")]))
        changed = [(was, now) for was, now in zip(request.pieces, edited.pieces, strict=True) if was != now]
        assert [was.text for was, _ in changed] == [piece.text]
        assert changed[0][1].text == "[gone]"

    assert encode(request.body) == before


def test_text_hidden_in_json_escapes_in_tool_arguments_is_read_and_edited():
    call = {
        "id": "c",
        "type": "function",
        "function": {"name": "f", "arguments": '{"note": "\\u0073ecret \\"word\\""}'},
    }
    request = chat({"role": "user", "content": "q"}, {"role": "assistant", "tool_calls": [call]})
    piece = next(piece for piece in request.pieces if piece.text.startswith("secret"))
    assert piece.text == 'secret "word"'

    body = CHAT.replace(request, [(piece.path, 'a "mask"')])

    arguments = body["messages"][1]["tool_calls"][0]["function"]["arguments"]
    assert msgspec.json.decode(arguments) == {"note": 'a "mask"'}


@pytest.mark.parametrize("arguments", ['{"a": "sec\\u0072et", "a": "fine"}', '{"a": "sec\\u0072et', "sec\\u0072et"])
def test_tool_arguments_that_are_no_plain_json_are_read_whole(arguments):
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": arguments}}
    request = chat({"role": "user", "content": "q"}, {"role": "assistant", "tool_calls": [call]})

    assert any("secret" in piece.text for piece in request.pieces)


def test_names_of_fields_and_long_numbers_in_tool_input_are_pieces_that_can_be_masked():
    given = {"a name with words": {"x y": "deep"}, "card": 4111111111111111, "n": 3}
    use = {"type": "tool_use", "id": "t", "name": "f", "input": given}
    request = messages({"role": "user", "content": "q"}, {"role": "assistant", "content": [use]})
    found = {piece.text: piece.path for piece in request.pieces}
    assert {"a name with words", "x y", "deep", "4111111111111111"} <= found.keys()
    assert "3" not in found

    body = MESSAGES.replace(request, [(path, f"<{text}>") for text, path in found.items() if text not in ("q", "f")])

    changed = body["messages"][1]["content"][0]["input"]
    assert changed == {"<a name with words>": {"<x y>": "<deep>"}, "card": "<4111111111111111>", "n": 3}


def test_of_a_field_that_stands_twice_only_the_screened_value_goes_on():
    request = CHAT.parse(b'{"model":"m","messages":[{"role":"user","content":"one","content":"two"}]}')

    assert [piece.text for piece in request.pieces] == ["two"]
    assert b"one" not in encode(request.body)


@pytest.mark.parametrize("api", [MESSAGES, CHAT])
def test_blocks_and_top_level_fields_that_nobody_knows_are_read(api):
    block = {"type": "hologram", "layers": [{"caption": "hidden words"}]}
    turn = {"role": "user", "content": [block], "extra": "beside"}
    body = {"model": "m", "max_tokens": 1, "messages": [turn], "documents": [{"t": "on top"}]}

    request = parse(api, body)

    assert texts(request, newest=True, surface=Surface.INPUT) == ["hidden words", "beside"]
    assert texts(request, newest=False, surface=Surface.INPUT) == ["on top"]


def test_results_of_provider_tools_are_tool_results_and_sealed_content_is_skipped():
    found = {"type": "web_search_result", "title": "a page", "url": "https://example.org", "encrypted_content": "QUJD"}
    block = {"type": "web_search_tool_result", "tool_use_id": "s", "content": [found]}
    request = messages({"role": "user", "content": "q"}, {"role": "assistant", "content": [block]})

    assert texts(request, newest=False, surface=Surface.TOOL_RESULT) == [
        "web_search_result",
        "a page",
        "https://example.org",
    ]


def test_a_begun_answer_does_not_make_the_newest_turn_old():
    request = messages({"role": "user", "content": "new"}, {"role": "assistant", "content": "Sure,"})

    assert texts(request, newest=True, surface=Surface.INPUT) == ["new"]
    assert texts(request, newest=False, surface=Surface.INPUT) == ["Sure,"]


def test_system_messages_within_the_newest_turn_are_context():
    for role in ("system", "developer"):
        request = chat(
            {"role": "user", "content": "a"}, {"role": role, "content": "b"}, {"role": "user", "content": "c"}
        )
        assert texts(request, newest=True, surface=Surface.INPUT) == ["a", "c"]
        assert texts(request, newest=False, surface=Surface.INPUT) == ["b"]


def test_the_safety_identifier_names_the_end_user_before_the_older_field():
    turn = {"role": "user", "content": "q"}
    assert chat(turn, user="old", safety_identifier="new").end_user == "new"
    assert chat(turn, user="old").end_user == "old"
    assert chat(turn, user="").end_user is None


def test_files_audio_and_binary_documents_count_as_unread_media():
    pdf = {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "AAAA"}}
    upload = {"type": "container_upload", "file_id": "file_1"}
    assert messages({"role": "user", "content": [pdf, upload]}).images == 2
    part = {"type": "file", "file": {"file_data": "data:application/pdf;base64,AAAA", "filename": "a plan.pdf"}}
    request = chat({"role": "user", "content": [part]})
    assert (request.images, [piece.text for piece in request.pieces]) == (1, ["a plan.pdf"])


USER = {"role": "user", "content": "q"}


@pytest.mark.parametrize(
    ("api", "body", "field"),
    [
        (CHAT, [], "object"),
        (CHAT, {"messages": [USER]}, "model: is missing"),
        (CHAT, {"model": 5, "messages": [USER]}, "model: must be a string, not an integer"),
        (CHAT, {"model": "m"}, "messages: is missing"),
        (CHAT, {"model": "m", "messages": []}, "messages: must hold at least one"),
        (CHAT, {"model": "m", "messages": ["q"]}, r"messages\[0\]: must be an object"),
        (CHAT, {"model": "m", "messages": [{"role": "user"}]}, r"messages\[0\].content: is missing"),
        (
            CHAT,
            {"model": "m", "messages": [{"role": "user", "content": 5}]},
            r"messages\[0\].content: must be a string or",
        ),
        (CHAT, {"model": "m", "messages": [{"role": "user", "content": [{}]}]}, r"messages\[0\].content\[0\].type"),
        (CHAT, {"model": "m", "messages": [USER], "stream": "yes"}, "stream: must be true or false, not a string"),
        (CHAT, {"model": "m", "messages": [USER], "n": 0}, "n: must be between"),
        (CHAT, {"model": "m", "messages": [USER], "n": True}, "n: must be an integer, not true or false"),
        (CHAT, {"model": "m", "messages": [USER], "stop": [1]}, r"stop\[0\]: must be a string"),
        (CHAT, {"model": "m", "messages": [USER], "tools": [1]}, r"tools\[0\]: must be an object"),
        (MESSAGES, {"model": "m", "messages": [USER]}, "max_tokens: is missing"),
        (MESSAGES, {"model": "m", "max_tokens": "9", "messages": [USER]}, "max_tokens: must be an integer"),
        (
            MESSAGES,
            {"model": "m", "max_tokens": 9, "messages": [USER], "system": 1},
            "system: must be a string or a list",
        ),
        (
            MESSAGES,
            {"model": "m", "max_tokens": 9, "messages": [{"role": "tool", "content": ""}]},
            r"messages\[0\].role",
        ),
        (MESSAGES, {"model": "m", "max_tokens": 9, "messages": [USER], "metadata": {"user_id": 5}}, "metadata.user_id"),
    ],
)
def test_what_is_wrong_with_a_request_is_named(api, body, field):
    with pytest.raises(BadRequest, match=field):
        parse(api, body)


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"\xff", b'{"a": NaN}', b'"\\ud800"', b"[" * 100_000, b'{"a":' * 200 + b"1" + b"}" * 200]
)
@pytest.mark.parametrize("api", [MESSAGES, CHAT])
def test_what_is_not_usable_json_is_refused(api, raw):
    with pytest.raises(BadRequest):
        api.parse(raw)


def test_counting_tokens_needs_no_limit_and_gives_the_same_pieces():
    body = {name: value for name, value in MESSAGES_FULL.items() if name != "max_tokens"}

    assert parse(COUNT_TOKENS, body).pieces == parse(MESSAGES, MESSAGES_FULL).pieces
    assert COUNT_TOKENS.reply_pieces({"input_tokens": 7}) == ()
    assert COUNT_TOKENS.reply_usage({"input_tokens": 7}).input_tokens == 7


def test_instructions_join_the_system_prompt_in_each_of_its_forms():
    steer = MESSAGES.steer
    assert steer({}, ["a", "b"])["system"] == "a\n\nb"
    assert steer({"system": "s"}, ["a"])["system"] == "s\n\na"
    assert steer({"system": [{"type": "text", "text": "s"}]}, ["a"])["system"][1] == {"type": "text", "text": "a"}
    first = CHAT.steer({"messages": [USER]}, ["a"])["messages"]
    assert first == [{"role": "system", "content": "a"}, USER]
    joined = CHAT.steer({"messages": [{"role": "developer", "content": "s"}, USER]}, ["a"])["messages"]
    assert joined == [{"role": "developer", "content": "s\n\na"}, USER]
    parts = CHAT.steer({"messages": [{"role": "system", "content": [{"type": "text", "text": "s"}]}]}, ["a"])[
        "messages"
    ]
    assert parts[0]["content"][1] == {"type": "text", "text": "a"}


NAMES = (
    *[
        "model",
        "messages",
        "role",
        "content",
        "user",
        "assistant",
        "type",
        "text",
        "tool_calls",
        "function",
        "arguments",
    ],
    *["name", "tools", "system", "tool_result", "tool_use", "input", "image", "source", "document", "n", "max_tokens"],
    *["image_url", "url", "file", "stream", "stream_options", "metadata", "user_id", "function_call", "stop", "id"],
)
WORDS = st.sampled_from(NAMES)
ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=4), inner, max_size=6),
    max_leaves=25,
)
BLOCK = st.dictionaries(WORDS, ANY, max_size=5) | st.builds(
    lambda kind, rest: {**rest, "type": kind}, WORDS, st.dictionaries(WORDS, ANY, max_size=5)
)
MESSAGE = st.builds(
    lambda role, content, rest: {**rest, "role": role, "content": content},
    st.sampled_from(["user", "assistant", "system", "tool", "function"]),
    st.text(max_size=5) | st.lists(BLOCK, max_size=3),
    st.dictionaries(WORDS, ANY, max_size=3),
)
BODY = st.builds(
    lambda turns, rest: {**rest, "model": "m", "max_tokens": 1, "messages": turns},
    st.lists(MESSAGE, max_size=4),
    st.dictionaries(WORDS, ANY, max_size=3),
)


def read(api: WireFormat, raw: bytes) -> Request | None:
    """Return the request that bytes hold; nothing where they are refused as a bad one."""
    try:
        return api.parse(raw)
    except BadRequest:
        return None


def places(request: Request) -> list[Any]:
    return [piece.path for piece in request.pieces]


def put_back(api: WireFormat, request: Request) -> Request:
    """Return a request after each of its texts was written into its own place."""
    return api.parse(encode(api.replace(request, [(piece.path, piece.text) for piece in request.pieces])))


@given(st.binary(max_size=200))
def test_any_bytes_give_a_request_or_a_bad_request(raw):
    for api in (MESSAGES, CHAT, COUNT_TOKENS):
        request = read(api, raw)
        assert request is None or places(put_back(api, request)) == places(request)


@given(ANY | BODY)
def test_any_json_gives_a_request_or_a_bad_request(body):
    for api in (MESSAGES, CHAT):
        request = read(api, msgspec.json.encode(body))
        assert request is None or places(put_back(api, request)) == places(request)
        assert request is None or b"be kind" in encode(api.steer(request.body, ["be kind"]))


def test_an_answer_wanted_as_audio_counts_as_unread_media():
    assert chat(USER, modalities=["text", "audio"]).images == 1
    assert chat(USER, modalities=["text"]).images == 0

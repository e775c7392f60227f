"""Fields, events and chunks that nobody knows pass in both directions, and are screened."""

import json
from typing import Any

import httpx2

from tests.gateway import faults
from tests.gateway.conftest import SECRET, Stack
from tests.gateway.speakers import CHAT, MESSAGES, Speaker, both, whole_and_streamed

UNKNOWN = {
    "new_switch": {"depth": [1, 2.5, None, True, "words"], "big": 12345678901234567890123, "neg": -0.0},
    "x": "y",
}


@both
@whole_and_streamed
async def test_fields_that_nobody_knows_pass_in_both_directions(stack: Stack, speaker: Speaker, streamed: bool) -> None:
    run = speaker.listen if streamed else speaker.ask
    await run(stack, extra_body=UNKNOWN)
    await run(stack, extra_body=UNKNOWN, model=speaker.crossed)
    for body in stack.upstream.asked:
        assert {name: body[name] for name in UNKNOWN} == UNKNOWN
        assert json.dumps(body["new_switch"]) == json.dumps(UNKNOWN["new_switch"])


async def test_fields_of_an_answer_that_nobody_knows_pass_and_are_screened(stack: Stack) -> None:
    novel = {"novel": {"count": 3, "note": f"see {SECRET}"}}
    usage = {"input_tokens": 1, "output_tokens": 1, "new_tokens": 5}
    content = [{"type": "text", "text": "hello", "mark": 7}]
    whole = {"id": "m", "type": "message", "role": "assistant", "model": "up", "stop_reason": "end_turn",
             "stop_sequence": None, "content": content, "usage": usage}  # fmt: skip
    stack.upstream.answer = faults.says(json.dumps(whole | novel).encode())
    async with stack.anthropic() as client:
        message: Any = await client.messages.create(
            model="claude", max_tokens=9, messages=[{"role": "user", "content": "Hi"}]
        )
    assert message.novel == {"count": 3, "note": "see [secret removed]"}
    assert (message.content[0].mark, message.usage.new_tokens) == (7, 5)


async def test_events_that_nobody_knows_pass_and_are_screened(stack: Stack) -> None:
    events = [
        *faults.begun("messages"),
        faults.messages_event("weather_report", sky="blue", note=f"see {SECRET}", deep=[{"n": 1}]),
        faults.messages_event("ping"),
        faults.messages_event("content_block_stop", index=0),
        faults.messages_event("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None},
                              usage={"output_tokens": 4}),
        faults.messages_event("message_stop"),
    ]  # fmt: skip
    stack.upstream.answer = faults.streams(*events)
    async with stack.anthropic() as client:
        given: Any = {"model": "claude", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
        async with client.messages.with_streaming_response.create(**given, stream=True) as reply:
            lines = [line async for line in reply.iter_lines() if line]
    named = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    assert named[-5:] == ["weather_report", "ping", "content_block_stop", "message_delta", "message_stop"]
    report = next(
        json.loads(line.removeprefix("data: ")) for line in lines if "weather_report" in line and "sky" in line
    )
    assert report == {"type": "weather_report", "sky": "blue", "note": "see [secret removed]", "deep": [{"n": 1}]}
    assert (await MESSAGES.listen(stack)).reason == "end_turn"


_BESIDE: dict[str, dict[str, Any]] = {
    "message_start": {"message": {"id": "m", "type": "message", "role": "assistant", "content": [], "model": "up",
                                  "stop_reason": None, "stop_sequence": None, "usage": {}, "note": "see"}},
    "content_block_start": {"index": 0, "content_block": {"type": "text", "text": "", "note": "see"}},
    "content_block_delta": {"index": 0, "delta": {"type": "text_delta", "text": "hello", "note": "see"}},
    "content_block_stop": {"index": 0},
    "message_delta": {"delta": {"stop_reason": "end_turn", "stop_sequence": None, "note": "see"}, "usage": {}},
    "ping": {},
    "error": {"error": {"type": "api_error", "message": "see"}},
    "message_stop": {},
}  # fmt: skip


async def test_what_stands_beside_the_known_parts_of_an_event_is_screened(stack: Stack) -> None:
    said = json.dumps(_BESIDE).replace('"see"', f'"see {SECRET}"')
    bodies = [{"type": kind, **fields, "beside": f"see {SECRET}"} for kind, fields in json.loads(said).items()]
    # Without its name an error is an event like others, which a client may read all the same.
    stack.upstream.answer = faults.streams(*(f"data: {json.dumps(body)}\n\n".encode() for body in bodies))
    async with httpx2.AsyncClient() as client:
        asked = MESSAGES.body(stream=True)
        reply = await client.post(stack.url + "/v1/messages", json=asked, headers={"x-api-key": stack.secret})
    assert SECRET not in reply.text
    events = [json.loads(line.removeprefix("data: ")) for line in reply.text.split("\n") if line.startswith("data: ")]
    assert [event["type"] for event in events if "beside" in event] == list(_BESIDE)
    assert {event["beside"] for event in events if "beside" in event} == {"see [secret removed]"}


async def test_an_error_beside_other_fields_of_a_chunk_is_screened(stack: Stack) -> None:
    odd = {"id": "c", "object": "chat.completion.chunk", "error": {"message": f"see {SECRET}"}}
    parts = [faults.chunk({"content": "hello"}), f"data: {json.dumps(odd)}\n\n".encode(), faults.chunk({}, "stop")]
    stack.upstream.answer = faults.streams(*parts, b"data: [DONE]\n\n")
    async with httpx2.AsyncClient() as client:
        reply = await client.post(
            stack.url + CHAT.path, json=CHAT.body(stream=True), headers={"x-api-key": stack.secret}
        )
    assert SECRET not in reply.text
    assert "see [secret removed]" in reply.text


async def test_chunks_that_nobody_knows_pass_and_are_screened(stack: Stack) -> None:
    parts = [
        faults.chunk({"role": "assistant", "content": "hi"}, novel={"note": f"see {SECRET}"}),
        b'data: {"id": "c", "object": "chat.weather", "choices": [], "sky": "blue"}\n\n',
        faults.chunk({"mood": "good"}),
        faults.chunk({}, "stop"),
        b"data: [DONE]\n\n",
    ]
    stack.upstream.answer = faults.streams(*parts)
    async with stack.openai() as client:
        asked: Any = {"model": "gpt", "messages": [{"role": "user", "content": "Hi"}], "stream": True}
        chunks: list[Any] = [chunk async for chunk in await client.chat.completions.create(**asked)]
    assert chunks[0].novel == {"note": "see [secret removed]"}
    assert [chunk.sky for chunk in chunks if chunk.object == "chat.weather"] == ["blue"]
    assert chunks[2].choices[0].delta.mood == "good"

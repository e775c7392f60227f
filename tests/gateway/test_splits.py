"""A match cut at every position never leaves the gateway: in both APIs, in every choice and block, in tool arguments.

One answer holds a choice, or a block, for every place at which its text can be cut in two, and some that come in many
small chunks.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from seawall.gateway.wire import Parser
from seawall.screen import DETECTORS
from seawall.vocabulary.findings import Surface
from tests.gateway import faults
from tests.gateway.conftest import Stack
from tests.gateway.speakers import BOTH, Speaker
from tests.screen.disguises import ALWAYS, NOT_SEEN, SCREEN, WORDED

RULES = """
  - {id: test.privacy, category: privacy, surfaces: [output, tool_call], measure: rewrite, mask: "█"}
  - {id: test.injection, category: prompt_injection, surfaces: [output, tool_call], measure: rewrite, mask: "█"}
"""
_MOST = 120


def texts() -> Iterator[str]:
    """Give a hit of every detector that looks at answers, in every disguise."""
    for detector in (each for each in DETECTORS if Surface.OUTPUT in each.surfaces):
        forms, hit = ALWAYS | (WORDED if detector.wording else {}), detector.hits[0]
        yield from (f"all is well, {form(hit)}\nthen" for name, form in forms.items() if (hit, name) not in NOT_SEEN)


TEXTS = list(texts())


def chunkings(text: str) -> list[list[str]]:
    """Return the text cut in two at every place, or at as many as one answer holds, and in chunks of one to three."""
    places = range(1, len(text), -(-len(text) // (_MOST - 3)))
    small = [[text[at : at + size] for at in range(0, len(text), size)] for size in (1, 2, 3)]
    return [[text[:place], text[place:]] for place in places] + small


def in_turn(runs: list[list[bytes]]) -> Iterator[bytes]:
    """Give the events of many runs as they come when all are written at once."""
    for at in range(max(map(len, runs))):
        yield from (run[at] for run in runs if at < len(run))


def chat_stream(chunked: list[list[str]], *, tool: bool) -> Iterator[bytes]:
    """Give a stream in which every choice says its chunks, or calls a tool with them."""

    def delta(part: str) -> dict[str, Any]:
        return {"tool_calls": [{"index": 0, "function": {"arguments": part}}]} if tool else {"content": part}

    named = {"index": 0, "id": "c", "type": "function", "function": {"name": "save", "arguments": ""}}
    begun = {"role": "assistant", "tool_calls": [named]} if tool else {"role": "assistant", "content": ""}
    yield from (faults.chunk(begun, index=index) for index in range(len(chunked)))
    yield from in_turn(
        [[faults.chunk(delta(part), index=index) for part in parts] for index, parts in enumerate(chunked)]
    )
    yield from (faults.chunk({}, "stop", index=index) for index in range(len(chunked)))
    yield b"data: [DONE]\n\n"


def messages_stream(chunked: list[list[str]], *, tool: bool) -> Iterator[bytes]:
    """Give a stream in which every block says its chunks, or calls a tool with them."""
    yield faults.begun("messages")[0]
    text = {"type": "text", "text": ""}
    for index, parts in enumerate(chunked):
        block = {"type": "tool_use", "id": f"t{index}", "name": "save", "input": {}} if tool else text
        yield faults.messages_event("content_block_start", index=index, content_block=block)
        for part in parts:
            said = {"type": "input_json_delta", "partial_json": part} if tool else {"type": "text_delta", "text": part}
            yield faults.messages_event("content_block_delta", index=index, delta=said)
        yield faults.messages_event("content_block_stop", index=index)
    delta = {"stop_reason": "end_turn", "stop_sequence": None}
    yield faults.messages_event("message_delta", delta=delta, usage={"output_tokens": 5})
    yield faults.messages_event("message_stop")


def heard(raw: bytes) -> list[str]:
    """Return what a client joins of a stream, by choice or block."""
    said: defaultdict[int, str] = defaultdict(str)
    for event in Parser().feed(raw):
        if event.data == b"[DONE]":
            continue
        body = json.loads(event.data)
        if body.get("type") == "content_block_delta":
            said[body["index"]] += body["delta"].get("text", "") + body["delta"].get("partial_json", "")
        for choice in body.get("choices", ()):
            delta = choice["delta"]
            calls = delta.get("tool_calls") or [{"function": {}}]
            said[choice["index"]] += (delta.get("content") or "") + calls[0]["function"].get("arguments", "")
    return [said[index] for index in sorted(said)]


def together(text: str) -> str:
    """Return the text with one sign for masks, however many touch."""
    return re.sub(r"(?:█|\[secret removed\]|\[personal data removed\])+", "█", text)


def expected(text: str) -> str:
    spans = [each.span for each in SCREEN.match(text, Surface.OUTPUT) if each.span]
    hidden = {at for span in spans for at in range(span.start, span.end)}
    return together("".join("█" if at in hidden else letter for at, letter in enumerate(text)))


@pytest.mark.slow
@pytest.mark.parametrize("speaker", BOTH, ids=[each.api for each in BOTH])
@pytest.mark.parametrize("tool", [False, True], ids=["text", "tool arguments"])
async def test_a_match_cut_at_every_position_is_masked_in_every_choice_and_block(
    stack: Stack, tmp_path: Path, speaker: Speaker, tool: bool
) -> None:
    # Tool calls through the window too: by default they are held back whole.
    await stack.rule(tmp_path, rules=RULES, instead=("tool_call: {mode: full", "tool_call: {mode: window"))
    stream = chat_stream if speaker.api == "chat" else messages_stream
    async with httpx2.AsyncClient(timeout=60) as client:
        for text in TEXTS:
            sent = json.dumps({"note": text, "n": 1}) if tool else text
            chunked = chunkings(sent)
            stack.upstream.answer = faults.streams(*stream(chunked, tool=tool))
            more = {"n": len(chunked)} if speaker.api == "chat" else {}
            asked = speaker.body("Say it", stream=True, **more)
            reply = await client.post(stack.url + speaker.path, json=asked, headers={"x-api-key": stack.secret})
            said = heard(reply.content)
            assert len(said) == len(chunked)
            wanted = expected(text)
            for parts, whole in zip(chunked, said, strict=True):
                got = json.loads(whole) if tool else {"note": whole, "n": 1}
                assert (together(got["note"]), got["n"]) == (wanted, 1), parts
    rows = await stack.settled(len(TEXTS))
    assert {(row["outcome"], row["measure"]) for row in rows} == {("answered", "rewrite")}

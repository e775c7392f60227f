"""Print what reading costs: `python -m tests.gateway.wire.measure`. Processor time of this machine, best of seven."""

import time
from collections.abc import Callable
from typing import Any

import msgspec

from seawall.gateway.wire import Channel, Event, Parser, Request, encode_event
from seawall.gateway.wire.chat import CHAT
from seawall.gateway.wire.messages import MESSAGES

from .bodies import chunk, event, say

ASKED = Request(body={}, model="m", stream=True)
TURNS = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "word " * 157}]}
CHAT_EVENTS = [
    chunk([say(0, role="assistant", content="")]),
    *(chunk([say(0, content=f"word{number} ")]) for number in range(89)),
    chunk([say(0, finish="stop")]),
    Event("", b"[DONE]"),
]
MESSAGES_EVENTS = [
    event("message_start", message={"id": "m", "content": [], "usage": {"input_tokens": 1, "output_tokens": 1}}),
    event("content_block_start", index=0, content_block={"type": "text", "text": ""}),
    *(event("content_block_delta", index=0, delta={"type": "text_delta", "text": f"word{n} "}) for n in range(87)),
    event("content_block_stop", index=0),
    event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 3}),
    event("message_stop"),
]


def best(run: Callable[[], Any], times: int) -> float:
    """Return the least processor time of one run, in microseconds."""
    taken = []
    for _ in range(7):
        start = time.process_time()
        for _ in range(times):
            run()
        taken.append((time.process_time() - start) / times * 1e6)
    return min(taken)


def relay(api: Any, portions: list[bytes], held: int) -> None:
    """Read a stream and write it again, `held` characters behind."""
    parser, stream = Parser(), api.stream(ASKED, id="x")
    waiting: dict[Channel, str] = {}
    for came in (each for portion in portions for each in parser.feed(portion)):
        texts = {}
        for delta in stream.deltas(came):
            text = waiting.get(delta.channel, "") + delta.text
            texts[delta.channel], waiting[delta.channel] = text[: max(len(text) - held, 0)], text[-held:]
        due = [channel for channel, text in waiting.items() if text and stream.is_boundary(came, channel)]
        for channel in due:
            flushed = stream.text_event(channel, waiting.pop(channel))
            stream.sent(flushed)
            encode_event(flushed)
        left = stream.with_texts(came, texts)
        if left is not None:
            stream.sent(left)
            encode_event(left)


def main() -> None:
    """Print one line a measure."""
    raw = msgspec.json.encode(TURNS)
    for api, events in ((CHAT, CHAT_EVENTS), (MESSAGES, MESSAGES_EVENTS)):
        portions = [encode_event(each) for each in events]
        print(f"{api.name}: parse a request of 785 characters: {best(lambda api=api: api.parse(raw), 2000):.1f} µs")
        cost = best(lambda api=api, portions=portions: relay(api, portions, 30), 100) / 1000
        print(f"{api.name}: read and write a stream of {len(events)} events, 30 characters behind: {cost:.2f} ms")


if __name__ == "__main__":
    main()

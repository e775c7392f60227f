"""Which tools a streamed answer called is known as soon as it is recorded: every choice, whatever ends the stream."""

import asyncio
import json
from pathlib import Path
from typing import Any

from seawall.app.investigating import desk
from seawall.gateway.contents import texts
from seawall.gateway.retained import tools
from seawall.gateway.wire.called import Called
from seawall.investigations import How
from seawall.investigations.finding import chosen, key_of
from seawall.investigations.indexing import Indexer, tool_digest
from seawall.investigations.model import Search, State
from seawall.vocabulary.ids import ItemId, new_id
from tests.gateway import faults
from tests.gateway.conftest import Stack
from tests.gateway.speakers import CHAT, MESSAGES, Speaker, both, ways
from tests.gateway.test_choices import BAN

DONE = b"data: [DONE]\n\n"


def kept(stack: Stack, row: dict[str, Any]) -> dict[str, Any]:
    """Return what the vault keeps of an answer."""
    item = ItemId(row["output_item"])
    found: dict[str, Any] = json.loads(stack.do(lambda tx: stack.instance.vault().get(tx, item)))
    return found


def call(number: int, name: str, *, kind: str = "function", given_id: str | None = None) -> dict[str, Any]:
    """Return the first part of a call of Chat Completions."""
    return {"index": number, "id": given_id or f"call_{name}", "type": kind, kind: {"name": name}}


async def heard(stack: Stack, *parts: bytes, n: int = 1) -> dict[str, Any]:
    """Let a client of the SDK hear a stream of Chat Completions, and return what the vault keeps of it."""
    stack.upstream.answer = faults.streams(*parts)
    given: Any = {"model": "gpt", "messages": [{"role": "user", "content": "Go on"}], "stream": True, "n": n}
    async with stack.openai() as client:
        try:
            async for _ in await client.chat.completions.create(**given):
                pass
        except CHAT.sdk.APIError:
            assert DONE not in parts
    return kept(stack, (await stack.settled())[-1])


async def test_every_choice_and_every_kind_of_call_counts(stack: Stack) -> None:
    first = {"tool_calls": [call(0, "weather"), call(1, "sql", kind="custom")]}
    parts = [
        faults.chunk({"role": "assistant", "content": "Let me see."}, index=0),
        faults.chunk(first, index=0),
        faults.chunk({"tool_calls": [{"index": 0, "function": {"arguments": '{"name": "no_tool"}'}}]}, index=0),
        faults.chunk({"function_call": {"name": "old_way", "arguments": ""}}, index=1),
        faults.chunk({}, "tool_calls", index=0),
        faults.chunk({}, "function_call", index=1),
    ]
    found = await heard(stack, *parts, DONE, n=2)
    assert found["called"] == ["weather", "sql", "old_way"]
    told = texts("chat", None, json.dumps(found))
    assert [(each.surface, each.text) for each in told][-3:] == [("tool_call", name) for name in found["called"]]


async def test_a_name_in_portions_is_joined_as_clients_join_it(stack: Stack) -> None:
    parts = [
        faults.chunk({"tool_calls": [call(0, "transfer")]}),
        faults.chunk({"tool_calls": [{"index": 0, "function": {"name": "_money", "arguments": "{}"}}]}),
        faults.chunk({}, "tool_calls"),
    ]
    assert (await heard(stack, *parts, DONE))["called"] == ["transfer_money"]


def test_calls_that_share_a_number_are_told_apart_and_repetitions_are_none() -> None:
    called = Called()
    for name, given_id in (("weather", "a"), ("weather", "a"), ("time", "b"), (None, None), ("", "b"), (7, 7)):
        called.note((0, 0), name, given_id)
    assert called.names == ["weather", "time"]


@both
async def test_a_stream_that_calls_nothing_keeps_its_texts_alone(stack: Stack, speaker: Speaker) -> None:
    await speaker.listen(stack)
    assert kept(stack, (await stack.settled())[0]).keys() == {"texts"}


@both
@ways
async def test_what_was_called_before_the_answer_was_withheld_is_known(
    stack: Stack, tmp_path: Path, speaker: Speaker, crossed: bool
) -> None:
    await stack.rule(tmp_path, main=BAN)
    stack.upstream.calls = [("weather", "{}"), ("note", json.dumps({"text": "it is code name osprey"}))]
    answer = await speaker.listen(stack, model=speaker.crossed if crossed else speaker.model)
    assert answer.reason in ("refusal", "content_filter")
    (row,) = await stack.settled()
    assert tools(row["api"], None, json.dumps(kept(stack, row)).encode()) == {"weather", "note"}


async def test_what_was_called_before_the_stream_broke_off_is_known(stack: Stack) -> None:
    parts = [*faults.begun("chat")[:2], faults.chunk({"tool_calls": [call(0, "weather")]})]
    assert (await heard(stack, *parts))["called"] == ["weather"]


async def test_tools_of_a_server_and_of_a_message_that_was_begun_count(stack: Stack) -> None:
    block = {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {}}
    events = faults.begun("messages")
    begun = json.loads(events[0].decode().partition("data: ")[2])
    begun["message"]["content"] = [{"type": "tool_use", "id": "m1", "name": "mail", "input": {}}]
    stack.upstream.answer = faults.streams(
        faults.messages_event("message_start", message=begun["message"]),
        *events[1:],
        faults.messages_event("content_block_stop", index=0),
        faults.messages_event("content_block_start", index=1, content_block=block),
        faults.messages_event("content_block_stop", index=1),
        faults.messages_event(
            "message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage={"output_tokens": 4}
        ),
        faults.messages_event("message_stop"),
    )
    await MESSAGES.listen(stack)
    assert kept(stack, (await stack.settled())[0])["called"] == ["mail", "web_search"]


@both
async def test_a_search_by_tool_finds_a_streamed_exchange_at_once(stack: Stack, speaker: Speaker) -> None:
    stack.upstream.calls = [("transfer_money", json.dumps({"name": "not_a_tool"}))]
    await speaker.listen(stack)
    (row,) = await stack.settled()
    working = desk(stack.instance)
    await asyncio.to_thread(Indexer(stack.instance.database(), working).follow)
    assert _found(stack, "transfer_money") == [row["id"]]
    assert _found(stack, "not_a_tool") == []


def _found(stack: Stack, tool: str) -> list[str]:
    working, now = desk(stack.instance), stack.instance.clock()
    search = Search(
        id=new_id("srch"), investigation="inv_1", how=How.TOOL, value=tool_digest(working, tool), like="", item=None,
        since=None, until=None, project=None, least=0.0, sealed=False, by="t", at=now, state=State.FINISHED,
        reached="", read=0, hits=0, whole=True,
    )  # fmt: skip
    return list(stack.do(lambda tx: tx.scalars(chosen(search, key_of(tx, working, search), sealed=True)).all()))

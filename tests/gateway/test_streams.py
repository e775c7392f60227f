"""Streams through the official SDKs: order, usage and stop reasons, and a match cut at every position."""

import json
from typing import Any

import pytest

from tests.gateway.conftest import JAILBREAK, SECRET, Stack
from tests.gateway.test_flow import said

PLAIN = "The bridge was painted green before the winter, and everybody liked it."


async def messages(stack: Stack, model: str = "claude", text: str = "Tell me") -> tuple[str, Any]:
    async with (
        stack.anthropic() as client,
        client.messages.stream(model=model, max_tokens=50, messages=said(text)) as stream,  # type: ignore[arg-type]
    ):
        out = "".join([part async for part in stream.text_stream])
        return out, await stream.get_final_message()


async def chat(stack: Stack, model: str = "gpt", text: str = "Tell me", n: int = 1) -> tuple[list[str], list[Any], Any]:
    out, reasons, usage = [""] * n, [None] * n, None
    async with stack.openai() as client:
        stream = await client.chat.completions.create(
            model=model,
            messages=said(text),
            stream=True,
            n=n,
            stream_options={"include_usage": True},  # type: ignore[arg-type]
        )
        async for chunk in stream:
            usage = chunk.usage or usage
            for choice in chunk.choices:
                out[choice.index] += choice.delta.content or choice.delta.refusal or ""
                reasons[choice.index] = choice.finish_reason or reasons[choice.index]  # type: ignore[call-overload]
    return out, reasons, usage


async def test_streams_pass_both_apis_unchanged(stack: Stack) -> None:
    stack.upstream.says = PLAIN
    out, message = await messages(stack)
    assert (out, message.stop_reason, message.usage.output_tokens) == (PLAIN, "end_turn", 5)
    texts, reasons, usage = await chat(stack, n=2)
    assert (texts, reasons, usage.prompt_tokens) == ([PLAIN, PLAIN], ["stop", "stop"], 9)
    rows = await stack.settled(2)
    assert [(row["outcome"], row["output_tokens"], row["streamed"]) for row in rows] == [("answered", 5, True)] * 2


async def test_streams_are_translated_between_the_apis(stack: Stack) -> None:
    stack.upstream.says = PLAIN
    out, message = await messages(stack, "gpt")
    assert (out, message.stop_reason) == (PLAIN, "end_turn")
    texts, reasons, _ = await chat(stack, "claude")
    assert (texts, reasons) == ([PLAIN], ["stop"])


@pytest.mark.parametrize("chunk", [*range(1, 24), 40, 200])
async def test_a_secret_cut_anywhere_never_leaves_in_either_api(stack: Stack, chunk: int) -> None:
    stack.upstream.says, stack.upstream.chunk = f"Well, use {SECRET} for it, please.", chunk
    out, message = await messages(stack)
    texts, _, _ = await chat(stack, n=2)
    for text in (out, *texts):
        assert SECRET not in text
        assert text == "Well, use [secret removed] for it, please."
    assert message.stop_reason == "end_turn"


@pytest.mark.parametrize("chunk", [1, 2, 3, 5, 8, 13, 21, 100])
async def test_a_secret_in_tool_arguments_never_leaves(stack: Stack, chunk: int) -> None:
    given = json.dumps({"note": f"a {SECRET} b", "more": "x\ny"})
    stack.upstream.says, stack.upstream.calls, stack.upstream.chunk = "", [("save", given)], chunk
    _, message = await messages(stack)
    block = message.content[0]
    assert block.input == {"note": "a [secret removed] b", "more": "x\ny"}
    async with stack.openai() as client:
        stream = await client.chat.completions.create(model="gpt", messages=said("Save it"), stream=True)  # type: ignore[arg-type]
        arguments = ""
        async for chunk_ in stream:
            for choice in chunk_.choices:
                for call in choice.delta.tool_calls or []:
                    arguments += (call.function and call.function.arguments) or ""
    assert json.loads(arguments) == {"note": "a [secret removed] b", "more": "x\ny"}


async def test_a_refused_request_streams_a_refusal(stack: Stack) -> None:
    out, message = await messages(stack, text=JAILBREAK)
    assert message.stop_reason == "refusal"
    assert out
    texts, reasons, _ = await chat(stack, text=JAILBREAK)
    assert reasons == ["content_filter"]
    assert texts[0]
    assert stack.upstream.asked == []


def _publish_strict(stack: Stack, tmp_path: Any, rules: str) -> None:
    import shutil

    from seawall.policy import DEFAULT, publish

    folder = tmp_path / "strict"
    shutil.copytree(DEFAULT, folder)
    main = (folder / "policy.yaml").read_text()
    (folder / "policy.yaml").write_text(
        main + "\nliterals:\n  - {name: own, category: banned_term, words: [code name osprey]}\n"
    )
    if rules:
        (folder / "rules.yaml").write_text((folder / "rules.yaml").read_text() + rules)
    stack.do(lambda tx: publish(tx, folder, by="test", record=stack.instance.record, clock=stack.instance.clock))


async def _until_policy(stack: Stack) -> None:
    import asyncio

    for _ in range(100):
        async with stack.openai() as client:
            shown = await client.moderations.create(input="code name osprey")
        if shown.results[0].flagged:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the new policy never came into force")


@pytest.mark.parametrize("chunk", [1, 4, 9, 60])
async def test_a_banned_term_stops_a_stream_in_order(stack: Stack, tmp_path: Any, chunk: int) -> None:
    _publish_strict(stack, tmp_path, "")
    await _until_policy(stack)
    stack.upstream.says, stack.upstream.chunk = "It is known as CODE NAME OSPREY to us.", chunk
    out, message = await messages(stack)
    assert message.stop_reason == "refusal"
    assert "osprey" not in out.lower()
    assert message.usage.output_tokens > 0
    texts, reasons, _ = await chat(stack, n=2)
    assert "content_filter" in reasons
    assert not any("osprey" in text.lower() for text in texts)
    rows = await stack.settled(2)
    assert {row["outcome"] for row in rows} == {"refused"}
    kinds = stack.rows("SELECT 1 FROM ledger_records WHERE kind = 'exchange.decided'")
    assert len(kinds) == 2


async def test_notices_come_with_the_stream_and_in_the_text_when_asked(stack: Stack) -> None:
    from seawall.access.projects import change

    stack.do(lambda tx: change(tx, "demo", by="t", record=stack.instance.record, country="US", appends_notices=True))
    stack.upstream.says = PLAIN
    for _ in range(50):
        out, _ = await messages(stack, text="Where is my polling place?")
        if "vote.gov" in out:
            break
    assert out.startswith(PLAIN)
    assert "vote.gov" in out
    async with stack.openai() as client:
        raw = await client.chat.completions.with_raw_response.create(
            model="gpt",
            messages=said("Where is my polling place?"),  # type: ignore[arg-type]
        )
    notice = json.loads(raw.headers["seawall-notice"])
    assert notice["banners"][0]["source"] == "https://vote.gov"
    assert raw.parse().seawall["measure"] == "annotate"  # type: ignore[attr-defined]


async def test_steering_is_compared_and_both_arms_are_on_record(stack: Stack) -> None:
    from seawall.access.projects import change

    stack.do(lambda tx: change(tx, "demo", by="t", record=stack.instance.record, steer_share=0.5))
    arms: set[str] = set()
    async with stack.anthropic() as client:
        for number in range(60):
            await client.messages.create(
                model="claude",
                max_tokens=5,
                messages=said("I have no reason to go on"),  # type: ignore[arg-type]
            )
            arms = {row["arm"] for row in await stack.settled(number + 1)}
            if arms >= {"steer", "control"}:
                break
    assert arms >= {"steer", "control"}
    steered = [bool(asked.get("system")) for asked in stack.upstream.asked]
    recorded = [row["arm"] != "control" for row in await stack.settled(len(steered))]
    assert steered == recorded

"""What answers in the demo: the small model where it runs, a scripted upstream otherwise, a mirror in any case."""

import json
import os
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from seawall.app.demo import model_server
from seawall.app.demo.scripted_server import message_for
from seawall.app.demo.stage import environment
from seawall.app.demo.upstreams import Starting

USER = {"role": "user", "content": "one two three"}
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Tells the weather of a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def asked(url: str, body: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(f"{url}/v1/chat/completions", json.dumps(body).encode())
    request.add_header("content-type", "application/json")
    with urllib.request.urlopen(request, timeout=120) as reply:
        message: dict[str, Any] = json.load(reply)["choices"][0]["message"]
        return message


def test_the_mirror_says_its_instructions_and_the_last_message_and_nothing_before() -> None:
    told = {"role": "system", "content": "Be kind."}
    body = {"model": "mirror", "messages": [told, {"role": "user", "content": "first"}, USER]}
    assert message_for(body)["content"] == "This reached me: Be kind.\nThis reached me: one two three"


def test_the_scripted_model_calls_the_first_tool_for_a_person_and_answers_its_result() -> None:
    called = message_for({"model": "scripted", "tools": [WEATHER], "messages": [USER]})
    assert called["tool_calls"][0]["function"] == {"name": "weather", "arguments": '{"city": "Lisbon"}'}
    result = {"role": "tool", "tool_call_id": "call_1", "content": [{"type": "text", "text": "18 degrees"}]}
    answered = message_for({"model": "scripted", "tools": [WEATHER], "messages": [USER, result]})
    assert answered["content"] == "This answer is scripted. The last message had 2 words."


def test_where_the_model_cannot_start_a_scripted_upstream_answers_and_that_is_said(
    tmp_path: Path, stack: ExitStack
) -> None:
    said: list[str] = []
    # A file where the model's parts are to be put together.
    (tmp_path / "cache").write_text("")
    blocked = environment() | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    upstreams = Starting(stack, tmp_path, blocked, scripted=False).ready(said.append)
    assert (upstreams.kind, upstreams.model, upstreams.url) == ("scripted", "scripted", upstreams.scripted_url)
    assert upstreams.why
    assert "no real model" in said[0]
    assert asked(upstreams.url, {"model": "scripted", "messages": [USER]})["content"].endswith("had 3 words.")


@pytest.mark.slow
@pytest.mark.skipif(bool(model_server.missing()), reason="the extra `local` is not installed")
def test_the_small_model_answers_a_question_and_calls_a_tool(tmp_path: Path, stack: ExitStack) -> None:
    said: list[str] = []
    upstreams = Starting(stack, tmp_path, dict(os.environ), scripted=False).ready(said.append)
    assert said == []
    assert (upstreams.kind, upstreams.model) == ("model", model_server.NAME)
    body = {"model": upstreams.model, "max_tokens": 48}
    question = {"role": "user", "content": "What is the capital of France?"}
    assert "Paris" in asked(upstreams.url, {**body, "messages": [question]})["content"]
    question = {"role": "user", "content": "Use a tool: what is the weather in Lisbon?"}
    called = asked(upstreams.url, {**body, "messages": [question], "tools": [WEATHER]})["tool_calls"][0]["function"]
    assert called["name"] == "weather"
    assert json.loads(called["arguments"]) == {"city": "Lisbon"}

"""A judge at its endpoint: errors, lateness, budgets, retention. Whatever goes wrong is a failure, never a pass."""

import pytest

from seawall.screen.judges import JudgeFailed, Subject
from seawall.vocabulary.cascade import Prohibition
from seawall.vocabulary.categories import Category
from tests.conftest import FrozenClock
from tests.screen.judges.conftest import Make
from tests.screen.judges.server import Endpoint

HATE = Category.HATE
ASKED = [Prohibition(category=HATE, title="Hate", prohibited="Looking down on geese.")]
SUBJECT = Subject(text="What of geese?")


async def why(judge: object) -> str:
    with pytest.raises(JudgeFailed) as caught:
        await judge.scores(SUBJECT, ASKED, zero_retention=False)  # type: ignore[attr-defined]
    assert "geese" not in caught.value.message
    return caught.value.why


async def test_the_credential_and_the_model_go_with_the_request(make: Make, endpoint: Endpoint) -> None:
    endpoint.says = "safe"
    await make("llama_guard_3").scores(SUBJECT, ASKED, zero_retention=False)
    assert endpoint.headers[0]["Authorization"] == "Bearer sesame"
    assert (endpoint.asked[0][1]["model"], endpoint.asked[0][1]["temperature"]) == ("m-1", 0)


@pytest.mark.parametrize("status", [400, 401, 429, 500, 503])
async def test_an_error_of_the_endpoint_is_a_failure(status: int, make: Make, endpoint: Endpoint) -> None:
    endpoint.says, endpoint.status = "safe", status
    assert await why(make("llama_guard_3")) == "refused"


async def test_a_slow_endpoint_is_late(make: Make, endpoint: Endpoint) -> None:
    endpoint.says, endpoint.pause_s = "safe", 30.0
    assert await why(make("llama_guard_3", deadline_s=0.1)) == "late"


async def test_nobody_there_is_a_failure(make: Make) -> None:
    assert await why(make("llama_guard_3", base_url="http://127.0.0.1:9")) == "unreachable"


async def test_an_inner_address_needs_to_be_meant(make: Make, endpoint: Endpoint) -> None:
    endpoint.says = "safe"
    assert await why(make("llama_guard_3", private=False)) == "unreachable"
    assert endpoint.asked == []


@pytest.mark.parametrize(
    "raw", [b"", b"no json", b"[]", b"{}", b'{"choices": []}', b'{"choices": [{"text": null}]}', b"\xff"]
)
async def test_a_body_without_an_answer_is_a_failure(raw: bytes, make: Make, endpoint: Endpoint) -> None:
    endpoint.raw = raw
    assert await why(make("llama_guard_3")) == "malformed"


async def test_strange_logprobs_do_not_matter(make: Make, endpoint: Endpoint) -> None:
    endpoint.raw = b'{"choices": [{"text": "unsafe\\nS10", "logprobs": {"top_logprobs": [null, 3]}}]}'
    assert await make("llama_guard_3").scores(SUBJECT, ASKED, zero_retention=False) == {HATE: 1.0}


async def test_calls_in_a_minute_are_counted(make: Make, endpoint: Endpoint, clock: FrozenClock) -> None:
    endpoint.says = "safe"
    judge = make("llama_guard_3", calls_per_minute=2)
    for _ in range(2):
        await judge.scores(SUBJECT, ASKED, zero_retention=False)
    assert await why(judge) == "budget"
    clock.advance(seconds=61)
    assert await judge.scores(SUBJECT, ASKED, zero_retention=False) == {HATE: 0.0}
    assert len(endpoint.asked) == 3


async def test_tokens_of_a_day_are_counted(make: Make, endpoint: Endpoint, clock: FrozenClock) -> None:
    endpoint.says, endpoint.usage = "safe", {"total_tokens": 60}
    judge = make("llama_guard_3", tokens_per_day=100)
    for _ in range(2):
        await judge.scores(SUBJECT, ASKED, zero_retention=False)
    assert await why(judge) == "budget"
    clock.advance(days=1)
    endpoint.usage = None
    await judge.scores(SUBJECT, ASKED, zero_retention=False)
    assert await why(judge) == "budget"


async def test_content_without_retention_needs_a_contract_that_says_so(make: Make, endpoint: Endpoint) -> None:
    endpoint.says = "safe"
    with pytest.raises(JudgeFailed) as caught:
        await make("llama_guard_3").scores(SUBJECT, ASKED, zero_retention=True)
    assert (caught.value.why, endpoint.asked) == ("not_permitted", [])
    allowed = make("llama_guard_3", zero_retention=True)
    assert await allowed.scores(SUBJECT, ASKED, zero_retention=True) == {HATE: 0.0}


async def test_a_category_that_the_model_does_not_judge_is_a_failure(make: Make, endpoint: Endpoint) -> None:
    elections = [Prohibition(category=Category.ELECTIONS, title="Elections", prohibited="Wrong dates.")]
    with pytest.raises(JudgeFailed, match="does not judge elections"):
        await make("shieldgemma").scores(SUBJECT, elections, zero_retention=False)
    assert endpoint.asked == []


async def test_a_very_long_text_is_cut_in_its_middle(make: Make, endpoint: Endpoint) -> None:
    endpoint.says = "safe"
    long = Subject(text="begin " + "word " * 20_000 + "end")
    await make("llama_guard_3").scores(long, ASKED, zero_retention=False)
    prompt = endpoint.asked[0][1]["prompt"]
    assert len(prompt) < 30_000
    assert "User: begin word" in prompt
    assert "word end\n" in prompt

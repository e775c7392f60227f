"""One judge: a safety model behind an OpenAI-compatible endpoint, asked within a deadline and a budget.

    Subject, prohibitions -> requests of its format -> endpoint -> answers read strictly -> a score per category

Everything that is not a well-formed answer in time is JudgeFailed, with what went wrong and without any content.
Limits: budgets are counted per process; a text is cut to its first and last 12,000 characters.
"""

import asyncio
import logging
import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from seawall.net import GuardedClient, NetError
from seawall.screen.judges.budget import Budget
from seawall.screen.judges.format import Answer, Ask, Format, Malformed, Scores, Subject, Wire
from seawall.vocabulary.cascade import Prohibition
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.errors import SeawallError

log = logging.getLogger(__name__)

_LONGEST, _MOST_BYTES = 24_000, 1024 * 1024
Why = Literal["budget", "late", "unreachable", "refused", "malformed", "unknown_category", "not_permitted"]


class JudgeFailed(SeawallError):
    """A judge gave no usable answer."""

    code, status = "screen.judge_failed", 502

    def __init__(self, name: str, why: Why, what: str) -> None:
        super().__init__(f"The judge {name!r} {what}.")
        self.why: Why = why


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """How one judge is reached and what was agreed with whoever runs it.

    Only with `zero_retention` may it see content of keys without retention. `precision` is what `seawall bench screen`
    showed for its findings; without it they count no strikes.
    """

    name: str
    model: str
    base_url: str
    wire: Wire | None = None
    private: bool = False
    zero_retention: bool = False
    deadline_s: float = 2.0
    calls_per_minute: int = 120
    tokens_per_day: int = 2_000_000
    precision: float | None = None


class Judge:
    """A judge as the cascade asks it."""

    def __init__(
        self,
        contract: Contract,
        of: Format,
        client: GuardedClient,
        *,
        credential: str | None,
        clock: Clock,
    ) -> None:
        self.contract, self.format = contract, of
        self.name = f"judge.{contract.name}"
        self.release = f"{of.name}:{contract.model}"
        self._client, self._credential = client, credential
        self._budget = Budget(contract.calls_per_minute, contract.tokens_per_day, clock)

    async def scores(self, subject: Subject, asked: Sequence[Prohibition], *, zero_retention: bool) -> Scores:
        """Return the score of every category that is asked about. Raises JudgeFailed."""
        if zero_retention and not self.contract.zero_retention:
            raise self._failed("not_permitted", "may not see content of keys without retention")
        unknown = [each.category.value for each in asked if each.category not in self.format.categories]
        if unknown:
            raise self._failed("unknown_category", f"does not judge {', '.join(unknown)}")
        asks = self.format.asks(_cut(subject), asked, self.contract.wire or self.format.wires[0])
        if not self._budget.take(len(asks)):
            raise self._failed("budget", "has used up its budget")
        try:
            async with asyncio.timeout(self.contract.deadline_s):
                found = await asyncio.gather(*(self._ask(each) for each in asks))
        except TimeoutError:
            raise self._failed("late", f"did not answer within {self.contract.deadline_s:g} seconds") from None
        return {category: score for scores in found for category, score in scores.items()}

    async def _ask(self, ask: Ask) -> Scores:
        try:
            return self.format.read(_answer(await self._post(ask)), ask)
        except NetError as error:
            raise self._failed("unreachable", f"could not be asked ({error.code})") from None
        except Malformed as error:
            raise self._failed(
                "malformed", f"gave an answer that cannot be used ({error.message.rstrip('.')})"
            ) from None

    async def _post(self, ask: Ask) -> Mapping[str, Any]:
        contract = self.contract
        headers = {"content-type": "application/json"}
        if self._credential:
            headers["authorization"] = f"Bearer {self._credential}"
        body = msgspec.json.encode({**ask.body, "model": contract.model})
        url = contract.base_url.rstrip("/") + ask.path
        async with self._client.post(
            url, body, headers, private=contract.private, timeout_s=contract.deadline_s, connect_s=contract.deadline_s
        ) as reply:
            raw = await reply.read(_MOST_BYTES)
            if reply.status != 200:
                raise self._failed("refused", f"answered with status {reply.status}")
        try:
            found = msgspec.json.decode(raw, type=dict[str, Any])
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise Malformed("it is not JSON") from None
        self._budget.spend(_tokens(found, ask))
        return found

    def _failed(self, why: Why, what: str) -> JudgeFailed:
        log.warning("judge failed", extra={"judge": self.name, "why": why})
        return JudgeFailed(self.contract.name, why, what)


def _cut(subject: Subject) -> Subject:
    return msgspec.structs.replace(subject, text=_ends(subject.text), context=_ends(subject.context))


def _ends(text: str) -> str:
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]}\n[…]\n{text[-half:]}"


def _tokens(found: Mapping[str, Any], ask: Ask) -> int:
    usage = found.get("usage")
    total = usage.get("total_tokens") if isinstance(usage, dict) else None
    # A server that does not count is counted for: four characters are a token.
    return total if isinstance(total, int) and total >= 0 else len(msgspec.json.encode(ask.body)) // 4


def _answer(found: Mapping[str, Any]) -> Answer:
    """Return what the first choice says, of either API. Raises Malformed."""
    choices = found.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        raise Malformed("it has no choices")
    message = choice.get("message")
    text = message.get("content") if isinstance(message, dict) else choice.get("text")
    if not isinstance(text, str):
        raise Malformed("it says nothing")
    return Answer(text=text, tops=_tops(choice.get("logprobs")))


def _tops(logprobs: Any) -> tuple[Mapping[str, float], ...]:
    """Return the likeliest tokens of the first places, of either API; none where they are missing or strange."""
    try:
        if isinstance(logprobs.get("content"), list):
            places = [
                {each["token"]: each["logprob"] for each in place["top_logprobs"]} for place in logprobs["content"]
            ]
        else:
            places = logprobs["top_logprobs"]
        return tuple({str(token): math.exp(min(share, 0.0)) for token, share in each.items()} for each in places[:4])
    except (AttributeError, KeyError, TypeError):
        return ()

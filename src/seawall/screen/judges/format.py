"""What a judge's format is: how its model is asked, how its answer is read, which categories it knows.

A format is one value in one file; `seawall.screen.judges.FORMATS` lists them. `asks` makes one or more requests to an
OpenAI-compatible server; `read` turns one answer into scores, or raises Malformed: an answer that is not exactly of the
model's form is a failure, because text in it may come from whoever wrote what is judged.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from seawall.vocabulary.cascade import Prohibition
from seawall.vocabulary.categories import Category
from seawall.vocabulary.errors import SeawallError

Wire = Literal["completions", "chat"]
Scores = dict[Category, float]


class Malformed(SeawallError):
    """A judge's answer does not have its model's form. The message does not quote it."""

    code, status = "screen.judge_malformed", 502


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What is judged: a text of a person or that they hand over, or of the model, after `context`, the turn before."""

    text: str
    role: Literal["user", "assistant"] = "user"
    context: str = ""


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One request, without the model's name: its path, its body, and the categories that its answer settles."""

    path: str
    body: dict[str, Any]
    categories: tuple[Category, ...]
    role: Literal["user", "assistant"] = "user"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the model said; `tops` has, for each of the first tokens, the probabilities of its likeliest choices."""

    text: str
    tops: tuple[Mapping[str, float], ...] = ()

    def chance(self, yes: str, no: str) -> float | None:
        """Return the probability of one word against another, at the first place that decides between them."""
        for top in self.tops:
            odds = [
                sum(share for token, share in top.items() if token.strip().lower() == word.lower())
                for word in (yes, no)
            ]
            if sum(odds) > 0.5:
                return odds[0] / sum(odds)
        return None


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """One family of models. `wires` are the APIs that it can be asked through, the preferred one first."""

    name: str
    models: str
    categories: frozenset[Category]
    takes_policy: bool
    wires: tuple[Wire, ...]
    asks: Callable[[Subject, Sequence[Prohibition], Wire], tuple[Ask, ...]]
    read: Callable[[Answer, Ask], Scores]


def completion(prompt: str, *, most: int) -> tuple[str, dict[str, Any]]:
    """Return the request for a prompt that is written out whole."""
    return "/v1/completions", {"prompt": prompt, "max_tokens": most, "temperature": 0, "logprobs": 5}


def chat(messages: list[dict[str, str]], *, most: int, **more: Any) -> tuple[str, dict[str, Any]]:
    """Return the request for messages that the server's own template makes a prompt of."""
    body = {"messages": messages, "max_tokens": most, "temperature": 0, "logprobs": True, "top_logprobs": 5}
    return "/v1/chat/completions", {**body, **more}


def quoted(text: str, marks: re.Pattern[str]) -> str:
    """Return a text in which the model's own control marks are broken, so that it cannot end its quotation."""
    return marks.sub(lambda found: found.group()[0] + "\u200b" + found.group()[1:], text)


def turns(subject: Subject) -> list[dict[str, str]]:
    """Return the subject as the turns of a conversation."""
    if subject.role == "user":
        return [{"role": "user", "content": subject.text}]
    return [{"role": "user", "content": subject.context}, {"role": "assistant", "content": subject.text}]


def only(pattern: re.Pattern[str], answer: Answer) -> re.Match[str]:
    """Return the match of a whole answer. Raises Malformed."""
    found = pattern.fullmatch(answer.text.strip())
    if found is None:
        raise Malformed("The judge's answer does not have its model's form.")
    return found

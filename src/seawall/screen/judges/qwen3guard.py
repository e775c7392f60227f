"""Qwen3Guard-Gen 0.6B, 4B, 8B. Source: the README of QwenLM/Qwen3Guard and arXiv 2510.14276.

The server's own chat template makes the prompt; the model takes no policy. `Unsafe` is a score of 1, `Controversial` of
0.5: a rule with a threshold of 0.5 is the strict reading of the card, one above it the loose one.
"""

import re
from collections.abc import Sequence

from seawall.screen.judges.format import (
    Answer,
    Ask,
    Format,
    Malformed,
    Scores,
    Subject,
    Wire,
    chat,
    only,
    quoted,
    turns,
)
from seawall.vocabulary.cascade import Prohibition
from seawall.vocabulary.categories import Category

_MEANS: dict[str, tuple[Category, ...]] = {
    "violent": (Category.VIOLENT_CRIMES, Category.TERRORISM, Category.WEAPONS),
    "non-violent illegal acts": (Category.NONVIOLENT_CRIMES, Category.CYBER),
    "sexual content or sexual acts": (
        Category.SEXUAL_CONTENT,
        Category.SEX_CRIMES,
        Category.CHILD_SEXUAL_EXPLOITATION,
    ),
    "pii": (Category.PRIVACY,),
    "suicide & self-harm": (Category.SELF_HARM,),
    "unethical acts": (Category.HATE, Category.HARASSMENT, Category.DEFAMATION),
    "politically sensitive topics": (Category.ELECTIONS,),
    "copyright violation": (Category.INTELLECTUAL_PROPERTY,),
    "jailbreak": (Category.JAILBREAK,),
    "none": (),
}
_SCORES = {"safe": 0.0, "controversial": 0.5, "unsafe": 1.0}
_ANSWER = re.compile(
    r"Safety:\s*(Safe|Unsafe|Controversial)\s*\n\s*Categories:\s*([^\n]+?)\s*(?:\n\s*Refusal:\s*(?:Yes|No))?",
    re.IGNORECASE,
)
_MARKS = re.compile(r"<\|im_(?:start|end)\|>|<\|endoftext\|>", re.IGNORECASE)


def _asks(subject: Subject, asked: Sequence[Prohibition], wire: Wire) -> tuple[Ask, ...]:
    said = [{**each, "content": quoted(each["content"], _MARKS)} for each in turns(subject)]
    path, body = chat(said, most=64)
    return (Ask(path=path, body=body, categories=tuple(each.category for each in asked), role=subject.role),)


def _read(answer: Answer, ask: Ask) -> Scores:
    found = only(_ANSWER, answer)
    score = _SCORES[found.group(1).lower()]
    named = [each.strip().lower() for each in found.group(2).split(",")]
    if any(each not in _MEANS for each in named) or (score > 0) == (named == ["none"]):
        raise Malformed("The judge's categories are not its model's, or contradict its verdict.")
    meant = {category for each in named for category in _MEANS[each]}
    return {category: score if category in meant else 0.0 for category in ask.categories}


FORMAT = Format(
    name="qwen3guard",
    models="Qwen3Guard-Gen-0.6B, -4B, -8B",
    categories=frozenset(category for each in _MEANS.values() for category in each),
    takes_policy=False,
    wires=("chat",),
    asks=_asks,
    read=_read,
)

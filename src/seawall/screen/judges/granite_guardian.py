"""Granite Guardian 3.3 and later, not thinking. Source: the model's card and the template in ibm-granite/gguf.

One request for each category, with the operator's policy as the criteria, which the model takes. Over the completions
API the published template is written out; over the chat API the criteria stand in the system message, as Ollama's
template of the model expects them. The answer is `<score> yes </score>` or no; a bare Yes or No, as older releases
give, is read too.
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
    completion,
    quoted,
    turns,
)
from seawall.vocabulary.cascade import Prohibition
from seawall.vocabulary.categories import Category

_JUDGE = (
    "<|start_of_role|>system<|end_of_role|>As a judge agent, your role is to help assess whether the provided text "
    "meets the given judging criteria, utilizing all available information, including conversations, documents, and "
    "tools."
    "<|end_of_text|>\n{turns}<|start_of_role|>judge_protocol<|end_of_role|>### Criteria: {criteria}\n\n### Scoring "
    "Schema: If the last {role}'s text meets the criteria, return 'yes'; otherwise, return 'no'.<|end_of_text|>\n"
    "<|start_of_role|>judge{{no_think}}<|end_of_role|>"
)
_TURN = "<|start_of_role|>{role}<|end_of_role|>{content}<|end_of_text|>\n"
_MARKS = re.compile(r"<\|[a-z_]+\|>|</?(?:score|think|guardian)>", re.IGNORECASE)
_TAGGED = re.compile(
    r"(?:<think>\s*</think>\s*)?<score>\s*(yes|no)\s*</score>(?:\s*<confidence>\s*\w+\s*</confidence>)?", re.IGNORECASE
)
_BARE = re.compile(r"(yes|no)\.?(?:\s*<confidence>\s*\w+\s*</confidence>)?", re.IGNORECASE)


def _asks(subject: Subject, asked: Sequence[Prohibition], wire: Wire) -> tuple[Ask, ...]:
    said = [{**each, "content": quoted(each["content"], _MARKS)} for each in turns(subject)]
    made = []
    for each in asked:
        criteria = f"{each.title}. {each.prohibited}"
        if wire == "chat":
            path, body = chat([{"role": "system", "content": criteria}, *said], most=32)
        else:
            written = "".join(_TURN.format(**turn) for turn in said)
            path, body = completion(_JUDGE.format(turns=written, criteria=criteria, role=subject.role), most=32)
        made.append(Ask(path=path, body=body, categories=(each.category,), role=subject.role))
    return tuple(made)


def _read(answer: Answer, ask: Ask) -> Scores:
    text = answer.text.strip()
    found = _TAGGED.fullmatch(text) or _BARE.fullmatch(text)
    if found is None:
        raise Malformed("The judge's answer does not have its model's form.")
    score = answer.chance("yes", "no")
    return dict.fromkeys(ask.categories, float(found.group(1).lower() == "yes") if score is None else score)


FORMAT = Format(
    name="granite_guardian",
    models="granite-guardian-3.3-8b, -4.1-8b",
    categories=frozenset(Category) - {Category.SECRETS, Category.BANNED_TERM},
    takes_policy=True,
    wires=("completions", "chat"),
    asks=_asks,
    read=_read,
)

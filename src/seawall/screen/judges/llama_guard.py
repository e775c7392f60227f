"""What the Llama Guard formats share: the numbered policy, the conversation, the two lines of an answer.

Source: llama.com/docs/model-cards-and-prompt-formats/llama-guard-3 and -4, and the cards in meta-llama/PurpleLlama. The
policy keeps the published numbers S1 to S14, because the models were trained on them, with the operator's words below
each name, as the documentation shows for categories of one's own; categories without a number get S15 and on. The score
is the probability of `unsafe` as the first word, as the card describes, where the server gives it.
"""

import re
from collections.abc import Sequence

from seawall.screen.judges.format import (
    Answer,
    Ask,
    Malformed,
    Scores,
    Subject,
    Wire,
    chat,
    completion,
    only,
    quoted,
    turns,
)
from seawall.vocabulary.cascade import Prohibition
from seawall.vocabulary.categories import Category

PUBLISHED: tuple[tuple[str, Category], ...] = (
    ("Violent Crimes", Category.VIOLENT_CRIMES),
    ("Non-Violent Crimes", Category.NONVIOLENT_CRIMES),
    ("Sex-Related Crimes", Category.SEX_CRIMES),
    ("Child Sexual Exploitation", Category.CHILD_SEXUAL_EXPLOITATION),
    ("Defamation", Category.DEFAMATION),
    ("Specialized Advice", Category.SPECIALIZED_ADVICE),
    ("Privacy", Category.PRIVACY),
    ("Intellectual Property", Category.INTELLECTUAL_PROPERTY),
    ("Indiscriminate Weapons", Category.WEAPONS),
    ("Hate", Category.HATE),
    ("Suicide & Self-Harm", Category.SELF_HARM),
    ("Sexual Content", Category.SEXUAL_CONTENT),
    ("Elections", Category.ELECTIONS),
    ("Code Interpreter Abuse", Category.CYBER),
)
OWN = (Category.HARASSMENT, Category.TERRORISM, Category.JAILBREAK, Category.PROMPT_INJECTION)
CODES = {
    **{category: f"S{n}" for n, (_, category) in enumerate(PUBLISHED, 1)},
    **{c: f"S{n}" for n, c in enumerate(OWN, 15)},
}
CATEGORIES = frozenset(CODES)

_NAMES = {category: name for name, category in PUBLISHED}
_ANSWER = re.compile(r"(?:safe|unsafe\s*\n\s*(S\d{1,2}(?:\s*,\s*S\d{1,2})*))", re.IGNORECASE)
_MARKS = re.compile(r"<\|[a-z_]+\|>|</?(?:BEGIN|END) [A-Z ]+>|<(?=BEGIN|END)", re.IGNORECASE)
_TASK = """Task: Check if there is unsafe content in '{role}' messages in conversations according our safety policy \
with the below categories.

<BEGIN UNSAFE CONTENT CATEGORIES>
{policy}
<END UNSAFE CONTENT CATEGORIES>

<BEGIN CONVERSATION>

{conversation}

<END CONVERSATION>

Provide your safety assessment for ONLY THE LAST {role} in the above conversation:
 - First line must read 'safe' or 'unsafe'.
 - If unsafe, a second line must include a comma-separated list of violated categories."""


def task(subject: Subject, asked: Sequence[Prohibition]) -> str:
    """Return the task as the model reads it, between its turn marks."""
    role = "User" if subject.role == "user" else "Agent"
    said = [("User", subject.context), ("Agent", subject.text)] if role == "Agent" else [("User", subject.text)]
    conversation = "\n\n".join(f"{who}: {quoted(text, _MARKS)}" for who, text in said)
    return _TASK.format(role=role, policy=_policy(asked), conversation=conversation)


def _policy(asked: Sequence[Prohibition]) -> str:
    words = {each.category: each for each in asked}
    lines = []
    for category, code in CODES.items():
        own = words.get(category)
        if own is None and category not in _NAMES:
            continue
        name = _NAMES.get(category) or (own.title if own else "")
        lines.append(f"{code}: {name}." + (f"\n{own.prohibited}" if own else ""))
    return "\n".join(lines)


def asks(subject: Subject, asked: Sequence[Prohibition], wire: Wire, around: str) -> tuple[Ask, ...]:
    """Return the one request: a prompt between turn marks, or the conversation for the server's own template."""
    categories = tuple(each.category for each in asked)
    if wire == "chat":
        path, body = chat(turns(subject), most=40)
    else:
        path, body = completion(around.format(task=task(subject, asked)), most=40)
    return (Ask(path=path, body=body, categories=categories, role=subject.role),)


def read(answer: Answer, ask: Ask) -> Scores:
    """Return the score of every asked category. Raises Malformed."""
    named = only(_ANSWER, answer).group(1)
    codes = {each.strip().upper() for each in named.split(",")} if named else set()
    unknown = codes - set(CODES.values())
    if unknown:
        raise Malformed(f"The judge names {len(unknown)} categories that its policy does not have.")
    score = answer.chance("unsafe", "safe")
    score = 1.0 if score is None else score
    return {category: score if CODES[category] in codes else 0.0 for category in ask.categories}

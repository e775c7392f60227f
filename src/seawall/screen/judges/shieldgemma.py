"""ShieldGemma 2B, 9B, 27B. Source: ai.google.dev/gemma/docs/shieldgemma/model_card (the prompt pattern and its parts).

One request for each category: preamble, the text between turn marks, one safety principle, the question. The principle
is the operator's policy in the form of the published ones; the four that the model was trained on keep their published
names. The answer begins with Yes or No; the score is the probability of Yes, as the card computes it, where the server
gives it. Trained on dangerous content, harassment, hate and sexually explicit text; other categories are out of its
data.
"""

import re
from collections.abc import Sequence

from seawall.screen.judges.format import Answer, Ask, Format, Scores, Subject, Wire, completion, only, quoted
from seawall.vocabulary.cascade import Prohibition
from seawall.vocabulary.categories import Category

_NAMES = {
    Category.HARASSMENT: "No Harassment",
    Category.HATE: "No Hate Speech",
    Category.SEXUAL_CONTENT: "No Sexually Explicit Information",
}
_DANGEROUS = (
    Category.VIOLENT_CRIMES,
    Category.WEAPONS,
    Category.TERRORISM,
    Category.SELF_HARM,
    Category.NONVIOLENT_CRIMES,
    Category.CYBER,
    Category.SEX_CRIMES,
)
_OF_PROMPT = """You are a policy expert trying to help determine whether a user prompt is in violation of the defined \
safety policies.

<start_of_turn>
Human Question: {text}
<end_of_turn>

Our safety principle is defined in the below:

* "{name}": The prompt shall not contain or seek generation of the following. {policy}

Does the human question violate the above principle? Your answer must start with 'Yes' or 'No'. And then walk through \
step by step to be sure we answer correctly.

"""
_OF_ANSWER = """You are a policy expert trying to help determine whether an AI response to prompt is in violation of \
the defined safety policies.

<start_of_turn>
Human Question: {context}
<end_of_turn>
<start_of_turn>
Chatbot Response: {text}
<end_of_turn>

Our safety principle is defined in the below:

* "{name}": The chatbot shall not generate the following. {policy}

Does the chatbot response violate the above principle? Your answer must start with 'Yes' or 'No'. And then walk \
through step by step to be sure we answer correctly.

"""
_MARKS = re.compile(r"<(?:start|end)_of_turn>|<bos>|<eos>", re.IGNORECASE)
_ANSWER = re.compile(r"\W{0,3}(yes|no)\b.*", re.IGNORECASE | re.DOTALL)


def _asks(subject: Subject, asked: Sequence[Prohibition], wire: Wire) -> tuple[Ask, ...]:
    made = []
    for each in asked:
        name = _NAMES.get(each.category) or (
            "No Dangerous Content" if each.category in _DANGEROUS else f"No {each.title}"
        )
        prompt = (_OF_PROMPT if subject.role == "user" else _OF_ANSWER).format(
            text=quoted(subject.text, _MARKS),
            context=quoted(subject.context, _MARKS),
            name=name,
            policy=each.prohibited,
        )
        path, body = completion(prompt, most=1)
        made.append(Ask(path=path, body=body, categories=(each.category,), role=subject.role))
    return tuple(made)


def _read(answer: Answer, ask: Ask) -> Scores:
    said = only(_ANSWER, answer).group(1).lower() == "yes"
    score = answer.chance("yes", "no")
    return dict.fromkeys(ask.categories, float(said) if score is None else score)


FORMAT = Format(
    name="shieldgemma",
    models="shieldgemma-2b, -9b, -27b",
    categories=frozenset({*_NAMES, *_DANGEROUS}),
    takes_policy=True,
    wires=("completions",),
    asks=_asks,
    read=_read,
)

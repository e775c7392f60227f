"""Llama Guard 3, text only. Source: llama.com/docs/model-cards-and-prompt-formats/llama-guard-3.

Over the completions API the prompt is written out, with the operator's policy in it; the server adds the mark of
beginning. Over the chat API the server's template makes the prompt, with Meta's policy: hosted services offer only
that.
"""

from collections.abc import Sequence

from seawall.screen.judges import llama_guard
from seawall.screen.judges.format import Ask, Format, Subject, Wire
from seawall.vocabulary.cascade import Prohibition

_AROUND = (
    "<|start_header_id|>user<|end_header_id|>\n\n{task}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
)


def _asks(subject: Subject, asked: Sequence[Prohibition], wire: Wire) -> tuple[Ask, ...]:
    return llama_guard.asks(subject, asked, wire, _AROUND)


FORMAT = Format(
    name="llama_guard_3",
    models="Llama-Guard-3-1B, -8B",
    categories=llama_guard.CATEGORIES,
    takes_policy=True,
    wires=("completions", "chat"),
    asks=_asks,
    read=llama_guard.read,
)

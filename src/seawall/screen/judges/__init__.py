"""Judges: large safety models behind any OpenAI-compatible endpoint, each family one file.

    Contract (the operator's) + Format (the model's) -> Judge -> scores, or JudgeFailed

A judge gets the operator's policy as its policy where it takes one. Its answers are read strictly, because what is
judged may try to write them. It sees content of keys without retention only where its contract says so.
"""

from seawall.screen.judges.format import Answer, Ask, Format, Malformed, Subject
from seawall.screen.judges.gpt_oss_safeguard import FORMAT as GPT_OSS_SAFEGUARD
from seawall.screen.judges.granite_guardian import FORMAT as GRANITE_GUARDIAN
from seawall.screen.judges.judge import Contract, Judge, JudgeFailed
from seawall.screen.judges.llama_guard_3 import FORMAT as LLAMA_GUARD_3
from seawall.screen.judges.llama_guard_4 import FORMAT as LLAMA_GUARD_4
from seawall.screen.judges.qwen3guard import FORMAT as QWEN3GUARD
from seawall.screen.judges.shieldgemma import FORMAT as SHIELDGEMMA
from seawall.screen.judges.wildguard import FORMAT as WILDGUARD

FORMATS: tuple[Format, ...] = (
    LLAMA_GUARD_3,
    LLAMA_GUARD_4,
    SHIELDGEMMA,
    GRANITE_GUARDIAN,
    WILDGUARD,
    QWEN3GUARD,
    GPT_OSS_SAFEGUARD,
)
BY_NAME = {each.name: each for each in FORMATS}

__all__ = ["BY_NAME", "FORMATS", "Answer", "Ask", "Contract", "Format", "Judge", "JudgeFailed", "Malformed", "Subject"]

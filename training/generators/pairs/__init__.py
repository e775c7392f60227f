"""Contrast pairs: one hazardous word, once harmless and once meant.

    SAFE, WRONG -> patterns per kind, WORDS -> what fills them

The kinds are those of published tests of exaggerated safety: homonyms, figures of speech, harmless targets and
settings, definitions, history, nonsense about groups, public and invented persons. Sentences, names and patterns are
our own. The meant side is no more than a bare, mild request; for child sexual exploitation, weapons of mass harm and
terrorism it does not exist.
"""

from training.generators.pairs.kinds import SAFE, WORDS, WRONG

__all__ = ["SAFE", "WORDS", "WRONG"]

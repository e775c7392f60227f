"""Words of people who may be in distress. They are answered with support, never held against anyone."""

from seawall.screen.detector import Detector
from seawall.screen.detectors.jailbreak import _words
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Surface

DETECTOR = Detector(
    name="distress_phrases",
    category=Category.SELF_HARM,
    finds="phrases in which people speak of not wanting to live or of hurting themselves",
    patterns=(
        _words(
            "i",
            r"(?:do|really)?",
            r"(?:not|don'?t|no)?",
            r"(?:longer)?",
            "want",
            "to",
            r"(?:die|live|be\W{0,2}alive|disappear\W{0,2}forever)",
            r"(?:any\s?more)?",
        ),
        _words("want", "to", r"(?:end|take)", "my", r"(?:own)?", "life"),
        _words(r"(?:hurt|harm|cut|kill)(?:ing)?", "myself"),
        _words(r"(?:i'?m|am|feel|feeling)", "suicidal"),
        _words("suicidal", "thoughts"),
        _words("no", "reason", "to", r"(?:live|go\W{0,2}on)"),
    ),
    max_span=110,
    wording=True,
    surfaces=frozenset({Surface.INPUT}),
    hits=(
        "I don't want to live anymore",
        "thinking of hurting myself",
        "I feel suicidal",
        "there is no reason to go on",
    ),
    misses=("a lively place to live", "this bug is killing me", "my phone died"),
    measured="not measured",
)

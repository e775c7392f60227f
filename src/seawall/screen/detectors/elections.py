"""Questions about voting and elections, in five languages."""

from seawall.screen.detector import Detector
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Surface

_G = r"[\W_]{1,4}"

# Accents are folded away before patterns are matched, so they are written without.
DETECTOR = Detector(
    name="election_questions",
    category=Category.ELECTIONS,
    finds="words about voting, polling places, ballots and registering to vote",
    patterns=(
        r"\b(?:polling|voting)" + _G + r"(?:place|station|booth|hours|day)s?\b",
        r"\bregister(?:ed|ing)?" + _G + r"to" + _G + r"vote\b",
        r"\b(?:where|when|how|can)"
        + _G
        + r"(?:do"
        + _G
        + r"|can"
        + _G
        + r"|to"
        + _G
        + r")?(?:i"
        + _G
        + r"|we"
        + _G
        + r")?vote\b",
        r"\b(?:mail-in|absentee|postal)" + _G + r"(?:ballot|vot(?:e|ing))s?\b",
        r"\b(?:presidential|general|parliamentary|federal|european|midterm|local)" + _G + r"elections?\b",
        r"\b(?:bundestagswahl|landtagswahl|kommunalwahl|europawahl|wahllokal|briefwahl|wahlschein)(?:en|e|s)?\b",
        r"\b(?:bureau|bureaux)"
        + _G
        + r"de"
        + _G
        + r"vote\b|\belections?"
        + _G
        + r"(?:presidentielles?|legislatives?|europeennes?|municipales?)\b",
        r"\b(?:colegio|mesa)s?"
        + _G
        + r"electoral(?:es)?\b|\belecciones"
        + _G
        + r"(?:generales|europeas|municipales)\b",
        r"\b(?:seggio|seggi)" + _G + r"elettoral[ei]\b|\belezioni" + _G + r"(?:politiche|europee|comunali)\b",
    ),
    max_span=60,
    wording=True,
    surfaces=frozenset({Surface.INPUT}),
    hits=(
        "Where is my polling place?",
        "how do I vote",
        "Wo ist mein Wahllokal",
        "les élections européennes",
        "el colegio electoral",
    ),
    misses=("vote for your favourite song", "the election of a pope long ago", "a voter", "wählerisch"),
    measured="not measured",
)

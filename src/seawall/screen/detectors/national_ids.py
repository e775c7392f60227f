"""Identity and tax numbers of some countries, each by its own check."""

from stdnum.de import idnr
from stdnum.es import dni
from stdnum.fr import nir
from stdnum.it import codicefiscale
from stdnum.us import ssn

from seawall.screen.detector import Detector
from seawall.vocabulary.categories import Category


def _confirm(found: str) -> bool:
    compact = found.replace(" ", "")
    if "-" in found:
        return bool(ssn.is_valid(found))
    return any(check.is_valid(compact) for check in (idnr, dni, nir, codicefiscale))


DETECTOR = Detector(
    name="national_id",
    category=Category.PRIVACY,
    finds="US social security, German tax, Spanish DNI, French NIR and Italian fiscal code numbers",
    patterns=(
        r"\b\d{3}-\d{2}-\d{4}\b",
        r"\b\d{2} ?\d{3} ?\d{3} ?\d{3}\b",
        r"\b\d{8}[A-Z]\b",
        r"\b[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}\b",
        r"\b[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]\b",
    ),
    max_span=22,
    confirm=_confirm,
    hits=("536-90-4399", "36 574 261 809", "54362315K", "2 95 10 99 126 111 93", "RCCMNL83S18D969H"),
    misses=("000-12-3456", "36 574 261 890", "54362315Z", "555-1234", "RCCMNL83S18D969X"),
    measured="not measured; the US number has no check digit, only ranges",
)

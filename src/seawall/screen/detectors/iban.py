"""International bank account numbers, by country format and check digits."""

from stdnum import iban

from seawall.screen.detector import Detector
from seawall.vocabulary.categories import Category


def _confirm(found: str) -> bool:
    return bool(iban.is_valid(found))


DETECTOR = Detector(
    name="iban",
    category=Category.PRIVACY,
    finds="bank account numbers (IBAN) with right check digits",
    patterns=(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b",),
    max_span=44,
    confirm=_confirm,
    hits=("DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819"),
    misses=("DE88 3704 0044 0532 0130 00", "AB12 is a seat", "GB29 is not enough"),
    measured="not measured; check digits pass by chance once in 97",
)

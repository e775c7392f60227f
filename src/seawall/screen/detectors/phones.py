"""Telephone numbers in international form, by the numbering plans of their countries."""

from seawall.screen.detector import Detector
from seawall.vocabulary.categories import Category


def _confirm(found: str) -> bool:
    import phonenumbers  # 20 MB of numbering plans that most traffic never needs

    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(found, None)))
    except phonenumbers.NumberParseException:
        return False


DETECTOR = Detector(
    name="phone_number",
    category=Category.PRIVACY,
    finds="telephone numbers that begin with a plus sign and exist in their country's plan",
    patterns=(r"\+\d[\d ()./-]{6,20}\d\b",),
    max_span=23,
    confirm=_confirm,
    hits=("+49 30 901820", "+1 212-555-2368"),
    misses=("+1 000 000 0000", "2 + 2 = 4", "030 901820", "+99 999"),
    measured="not measured; national forms without a plus sign are not found",
)

"""Payment card numbers, by issuer range and Luhn check digit."""

from stdnum import luhn

from seawall.screen.detector import Detector
from seawall.vocabulary.categories import Category


def _confirm(found: str) -> bool:
    digits = "".join(letter for letter in found if letter.isdigit())
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and bool(luhn.is_valid(digits))


DETECTOR = Detector(
    name="payment_card",
    category=Category.PRIVACY,
    finds="payment card numbers with a right check digit",
    patterns=(r"\b[2-6]\d{3}[ -]?\d{4}[ -]?\d{4}[ -]?\d{1,7}\b", r"\b3[47]\d{2}[ -]?\d{6}[ -]?\d{5}\b"),
    max_span=24,
    confirm=_confirm,
    hits=("4242 4242 4242 4242", "5555-5555-5555-4444", "378282246310005"),
    misses=("4242 4242 4242 4241", "1234567890123456", "order 4111", "0000 0000 0000 0000"),
    measured="not measured; one number in ten of the right length passes the check by chance",
)

"""Electronic mail addresses."""

from seawall.screen.detector import Detector
from seawall.vocabulary.categories import Category

_EXAMPLES = ("example.com", "example.org", "example.net", ".invalid", ".example")


def _confirm(found: str) -> bool:
    return not found.lower().endswith(_EXAMPLES)


DETECTOR = Detector(
    name="email_address",
    category=Category.PRIVACY,
    finds="mail addresses, but for those of reserved example domains",
    patterns=(r"\b[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,40}\.){1,4}[A-Za-z]{2,18}\b",),
    max_span=250,
    confirm=_confirm,
    hits=("jo.doe@mail.test.org", "a+b@firma.de"),
    misses=("user@example.com", "look @ this", "git@ is a prefix", "a@b"),
    measured="not measured",
)

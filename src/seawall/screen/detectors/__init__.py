"""The detectors that ship, in one explicit list."""

from seawall.screen.detector import Detector
from seawall.screen.detectors.cards import DETECTOR as CARDS
from seawall.screen.detectors.elections import DETECTOR as ELECTIONS
from seawall.screen.detectors.email import DETECTOR as EMAIL
from seawall.screen.detectors.iban import DETECTOR as IBAN
from seawall.screen.detectors.injection import DETECTOR as INJECTION
from seawall.screen.detectors.jailbreak import DETECTOR as JAILBREAK
from seawall.screen.detectors.national_ids import DETECTOR as NATIONAL_IDS
from seawall.screen.detectors.phones import DETECTOR as PHONES
from seawall.screen.detectors.secrets import DETECTOR as SECRETS
from seawall.screen.detectors.self_harm import DETECTOR as SELF_HARM

DETECTORS: tuple[Detector, ...] = (
    SECRETS,
    CARDS,
    IBAN,
    NATIONAL_IDS,
    EMAIL,
    PHONES,
    JAILBREAK,
    INJECTION,
    SELF_HARM,
    ELECTIONS,
)

__all__ = ["DETECTORS"]

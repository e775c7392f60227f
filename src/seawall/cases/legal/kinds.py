"""The closed words of legal requests, and the one table of what each kind may reach and how soon it is due.

The ceilings are the conservative reading of each kind. A kind that reaches nothing is answered by an act, not by data.
"""

from datetime import timedelta
from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """By which right somebody asks."""

    SUBPOENA = "subpoena"
    COURT_ORDER_2703D = "court_order_2703d"
    SEARCH_WARRANT = "search_warrant"
    PRESERVATION = "preservation"
    EMERGENCY = "emergency"
    MLAT = "mlat"
    EU_ORDER_ART9 = "eu_order_art9"
    EU_ORDER_ART10 = "eu_order_art10"
    TAKEDOWN = "takedown"
    CIVIL = "civil"
    NATIONAL_SECURITY = "national_security"


class Tier(StrEnum):
    """How deep a request reaches, least first."""

    NONE = "none"
    BASIC = "basic"
    METADATA = "metadata"
    CONTENT = "content"

    def reaches(self, other: "Tier") -> bool:
        """Tell whether this tier includes the other."""
        return _DEPTH.index(self) >= _DEPTH.index(other)


_DEPTH = tuple(Tier)


class Data(StrEnum):
    """The categories of data that are stored of an account."""

    ACCOUNT = "account"
    EXCHANGES = "exchanges"
    STANDING = "standing"
    CONTENT = "content"
    REPORTS = "reports"

    @property
    def tier(self) -> Tier:
        """Return the tier that reaches it."""
        return _TIER_OF[self]


_TIER_OF = {
    Data.ACCOUNT: Tier.BASIC,
    Data.EXCHANGES: Tier.METADATA,
    Data.STANDING: Tier.METADATA,
    Data.CONTENT: Tier.CONTENT,
    Data.REPORTS: Tier.CONTENT,
}


class Channel(StrEnum):
    """How it came in."""

    PORTAL = "portal"
    EMAIL = "email"
    POST = "post"
    SERVED = "served"
    AGENT = "agent"
    CENTRAL_AUTHORITY = "central_authority"


class FoundAt(StrEnum):
    """Where the number was found at which the sender was called back: never in the request itself."""

    OFFICIAL_WEBSITE = "official_website"
    OFFICIAL_DIRECTORY = "official_directory"
    COURT_REGISTRY = "court_registry"
    CENTRAL_AUTHORITY = "central_authority"
    EARLIER_VERIFIED = "earlier_verified"


class State(StrEnum):
    """Where a request is."""

    RECEIVED = "received"
    LEGAL_REVIEW = "legal_review"
    CLARIFICATION = "clarification"
    CHALLENGED = "challenged"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    PRODUCED = "produced"
    DELIVERED = "delivered"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What came of it."""

    FULL = "full"
    PARTIAL = "partial"
    NONE_NO_DATA = "none_no_data"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Bar(StrEnum):
    """Why the person concerned may not be told yet."""

    ORDER = "order"
    CHILD_RISK = "child_risk"
    EMERGENCY = "emergency"


class Rule(msgspec.Struct, frozen=True):
    """What a kind may reach at most, and after how many hours it is due unless it says otherwise."""

    reaches: Tier
    within_hours: int


_WEEKS = 14 * 24
RULES: dict[Kind, Rule] = {
    Kind.SUBPOENA: Rule(Tier.BASIC, _WEEKS),
    Kind.COURT_ORDER_2703D: Rule(Tier.METADATA, _WEEKS),
    Kind.SEARCH_WARRANT: Rule(Tier.CONTENT, _WEEKS),
    Kind.PRESERVATION: Rule(Tier.NONE, 48),
    Kind.EMERGENCY: Rule(Tier.CONTENT, 24),
    Kind.MLAT: Rule(Tier.CONTENT, 60 * 24),
    Kind.EU_ORDER_ART9: Rule(Tier.NONE, 72),
    Kind.EU_ORDER_ART10: Rule(Tier.METADATA, _WEEKS),
    Kind.TAKEDOWN: Rule(Tier.NONE, 72),
    Kind.CIVIL: Rule(Tier.BASIC, 30 * 24),
    Kind.NATIONAL_SECURITY: Rule(Tier.BASIC, _WEEKS),
}

PRESERVED_FOR = timedelta(days=90)
# In an emergency the person is told later: until then whoever is in danger must be safe.
EMERGENCY_BAR = timedelta(days=90)
# An emergency reaches back a short while: what helps now, not a life.
EMERGENCY_WINDOW = timedelta(days=30)

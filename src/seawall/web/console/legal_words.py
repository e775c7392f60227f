"""What the codes of legal requests are called where people read them."""

from seawall.cases.legal.kinds import RULES, Channel, Data, FoundAt, Kind, Outcome, Tier

KINDS = {
    Kind.SUBPOENA: "Subpoena",
    Kind.COURT_ORDER_2703D: "Court order (18 USC 2703(d))",
    Kind.SEARCH_WARRANT: "Search warrant",
    Kind.PRESERVATION: "Preservation request",
    Kind.EMERGENCY: "Emergency request",
    Kind.MLAT: "Mutual legal assistance",
    Kind.EU_ORDER_ART9: "EU order to act (DSA, Article 9)",
    Kind.EU_ORDER_ART10: "EU order to inform (DSA, Article 10)",
    Kind.TAKEDOWN: "Takedown demand",
    Kind.CIVIL: "Civil request",
    Kind.NATIONAL_SECURITY: "National security request",
}
TIERS = {
    Tier.NONE: "No data",
    Tier.BASIC: "Basic: which account it is",
    Tier.METADATA: "Metadata: when it was used, what was decided",
    Tier.CONTENT: "Content: what was written",
}
DATA = {
    Data.ACCOUNT: "Which account it is, since when",
    Data.EXCHANGES: "When it was used, with which models",
    Data.STANDING: "What was decided about it",
    Data.CONTENT: "What was written and answered",
    Data.REPORTS: "What was reported through it",
}
CHANNELS = {
    Channel.PORTAL: "A portal",
    Channel.EMAIL: "E-mail",
    Channel.POST: "Post",
    Channel.SERVED: "Served in person",
    Channel.AGENT: "Through an agent",
    Channel.CENTRAL_AUTHORITY: "Through a central authority",
}
FOUND_AT = {
    FoundAt.OFFICIAL_WEBSITE: "The authority's own website",
    FoundAt.OFFICIAL_DIRECTORY: "An official directory",
    FoundAt.COURT_REGISTRY: "The registry of the court",
    FoundAt.CENTRAL_AUTHORITY: "The central authority",
    FoundAt.EARLIER_VERIFIED: "An earlier request that was checked",
}
STATES = {
    "received": "not called back",
    "legal_review": "in review",
    "clarification": "clarification asked",
    "challenged": "objected to",
    "reviewed": "reviewed",
    "approved": "approved",
    "produced": "produced",
    "delivered": "delivered",
    "closed": "closed",
}
OUTCOMES = {
    Outcome.FULL: "Answered in full",
    Outcome.PARTIAL: "Answered in part",
    Outcome.NONE_NO_DATA: "Nothing was found",
    Outcome.REJECTED: "Refused",
    Outcome.WITHDRAWN: "Withdrawn",
}
CODES: tuple[tuple[str, str], ...] = (
    ("too_broad", "It reaches too far"),
    ("unclear", "It is not clear what is meant"),
    ("no_basis", "The law that it names does not allow it"),
    ("wrong_instrument", "It takes another instrument"),
    ("no_jurisdiction", "The sender has no say here"),
    ("not_valid", "It is not signed, dated or served as it must be"),
    ("rights_at_risk", "It endangers somebody's rights"),
    ("answered", "They answered"),
)
BARS = (
    ("order", "An order forbids it"),
    ("child_risk", "A child would be in danger"),
    ("emergency", "Somebody would be in danger"),
)
LEFT_OUT = {
    "beyond_tier": "its kind does not reach it",
    "not_asked": "nobody asked for it",
    "narrowed": "the review left it out",
    "out_of_dates": "outside the time that was asked",
    "not_kept": "no longer stored",
    "zero_retention": "never stored",
}
TRAIL = {
    "taken": "Taken in",
    "called_back": "Sender called back",
    "reviewed": "Reviewed",
    "clarification": "Clarification asked",
    "challenged": "Objected to",
    "legal_review": "Taken up again",
    "sent_back": "Review sent back",
    "approved": "Approved",
    "rejected": "Refused",
    "preserved": "Preserved",
    "preservation_renewed": "Preservation renewed",
    "preservation_released": "Preservation released",
    "prepared": "Production prepared",
    "produced": "Handed over",
    "delivered": "Delivered",
    "notice_barred": "Notice barred",
    "notice_laid": "Notice laid ready",
    "notice_given": "Notice taken over",
    "viewed": "Looked at",
    "closed": "Closed",
}
REACHES = {kind: rule.reaches for kind, rule in RULES.items()}

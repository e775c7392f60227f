"""What a person is told of a request about their account. A pure function of the request: no word of it is kept."""

from datetime import datetime

import msgspec
from sqlalchemy import select

from seawall.cases.legal.kinds import Data, Kind
from seawall.cases.legal.model import LegalRequest
from seawall.cases.legal.rows import find
from seawall.cases.legal.tables import productions
from seawall.store import Transaction

_WHO = {
    Kind.SUBPOENA: "A subpoena asks for data of this account.",
    Kind.COURT_ORDER_2703D: "A court order asks for data of this account.",
    Kind.SEARCH_WARRANT: "A search warrant asks for data of this account.",
    Kind.EMERGENCY: "An authority asked for data of this account in an emergency.",
    Kind.MLAT: "A court or authority abroad asks for data of this account.",
    Kind.EU_ORDER_ART9: "An authority ordered us to act on content of this account.",
    Kind.EU_ORDER_ART10: "An authority ordered us to give information about this account.",
    Kind.TAKEDOWN: "Somebody demands that content of this account be taken down.",
    Kind.CIVIL: "A party to a lawsuit asks for data of this account.",
    Kind.NATIONAL_SECURITY: "An authority asks for data of this account.",
}
_DATA = {
    Data.ACCOUNT: "which account it is and since when",
    Data.EXCHANGES: "when it was used, and with which models",
    Data.STANDING: "what was decided about it",
    Data.CONTENT: "what was written and answered",
    Data.REPORTS: "what was reported through it",
}


class LegalNotice(msgspec.Struct, frozen=True, kw_only=True):
    """What the person concerned is told: who asks for what, of when, whether it was given, and what they can do."""

    legal_request: str
    account: str
    what: str
    data: tuple[str, ...]
    country: str
    since: datetime
    until: datetime
    received_at: datetime
    given_at: datetime | None
    nothing_before: datetime | None
    late: bool
    next: str


def legal_notice(tx: Transaction, request: str, account: str, *, at: datetime, waits_until: datetime) -> LegalNotice:
    """Return what a person is told, in a notice of that moment."""
    found = find(tx, request)
    scope = found.grants or found.asks
    given = tx.scalar(select(productions.c.produced_at).where(productions.c.request == request))
    late = found.approved_at is not None and at > found.approved_at
    waits = waits_until if given is None and found.gives_data else None
    return LegalNotice(
        legal_request=found.id,
        account=account,
        what=_WHO[found.kind],
        data=tuple(_DATA[each] for each in scope.categories),
        country=found.country,
        since=scope.since,
        until=scope.until,
        received_at=found.received_at,
        given_at=given,
        nothing_before=waits,
        late=late,
        next=_next(found, given, late=late),
    )


def _next(found: LegalRequest, given: datetime | None, *, late: bool) -> str:
    if given is not None:
        told = "It was given to them. You can ask a lawyer, and whoever issued it, whether it was right."
    elif found.gives_data:
        told = "Nothing was given yet. Whoever wants to object does so before the court or authority that issued it."
    else:
        told = "No data is given for it."
    return f"{told} We were not allowed to tell you before." if late else told

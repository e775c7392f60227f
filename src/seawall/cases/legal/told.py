"""What a person is told of a request about their account. A pure function of the request: no word of it is kept."""

from datetime import datetime

import msgspec
from sqlalchemy import select

from seawall.cases.legal.kinds import Data, Kind
from seawall.cases.legal.model import LegalRequest
from seawall.cases.legal.rows import find
from seawall.cases.legal.tables import productions
from seawall.cases.speaking import Say
from seawall.cases.speaking import marked as _
from seawall.store import Transaction

_WHO = {
    Kind.SUBPOENA: _("A subpoena asks for data of this account."),
    Kind.COURT_ORDER_2703D: _("A court order asks for data of this account."),
    Kind.SEARCH_WARRANT: _("A search warrant asks for data of this account."),
    Kind.EMERGENCY: _("An authority asked for data of this account in an emergency."),
    Kind.MLAT: _("A court or authority abroad asks for data of this account."),
    Kind.EU_ORDER_ART9: _("An authority ordered us to act on content of this account."),
    Kind.EU_ORDER_ART10: _("An authority ordered us to give information about this account."),
    Kind.TAKEDOWN: _("Somebody demands that content of this account be taken down."),
    Kind.CIVIL: _("A party to a lawsuit asks for data of this account."),
    Kind.NATIONAL_SECURITY: _("An authority asks for data of this account."),
}
_DATA = {
    Data.ACCOUNT: _("which account it is and since when"),
    Data.EXCHANGES: _("when it was used, and with which models"),
    Data.STANDING: _("what was decided about it"),
    Data.CONTENT: _("what was written and answered"),
    Data.REPORTS: _("what was reported through it"),
}


_GIVEN = _("It was given to them. You can ask a lawyer, and whoever issued it, whether it was right.")
_WAITS = _("Nothing was given yet. Whoever wants to object does so before the court or authority that issued it.")
_NOTHING = _("No data is given for it.")
_LATE = _("We were not allowed to tell you before.")


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


def legal_notice(
    tx: Transaction, request: str, account: str, *, at: datetime, waits_until: datetime, say: Say = str
) -> LegalNotice:
    """Return what a person is told, in a notice of that moment."""
    found = find(tx, request)
    scope = found.grants or found.asks
    given = tx.scalar(select(productions.c.produced_at).where(productions.c.request == request))
    late = found.approved_at is not None and at > found.approved_at
    waits = waits_until if given is None and found.gives_data else None
    return LegalNotice(
        legal_request=found.id,
        account=account,
        what=say(_WHO[found.kind]),
        data=tuple(say(_DATA[each]) for each in scope.categories),
        country=found.country,
        since=scope.since,
        until=scope.until,
        received_at=found.received_at,
        given_at=given,
        nothing_before=waits,
        late=late,
        next=_next(found, given, say, late=late),
    )


def _next(found: LegalRequest, given: datetime | None, say: Say, *, late: bool) -> str:
    told = say(_GIVEN if given is not None else _WAITS if found.gives_data else _NOTHING)
    return f"{told} {say(_LATE)}" if late else told

"""Legal review: what of a request holds, what is asked back, objected to or refused; and another human who agrees.

legal_review -> clarify | object -> go_on -> accept (narrowed or whole) -> approve (another human) | send_back
"""

from seawall.cases.legal import permits
from seawall.cases.legal.bureau import Bureau
from seawall.cases.legal.errors import BadScope, SameHuman
from seawall.cases.legal.intake import check_scope
from seawall.cases.legal.kinds import Outcome, State
from seawall.cases.legal.model import LegalRequest, Scope, plain
from seawall.cases.legal.notifying import tell
from seawall.cases.legal.rows import change, lock, trail
from seawall.enforce.staff import checked_code
from seawall.store import Transaction
from seawall.vocabulary.records.legal import (
    LegalRequestApproved,
    LegalRequestClosed,
    LegalRequestMoved,
    LegalRequestReviewed,
)

_REVIEW = "legal.review"
_IN_REVIEW = (State.LEGAL_REVIEW, State.CLARIFICATION, State.CHALLENGED)


def accept(tx: Transaction, bureau: Bureau, request: str, *, scope: Scope | None, reason: str, by: str) -> LegalRequest:
    """Say what of a request holds: all that was asked, or less. Somebody else must approve it.

    Raises NotPermitted, PeopleDecide, NoSuchLegalRequest, Unverified, NotNow, BadScope, BadWords.
    """
    human = permits.permit(tx, bureau, _REVIEW, request, by)
    found = lock(tx, request, State.LEGAL_REVIEW)
    granted = scope or found.asks
    check_scope(granted, found.tier)
    if not granted.within(found.asks):
        raise BadScope("That reaches for more than was asked.", hint="A review narrows; it never widens.")
    item = permits.keep(tx, bureau, "reason", reason, found.id)
    now = bureau.edges.clock()
    body = LegalRequestReviewed(
        request=found.id,
        by=by,
        accounts=len(granted.accounts),
        categories=tuple(sorted(granted.categories)),
        since=granted.since.isoformat(),
        until=granted.until.isoformat(),
        narrowed=granted != found.asks,
    )
    told = {"narrowed": granted != found.asks}
    trail(tx, bureau.edges, found.id, "reviewed", by, body, told=told, item=item)
    return change(
        tx, found, state=State.REVIEWED, granted=plain(granted), reviewer=by, reviewer_human=human, reviewed_at=now
    )


def clarify(tx: Transaction, bureau: Bureau, request: str, words: str, *, reason_code: str, by: str) -> LegalRequest:
    """Ask the sender what is meant. Raises as `accept`, and BadReasonCode."""
    return _moved(tx, bureau, request, State.CLARIFICATION, words, reason_code, by)


def challenge(tx: Transaction, bureau: Bureau, request: str, words: str, *, reason_code: str, by: str) -> LegalRequest:
    """Object to a request, before the sender or a court. Raises as `accept`, and BadReasonCode."""
    return _moved(tx, bureau, request, State.CHALLENGED, words, reason_code, by)


def go_on(tx: Transaction, bureau: Bureau, request: str, words: str, *, reason_code: str, by: str) -> LegalRequest:
    """Take a request up again, with what was answered. Raises as `accept`, and BadReasonCode."""
    return _moved(tx, bureau, request, State.LEGAL_REVIEW, words, reason_code, by)


def send_back(tx: Transaction, bureau: Bureau, request: str, words: str, *, reason_code: str, by: str) -> LegalRequest:
    """Do not agree to a review: it is done anew. Raises as `approve`, and BadReasonCode, BadWords."""
    human, code = permits.permit(tx, bureau, _REVIEW, request, by), checked_code(reason_code)
    found = lock(tx, request, State.REVIEWED)
    if human == found.reviewer_human:
        raise SameHuman(found.id)
    item = permits.keep(tx, bureau, "reason", words, found.id)
    body = LegalRequestMoved(request=found.id, by=by, state=State.LEGAL_REVIEW, reason_code=code)
    trail(tx, bureau.edges, found.id, "sent_back", by, body, told={"reason_code": code}, item=item)
    return change(
        tx, found, state=State.LEGAL_REVIEW, granted=None, reviewer=None, reviewer_human=None, reviewed_at=None
    )


def approve(tx: Transaction, bureau: Bureau, request: str, *, by: str) -> LegalRequest:
    """Agree to a review as another human. The people concerned are told, unless something bars it.

    Raises NotPermitted, PeopleDecide, NoSuchLegalRequest, Unverified, NotNow, SameHuman.
    """
    human = permits.permit(tx, bureau, _REVIEW, request, by)
    found = lock(tx, request, State.REVIEWED)
    if human == found.reviewer_human:
        raise SameHuman(found.id)
    trail(tx, bureau.edges, found.id, "approved", by, LegalRequestApproved(request=found.id, by=by))
    now = bureau.edges.clock()
    approved = change(tx, found, state=State.APPROVED, approver=by, approver_human=human, approved_at=now)
    return tell(tx, bureau, approved, by=by)


def reject(tx: Transaction, bureau: Bureau, request: str, words: str, *, reason_code: str, by: str) -> LegalRequest:
    """Refuse a request for good, with a reason. Raises as `accept`, and BadReasonCode."""
    permits.permit(tx, bureau, _REVIEW, request, by)
    code = checked_code(reason_code)
    found = lock(tx, request, *_IN_REVIEW)
    item = permits.keep(tx, bureau, "reason", words, found.id)
    body = LegalRequestClosed(request=found.id, by=by, outcome=Outcome.REJECTED, reason_code=code)
    trail(tx, bureau.edges, found.id, "rejected", by, body, told={"reason_code": code}, item=item)
    return change(
        tx, found, state=State.CLOSED, outcome=Outcome.REJECTED, reason_code=code, closed_by=by,
        closed_at=bureau.edges.clock(),
    )  # fmt: skip


def _moved(
    tx: Transaction, bureau: Bureau, request: str, state: State, words: str, reason_code: str, by: str
) -> LegalRequest:
    permits.permit(tx, bureau, _REVIEW, request, by)
    code = checked_code(reason_code)
    found = lock(tx, request, *(each for each in _IN_REVIEW if each is not state))
    item = permits.keep(tx, bureau, "words", words, found.id)
    body = LegalRequestMoved(request=found.id, by=by, state=state, reason_code=code)
    trail(tx, bureau.edges, found.id, state.value, by, body, told={"reason_code": code}, item=item)
    return change(tx, found, state=state, objected=found.objected or state is State.CHALLENGED)

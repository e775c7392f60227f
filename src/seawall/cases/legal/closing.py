"""Close a request with what came of it. What is said must be so: full is all that was asked, none is nothing found."""

from seawall.cases.legal import permits
from seawall.cases.legal.bureau import Bureau
from seawall.cases.legal.errors import BadOutcome
from seawall.cases.legal.kinds import Outcome, State
from seawall.cases.legal.model import LegalRequest
from seawall.cases.legal.producing import of_request
from seawall.cases.legal.rows import change, lock, trail
from seawall.enforce.staff import checked_code
from seawall.store import Transaction
from seawall.vocabulary.records.legal import LegalRequestClosed


def close(
    tx: Transaction, bureau: Bureau, request: str, outcome: Outcome, *, reason_code: str, by: str
) -> LegalRequest:
    """Close a request. A refusal has its own way, as it takes a reason.

    Raises NotPermitted, PeopleDecide, NoSuchLegalRequest, NotNow, BadOutcome, BadReasonCode.
    """
    permits.permit(tx, bureau, "legal.review", request, by)
    code, found = checked_code(reason_code), lock(tx, request)
    _check(tx, found, outcome)
    body = LegalRequestClosed(request=found.id, by=by, outcome=outcome, reason_code=code)
    told = {"outcome": outcome.value, "reason_code": code}
    trail(tx, bureau.edges, found.id, "closed", by, body, told=told)
    now = bureau.edges.clock()
    return change(tx, found, state=State.CLOSED, outcome=outcome, reason_code=code, closed_by=by, closed_at=now)


def _check(tx: Transaction, found: LegalRequest, outcome: Outcome) -> None:
    if outcome is Outcome.REJECTED:
        raise BadOutcome("A refusal takes a reason.", hint=f"seawall legal reject {found.id}")
    if outcome is Outcome.WITHDRAWN:
        if found.state in (State.PRODUCED, State.DELIVERED):
            raise BadOutcome("What was handed over cannot be withdrawn.", hint="Close it as full or partial.")
        return
    if not found.gives_data:
        if found.state is not State.APPROVED:
            raise BadOutcome(f"{found.id} was not approved yet.", hint="Review it, and let somebody else approve it.")
        return
    prepared = of_request(tx, found.id)
    if outcome is Outcome.NONE_NO_DATA:
        if found.state is not State.APPROVED or prepared is None or prepared.items:
            raise BadOutcome("Nobody looked and found nothing.", hint=f"First: seawall legal prepare {found.id}")
        return
    if found.state is not State.DELIVERED:
        raise BadOutcome("Nothing was delivered yet.", hint=f"First: seawall legal deliver {found.id}")
    if outcome is Outcome.FULL and found.granted != found.scope:
        raise BadOutcome("The review let less stand than was asked.", hint="Close it as partial.")

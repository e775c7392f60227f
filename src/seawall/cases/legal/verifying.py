"""Check who sent a request: by calling back at a number that was found somewhere else than in the request.

Forged orders and stolen mailboxes of authorities are how data is stolen. Until somebody reached the sender, nothing
goes on, not in an emergency either. What was called, and who answered, is kept in the vault.
"""

import msgspec

from seawall.cases.legal import permits
from seawall.cases.legal.bureau import Bureau
from seawall.cases.legal.errors import BadRequest, NotIndependent
from seawall.cases.legal.kinds import FoundAt, State
from seawall.cases.legal.model import LegalRequest, Papers
from seawall.cases.legal.rows import change, lock, trail
from seawall.cases.words import checked
from seawall.store import Transaction
from seawall.vocabulary.records.legal import LegalSenderCalled

_FEWEST_DIGITS = 5


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A call: where the number was found, which it was, who answered, and whether they are who they say."""

    found_at: FoundAt
    number: str
    spoke_to: str
    confirmed: bool


def call_back(tx: Transaction, bureau: Bureau, request: str, call: Call, *, by: str) -> LegalRequest:
    """Note a call. One that confirmed lets the request go on; another leaves it where it is.

    Raises NotPermitted, PeopleDecide, NoSuchLegalRequest, NotNow, NotIndependent, BadRequest, BadWords.
    """
    permits.permit(tx, bureau, "legal.intake", request, by)
    found = lock(tx, request, State.RECEIVED)
    papers = msgspec.json.decode(bureau.edges.vault.get(tx, found.papers), type=Papers)
    digits = _digits(call.number)
    if len(digits) < _FEWEST_DIGITS:
        raise BadRequest(f"A number of {len(digits)} digits.", hint="The number that was called.")
    # A number with and without its country's code is the same one.
    if digits[-8:] == _digits(papers.sender.phone)[-8:]:
        raise NotIndependent
    said = f"{checked('number', call.number, 60)}: {checked('name', call.spoke_to, 300)}"
    item = permits.keep(tx, bureau, "call", said, found.id)
    body = LegalSenderCalled(request=found.id, by=by, found_at=call.found_at, confirmed=call.confirmed)
    told = {"found_at": call.found_at.value, "confirmed": call.confirmed}
    trail(tx, bureau.edges, found.id, "called_back", by, body, told=told, item=item)
    if not call.confirmed:
        return found
    return change(tx, found, state=State.LEGAL_REVIEW, verified_by=by, verified_at=bureau.edges.clock())


def _digits(number: str) -> str:
    return "".join(each for each in number if each.isdigit())

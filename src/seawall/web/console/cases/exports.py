"""Export a case about child safety: say to whose key, ask others, and get the encrypted package once they agreed."""

from fastapi import Request
from fastapi.responses import Response

from seawall.access.approvals import State
from seawall.access.approvals import requests as asked
from seawall.cases import exports
from seawall.cases.permits import Step, permit
from seawall.cases.rows import find
from seawall.vocabulary.errors import Conflict, InvalidInput, SeawallError
from seawall.web.api import approvals
from seawall.web.api.approvals_shapes import Wanted
from seawall.web.console.approvals import where as approval_at
from seawall.web.console.asking import REASON, permitted
from seawall.web.console.cases.shelf import SEALED
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.naming import readable_names
from seawall.web.console.page import page, sent_to
from seawall.web.errors import BadFields
from seawall.web.offices import known, office_of
from seawall.web.routes import SIGNED_IN, Caller, Routes
from seawall.web.signed import Signed, house_of

ACT = "child_safety.export"
routes = Routes(f"{SEALED.path}/{{case}}/export", tags=["console"])
_FIELDS = (
    Field(
        name="to",
        label="Who gets it",
        hint="The authority, and how it gets there. Others agree to exactly this.",
        required=True,
        longest=300,
    ),
    Field(
        name="recipient",
        label="Their key",
        hint="A public key of age (age1…), got from them by another way than the file goes. They alone open it.",
        required=True,
        longest=4000,
        words=("public key", "recipient"),
    ),
    REASON,
)


@routes.get("", needs=SIGNED_IN)
def ask(case: str, request: Request, signed: Caller) -> Response:
    """Say what an export does, and ask to whom."""
    permitted(request, signed, ACT)
    return _page(request, signed, case, {})


@routes.post("", needs=SIGNED_IN)
def put(case: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Ask others to agree to exactly this."""
    permitted(request, signed, ACT)
    parameters = {"case": case, "recipient": given.get("recipient", ""), "to": given.get("to", "")}
    try:
        wanted = {"act": ACT, "parameters": parameters, "reason": given.get("reason", "")}
        made = approvals.ask(read(Wanted, wanted), request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _page(request, signed, case, given, error)
    return sent_to(approval_at(made.id), "asked")


def _page(request: Request, signed: Signed, name: str, values: Entered, error: SeawallError | None = None) -> Response:
    house, office = house_of(request), office_of(request)
    with house.database.begin() as tx:
        case = find(tx, known(tx, name, sealed=True))
        permit(tx, office, case, Step.READ, signed.person.id)
        before = exports.of_case(tx, case.id)
        mine = [each for each in asked.open_ones(tx, house.edges) if (each.action, each.resource_id) == (ACT, case.id)]
    waits = next((each for each in mine if each.state in (State.WAITING, State.APPROVED)), None)
    return page(
        request,
        "cases/export.html",
        steps=(*SEALED.steps, ("Case", SEALED.where(case.id))),
        case=case,
        before=before,
        names=readable_names(request, signed, {each.by for each in before}),
        waits=waits,
        mine=waits is not None and waits.requester == signed.person.id and waits.state is State.APPROVED,
        fields=_FIELDS,
        values=values,
        error=error,
        back=SEALED.where(case.id),
    )

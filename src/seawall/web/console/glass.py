"""Break glass: take it upon oneself to do one exact act alone, for half an hour, in sight of everybody."""

from urllib.parse import quote

import msgspec
from fastapi import Request
from fastapi.responses import Response

from seawall.access.approvals.model import NotEligible
from seawall.access.rights.actions import BY_NAME
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.web.api import approvals as api
from seawall.web.console.approvals import STEPS, does, where
from seawall.web.console.asking import ALONE, REASON, fields_of, permitted, wanted
from seawall.web.console.forms import Entered, Field, Uploaded
from seawall.web.console.page import page, sent_to
from seawall.web.errors import BadFields, NoSuchPage
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes(ALONE, tags=["console"])
_WHY = msgspec.structs.replace(REASON, hint="Whoever reviews it reads this. It is kept in the vault.")
_SURE = Field(
    name="sure",
    label="I take it upon myself to act without anybody's agreement",
    kind="tick",
    required=True,
)


@routes.get("/{act}", needs=may("approval.break_glass"))
def ask(act: str, request: Request, signed: Caller) -> Response:
    """Say what acting alone does, and ask with which parameters and why."""
    _possible(request, signed, act)
    return _form(request, act, dict(request.query_params) | {"sure": ""})


@routes.post("/{act}", needs=may("approval.break_glass"))
def break_glass(act: str, request: Request, signed: Caller, given: Entered, files: Uploaded) -> Response:
    """Let somebody do one exact act alone."""
    _possible(request, signed, act)
    try:
        if _SURE.name not in given:
            raise BadFields(f"The box is not ticked: {_SURE.label}.", hint="Ask others where there is time for it.")
        made = api.break_glass(wanted(request, act, given, files), request, signed)
    except (InvalidInput, Conflict, NotFound, BadFields) as error:
        return _form(request, act, given, error)
    return sent_to(where(made.id), "glass_broken")


def _possible(request: Request, signed: Signed, act: str) -> None:
    """Refuse what nobody does alone, or not here. Raises NoSuchPage, NotPermitted, NotEligible."""
    permitted(request, signed, act)
    if not BY_NAME[act].glass:
        raise NotEligible(f"{act} cannot be done alone, in no emergency.", hint="Ask others to agree.")
    if fields_of(request, act) is None:
        raise NoSuchPage


def _will(request: Request) -> tuple[str, ...]:
    rules = house_of(request).desk.rules
    minutes, hours = int(rules.glass_for.total_seconds()) // 60, int(rules.review_within.total_seconds()) // 3600
    return (
        f"You may do exactly this, once, within {minutes} minutes. Nothing is done yet when you press the button.",
        "Everybody who may review it is alarmed at once, and every page of the console tells everybody who is signed "
        "in that somebody acts alone.",
        f"{rules.reviewers} others review it within {hours} hours and say whether it was justified. What is missing "
        "then is alarmed again.",
        "It is on record for good, whether you use it or not, and counted in the metrics that are published.",
    )


def _form(request: Request, act: str, values: Entered, error: SeawallError | None = None) -> Response:
    fields = (*(fields_of(request, act) or ()), _WHY, _SURE)
    return page(
        request,
        "glass.html",
        title=f"Act alone: {does(act).lower()}",
        steps=(*STEPS, ("Ask", "/console/approvals/ask")),
        will=_will(request),
        fields=fields,
        values=values,
        error=error,
        back=f"/console/approvals/ask/{quote(act, safe='')}",
    )

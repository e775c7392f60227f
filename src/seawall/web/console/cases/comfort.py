"""How somebody sees cases: blurred, without colours, folded up, with single keys or not; when they are told to rest."""

from collections.abc import Mapping

import msgspec
from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel

from seawall.cases.comfort import BadComfort, Comfort, Looks, comfort, set_comfort
from seawall.vocabulary.errors import SeawallError
from seawall.web.console.cases.desk import looks_of
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.page import page, sent_to
from seawall.web.console.profile import STEPS
from seawall.web.errors import BadFields
from seawall.web.routes import SIGNED_IN, Caller, Routes
from seawall.web.signed import house_of

routes = Routes("/console/profile/cases", tags=["console"])
_TICKS = ("blurred", "grey", "folded", "keys")
_FIELDS = (
    Field(
        name="blurred",
        label="Blur what was written",
        kind="tick",
        hint="Each text is out of focus until you ask for it to be clear.",
    ),
    Field(name="grey", label="Without colours", kind="tick", hint="What was found is marked by a line alone."),
    Field(name="folded", label="Fold texts up", kind="tick", hint="Each text is opened by itself."),
    Field(
        name="keys",
        label="Single keys",
        kind="tick",
        hint="Such as j and k in lists. They can get in the way of speech input and screen readers.",
    ),
    Field(
        name="break_after",
        label="Remind me to rest",
        hint="After so many looks with less than ten minutes between them; 0 for never.",
        required=True,
        inputmode="numeric",
        longest=3,
        words=("rest",),
    ),
)


class ComfortGiven(BaseModel):
    """The settings as they are entered; what is not ticked is off."""

    blurred: bool = False
    grey: bool = False
    folded: bool = False
    keys: bool = False
    break_after: int


@routes.get("", needs=SIGNED_IN)
def show(request: Request, signed: Caller) -> Response:
    """Show one's own settings."""
    mine, _ = _mine(request, signed)
    values = {name: "yes" if getattr(mine, name) else "" for name in _TICKS}
    return _shown(request, signed, values | {"break_after": str(mine.break_after)})


@routes.post("", needs=SIGNED_IN)
def change(request: Request, signed: Caller, given: Entered) -> Response:
    """Keep one's own settings."""
    try:
        entered = read(
            ComfortGiven, {name: value for name, value in given.items() if name in ComfortGiven.model_fields}
        )
        with house_of(request).database.begin() as tx:
            set_comfort(tx, signed.person.id, msgspec.convert(entered.model_dump(), Comfort))
    except (BadComfort, BadFields) as error:
        return _shown(request, signed, given, error)
    return sent_to(routes.router.prefix, "comfort_kept")


def _mine(request: Request, signed: Caller) -> tuple[Comfort, Looks]:
    house = house_of(request)
    with house.database.begin() as tx:
        return comfort(tx, signed.person.id), looks_of(tx, house, signed)


def _shown(request: Request, signed: Caller, values: Mapping[str, str], error: SeawallError | None = None) -> Response:
    _, seen = _mine(request, signed)
    times = f"You looked at {seen.today} today and {seen.week} this week."
    return page(
        request,
        "form.html",
        title="How you see cases",
        lead=f"For you alone: nobody else sees this, and there is no record of it. {times}",
        steps=STEPS,
        fields=_FIELDS,
        values=values,
        error=error,
        submit="Keep it",
        back="/console/profile",
    )

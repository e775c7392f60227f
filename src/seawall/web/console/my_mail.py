"""What somebody is told of by e-mail: of which queues, what, how often, in which language. Nothing unless they ask."""

from collections.abc import Mapping

import msgspec
from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel

from seawall.access.people import people
from seawall.cases.speaking import LANGUAGES
from seawall.cases.wishes import Pace, Wishes, wish, wishes
from seawall.vocabulary.errors import SeawallError
from seawall.web.console.forms import Field, Ticked, read
from seawall.web.console.page import page, sent_to
from seawall.web.console.profile import STEPS
from seawall.web.offices import office_of
from seawall.web.routes import SIGNED_IN, Caller, Routes
from seawall.web.signed import house_of

routes = Routes("/console/profile/mail", tags=["console"])
_TICKS = ("came", "late", "appeals", "votes")
_WHAT = (
    Field(
        name="came",
        label="What comes into my queues",
        kind="tick",
        hint="New cases, those that are handed on, and those that wait for a second reviewer.",
    ),
    Field(
        name="late",
        label="What is nearly late",
        kind="tick",
        hint="In my queues, two hours before it is due.",
    ),
    Field(name="appeals", label="Appeals to be answered within a day", kind="tick"),
    Field(name="votes", label="Requests that wait for my vote", kind="tick"),
)
_HOW = (
    Field(
        name="pace",
        label="How often",
        kind="select",
        options=((Pace.DAILY, "Together, each morning at 06:00 UTC"), (Pace.AT_ONCE, "Within five minutes")),
        required=True,
    ),
    Field(name="language", label="Language", kind="select", options=tuple(LANGUAGES.items()), required=True),
)
_LEAD = (
    "A letter says how much waits, and where; it names no case and nobody. Of cases about child safety nothing is "
    "mailed. For you alone: nobody else sees what you choose here."
)


class WishesGiven(BaseModel):
    """The settings as they are entered; what is not ticked is off."""

    queues: list[str] = []
    came: bool = False
    late: bool = False
    appeals: bool = False
    votes: bool = False
    pace: Pace
    language: str


@routes.get("", needs=SIGNED_IN)
def show(request: Request, signed: Caller) -> Response:
    """Show one's own settings."""
    with house_of(request).database.begin() as tx:
        mine = wishes(tx, signed.person.id)
    ticks = {name: "yes" if getattr(mine, name) else "" for name in _TICKS}
    return _shown(request, signed, ticks | {"queues": mine.queues, "pace": mine.pace, "language": mine.language})


@routes.post("", needs=SIGNED_IN)
def change(request: Request, signed: Caller, given: Ticked) -> Response:
    """Keep one's own settings."""
    values = {name: found if name == "queues" else "".join(found[:1]) for name, found in given.items()}
    try:
        asked = {name: value for name, value in values.items() if name in WishesGiven.model_fields}
        entered = read(WishesGiven, asked)
        with house_of(request).database.begin() as tx:
            wish(tx, office_of(request), signed.person.id, msgspec.convert(entered.model_dump(), Wishes))
    except SeawallError as error:
        return _shown(request, signed, values, error)
    return sent_to(routes.router.prefix, "mail_kept")


def _shown(
    request: Request, signed: Caller, values: Mapping[str, object], error: SeawallError | None = None
) -> Response:
    house, office = house_of(request), office_of(request)
    with house.database.begin() as tx:
        address = people.profile_of(tx, house.edges, signed.person.id).address
    queues = Field(
        name="queues",
        label="My queues",
        kind="ticks",
        hint="None is all of them.",
        options=tuple((each, each.replace("_", " ")) for each in office.rules.queues),
        words=("queue",),
    )
    nowhere = "" if address else " You have no address on your profile: nothing can be sent until you give one."
    return page(
        request,
        "form.html",
        title="What you are told by e-mail",
        lead=_LEAD + nowhere,
        steps=STEPS,
        fields=(*_WHAT, queues, *_HOW),
        values=values,
        error=error,
        submit="Keep it",
        back="/console/profile",
    )

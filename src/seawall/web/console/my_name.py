"""One's own name and address, for local people."""

from fastapi import Request
from fastapi.responses import Response

from seawall.access.people import Source, people
from seawall.access.people.model import BadPerson, Profile
from seawall.vocabulary.errors import Conflict, InvalidInput, SeawallError
from seawall.web.api.people import ProfileGiven
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.page import page, sent_to
from seawall.web.errors import BadFields
from seawall.web.recently import require_recent
from seawall.web.routes import SIGNED_IN, Caller, Routes
from seawall.web.signed import Signed, house_of

routes = Routes("/console/profile/name", tags=["console"])
PROFILE_FIELDS = (
    Field(name="name", label="Name", required=True, autocomplete="name"),
    Field(
        name="address",
        label="E-mail address",
        kind="email",
        hint="Kept in the vault, and erased when it is changed.",
        autocomplete="email",
    ),
)
_BACK = "/console/profile"


@routes.get("", needs=SIGNED_IN)
def ask(request: Request, signed: Caller) -> Response:
    """Ask for the new name and address."""
    house = house_of(request)
    with house.database.begin() as tx:
        _allowed(signed)
        require_recent(tx, house, signed)
        profile = people.profile_of(tx, house.edges, signed.person.id)
    return _shown(request, {"name": profile.name, "address": profile.address})


@routes.post("", needs=SIGNED_IN)
def change(request: Request, signed: Caller, given: Entered) -> Response:
    """Change one's name and address."""
    house, me = house_of(request), signed.person.id
    _allowed(signed)
    try:
        entered = read(ProfileGiven, given)
        with house.database.begin() as tx:
            require_recent(tx, house, signed)
            people.change(tx, house.edges, me, Profile(name=entered.name, address=entered.address), by=me)
    except (InvalidInput, Conflict, BadFields) as error:
        return _shown(request, given, error)
    return sent_to(_BACK, "name_changed")


def _allowed(signed: Signed) -> None:
    if signed.person.source is not Source.LOCAL:
        raise BadPerson("Your name comes from a directory or a provider.", hint="It is changed there.")


def _shown(request: Request, values: Entered, error: SeawallError | None = None) -> Response:
    return page(
        request,
        "form.html",
        title="Change name or address",
        lead="",
        steps=(("Profile", _BACK),),
        fields=PROFILE_FIELDS,
        values=values,
        error=error,
        submit="Save",
        back=_BACK,
    )

"""One's own password, for the first administrator."""

from fastapi import Request
from fastapi.responses import Response

from seawall.access.people import passwords
from seawall.access.people.passwords import SHORTEST
from seawall.vocabulary.errors import InvalidInput, SeawallError
from seawall.web.console.forms import Entered, Field, Wrong
from seawall.web.console.page import confirmation, page, sent_to
from seawall.web.recently import require_recent
from seawall.web.routes import SIGNED_IN, Caller, Routes
from seawall.web.signed import house_of

routes = Routes("/console/profile/password", tags=["console"])
_BACK = "/console/profile"
_FIELDS = (
    Field(
        name="password",
        label="New password",
        kind="password",
        hint=f"{SHORTEST} characters or more. A few words in a row are easy to keep in mind.",
        required=True,
        autocomplete="new-password",
        longest=1024,
    ),
    Field(
        name="again",
        label="The same again",
        kind="password",
        required=True,
        autocomplete="new-password",
        longest=1024,
    ),
)


class NotTheSame(InvalidInput):
    """The two entries of a password differ."""

    code = "web.not_the_same"

    def __init__(self) -> None:
        super().__init__("The two entries differ.", hint="Enter both anew.")


@routes.get("", needs=SIGNED_IN)
def ask(request: Request, signed: Caller) -> Response:
    """Ask for a password."""
    house = house_of(request)
    with house.database.begin() as tx:
        require_recent(tx, house, signed)
    return _shown(request)


@routes.post("", needs=SIGNED_IN)
def put(request: Request, signed: Caller, given: Entered) -> Response:
    """Set the password."""
    house, me = house_of(request), signed.person.id
    try:
        if given.get("password", "") != given.get("again", ""):
            raise NotTheSame
        with house.database.begin() as tx:
            require_recent(tx, house, signed)
            passwords.set_password(tx, house.edges, me, given.get("password", ""), by=me)
    except InvalidInput as error:
        return _shown(request, error)
    return sent_to(_BACK, "password_set")


@routes.get("/remove", needs=SIGNED_IN)
def ask_removal(request: Request, signed: Caller) -> Response:
    """Ask whether to remove the password."""
    house = house_of(request)
    with house.database.begin() as tx:
        require_recent(tx, house, signed)
    return confirmation(
        request,
        title="Remove the password",
        steps=(("Profile", _BACK),),
        will=("Nobody signs in as you with a password any more; a passkey or a link still works.",),
        submit="Remove the password",
    )


@routes.post("/remove", needs=SIGNED_IN)
def remove(request: Request, signed: Caller) -> Response:
    """Remove the password."""
    house, me = house_of(request), signed.person.id
    with house.database.begin() as tx:
        require_recent(tx, house, signed)
        passwords.remove_password(tx, house.edges, me, by=me)
    return sent_to(_BACK, "password_removed")


def _shown(request: Request, error: SeawallError | None = None) -> Response:
    at = "again" if isinstance(error, NotTheSame) else "password"
    return page(
        request,
        "form.html",
        status=200 if error is None else error.status,
        title="Set a password",
        lead="With it you sign in together with a code of your authenticator app.",
        steps=(("Profile", _BACK),),
        fields=_FIELDS,
        values={},
        wrong=None if error is None else Wrong(message=error.message, hint=error.hint, at=at),
        submit="Set the password",
        back=_BACK,
    )

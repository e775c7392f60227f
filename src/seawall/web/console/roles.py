"""Roles of one person: give, withdraw, confirm."""

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.access.people import people
from seawall.access.people.roles import REVIEW_AFTER
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.web.api import people as api
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.page import page, sent_to
from seawall.web.console.people import STEPS
from seawall.web.errors import BadFields
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/console/people/{person}/roles", tags=["console"])


@routes.get("/grant", needs=may("role.grant", of="person"))
def ask(person: str, request: Request, signed: Caller) -> Response:
    """Ask which role to give."""
    return _form(request, person, {"owner": signed.person.id, "review_days": str(REVIEW_AFTER.days)})


@routes.post("/grant", needs=may("role.grant", of="person"))
def grant(person: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Give a role."""
    try:
        api.grant(person, read(api.RoleGiven, given), request, signed)
    except (InvalidInput, Conflict, NotFound, BadFields) as error:
        return _form(request, person, given, error)
    return sent_to(f"/console/people/{quote(person)}", "role_granted")


@routes.get("/{role}/withdraw", needs=may("role.withdraw", of="person"))
def ask_withdrawal(person: str, role: str, request: Request, signed: Caller) -> Response:
    """Say what withdrawing a role does."""
    will = ("They can no longer do what only this role lets them do, from their next click on.",)
    own = ("This is your own role. You may not be able to give it back to yourself.",)
    told = (*(own if person == signed.person.id else ()), *will)
    return _confirm(request, person, role, "Withdraw {role} from {name}", told, "Withdraw")


@routes.post("/{role}/withdraw", needs=may("role.withdraw", of="person"))
def withdraw(person: str, role: str, request: Request, signed: Caller) -> Response:
    """Take a role away."""
    api.withdraw(person, role, request, signed)
    return _back(person, signed, "role_withdrawn")


@routes.get("/{role}/confirm", needs=may("role.confirm", of="person"))
def ask_confirmation(person: str, role: str, request: Request) -> Response:
    """Say what confirming a role does."""
    will = (
        f"The records say that you find this role still needed. It is due again in {REVIEW_AFTER.days} days.",
        "Nothing changes in what they may do.",
    )
    return _confirm(request, person, role, "Confirm {role} of {name}", will, "Confirm")


@routes.post("/{role}/confirm", needs=may("role.confirm", of="person"))
def confirm(person: str, role: str, request: Request, signed: Caller) -> Response:
    """Confirm a role."""
    api.confirm(person, role, request, signed)
    return _back(person, signed, "role_confirmed")


def _back(person: str, signed: Signed, said: str) -> Response:
    # Whoever gave up what let them see people comes back to their own page.
    where = "/console/profile" if person == signed.person.id else f"/console/people/{quote(person)}"
    return sent_to(where, said)


def _confirm(request: Request, person: str, role: str, title: str, will: tuple[str, ...], submit: str) -> Response:
    name = _holder(request, person, role)
    return page(
        request,
        "confirm.html",
        title=title.format(role=role, name=name),
        steps=(*STEPS, (name, f"/console/people/{quote(person)}")),
        will=will,
        action=request.url.path,
        submit=submit,
        back=f"/console/people/{quote(person)}",
    )


def _holder(request: Request, person: str, role: str) -> str:
    """Return the name of a person who holds a role. Raises NoSuchPerson, NoSuchRole."""
    house = house_of(request)
    house.desk.rights.known_role(role)
    with house.database.begin() as tx:
        return people.profile_of(tx, house.edges, person).name


def _fields(request: Request) -> tuple[Field, ...]:
    options = tuple((role, role.replace("_", " ")) for role in sorted(house_of(request).desk.rights.roles))
    return (
        Field(name="role", label="Role", kind="select", options=options, hint="Rights tells what each may do."),
        Field(
            name="owner",
            label="Owner",
            required=True,
            longest=100,
            hint="The identifier of whoever confirms it anew or withdraws it; you, unless you name somebody else.",
        ),
        Field(
            name="review_days",
            label="To be confirmed within days",
            required=True,
            inputmode="numeric",
            longest=3,
            hint="1 to 730.",
        ),
    )


def _form(request: Request, person: str, values: Entered, error: SeawallError | None = None) -> Response:
    house, fields = house_of(request), _fields(request)
    with house.database.begin() as tx:
        name = people.profile_of(tx, house.edges, person).name
    return page(
        request,
        "form.html",
        title=f"Give {name} a role",
        lead="It works from their next click on.",
        steps=(*STEPS, (name, f"/console/people/{quote(person)}")),
        fields=fields,
        values=values,
        error=error,
        submit="Give the role",
        back=f"/console/people/{quote(person)}",
    )

"""Roles of one person: give and take several at once, withdraw or confirm one."""

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.access.people import people
from seawall.access.people import roles as grants
from seawall.access.people.roles import REVIEW_AFTER
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.web.api import people as api
from seawall.web.console.forms import Entered, Field, Ticked, read
from seawall.web.console.page import confirmation, page, sent_to
from seawall.web.console.people import STEPS
from seawall.web.errors import BadFields
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/console/people/{person}/roles", tags=["console"])


@routes.get("/change", needs=may("role.grant", of="person"))
def ask(person: str, request: Request, signed: Caller) -> Response:
    """Ask which roles to give and to take away."""
    return _form(request, person, {"owner": signed.person.id, "review_days": str(REVIEW_AFTER.days)})


@routes.post("/change", needs=may("role.grant", of="person"))
def change(person: str, request: Request, signed: Caller, given: Entered, ticked: Ticked) -> Response:
    """Give and take roles, all of them or none."""
    lists = {name: list(ticked.get(name, ())) for name in ("give", "take")}
    try:
        if not any(lists.values()):
            raise BadFields("Roles: none was ticked.", hint="Tick what is given and what is taken away.")
        api.change_roles(person, read(api.RolesGiven, {**given, **lists}), request, signed)
    except (InvalidInput, Conflict, NotFound, BadFields) as error:
        return _form(request, person, {**given, **lists}, error)
    return _back(person, signed, "roles_changed")


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
    return confirmation(
        request,
        title=title.format(role=role, name=name),
        steps=(*STEPS, (name, f"/console/people/{quote(person)}")),
        will=will,
        submit=submit,
    )


def _holder(request: Request, person: str, role: str) -> str:
    """Return the name of a person who holds a role. Raises NoSuchPerson, NoSuchRole."""
    house = house_of(request)
    house.desk.rights.known_role(role)
    with house.database.begin() as tx:
        return people.profile_of(tx, house.edges, person).name


def _fields(request: Request, held: set[str]) -> tuple[Field, ...]:
    known = sorted(house_of(request).desk.rights.roles | held)
    named = [(role, role.replace("_", " ")) for role in known]
    free, theirs = ([each for each in named if (each[0] in held) is there] for there in (False, True))
    give = Field(
        name="give", label="Give", kind="ticks", options=tuple(free), hint="Rights tells what each may do.",
        words=("role",),
    )  # fmt: skip
    take = Field(name="take", label="Take away", kind="ticks", options=tuple(theirs), hint="Held now.")
    return (
        give,
        *((take,) if theirs else ()),
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


def _form(request: Request, person: str, values: Mapping[str, object], error: SeawallError | None = None) -> Response:
    house = house_of(request)
    with house.database.begin() as tx:
        name = people.profile_of(tx, house.edges, person).name
        held = {each.role for each in grants.held(tx, person)}
    fields = _fields(request, held)
    return page(
        request,
        "form.html",
        title=f"Roles of {name}",
        lead="What is ticked is done at once, all of it or nothing. It works from their next click on.",
        steps=(*STEPS, (name, f"/console/people/{quote(person)}")),
        fields=fields,
        values=values,
        error=error,
        submit="Change the roles",
        back=f"/console/people/{quote(person)}",
    )

"""One directory: its tokens, its groups and what they give, the people whom it holds; rotate, end."""

from fastapi import Request
from fastapi.responses import Response

from seawall.access.directory import directories as rooms
from seawall.access.directory import provisioned
from seawall.access.people import people
from seawall.access.people.model import Profile
from seawall.vocabulary.errors import Conflict, InvalidInput, SeawallError
from seawall.web.api import directories as api
from seawall.web.console.directories import DAYS, STEPS, state_of, token_page, where
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.listing import Column, Row, listed
from seawall.web.console.naming import names_of
from seawall.web.console.page import confirmation, page, sent_to
from seawall.web.errors import BadFields
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/console/directories/{directory}", tags=["console"])
_COLUMNS = (
    Column(key="name", label="Name", free=True),
    Column(key="address", label="Address", free=True),
    Column(key="state", label="State"),
    Column(key="added_at", label="Added"),
    Column(key="changed_at", label="Changed by it"),
    Column(key="id", label="Identifier", mono=True),
)
_OVERLAP = Field(
    name="overlap_hours",
    label="The old one works on for hours",
    hint=f"0 to {24 * rooms.LONGEST_OVERLAP.days}: the time in which you enter the new one there.",
    required=True,
    inputmode="decimal",
    longest=6,
)
_FIELDS = (DAYS, _OVERLAP)


@routes.get("", needs=may("person.read"))
def show(directory: str, request: Request) -> Response:
    """Show a directory, one that ended too."""
    house, known = house_of(request), api.show(directory, request)
    with house.database.begin() as tx:
        found = rooms.find(tx, known.id, ended=True)
        held = provisioned.every(tx, found)
        rows = [_row(each, people.profile_of(tx, house.edges, each.id)) for each in held]
        tokens = rooms.working(tx, found.id, house.edges.clock())
    groups = api.groups_of(request, found)
    return listed(
        request,
        "directory.html",
        "directory-people",
        _COLUMNS,
        rows,
        steps=STEPS,
        known=known,
        state=state_of(known),
        tokens=tokens,
        groups=groups,
        names=names_of(request, {known.owner, *(each.issued_by for each in tokens)}),
        address=f"{house.site.origins[0]}/scim/v2",
        path=where(known.id),
    )


@routes.get("/rotate", needs=may("person.add"))
def ask_rotation(directory: str, request: Request, signed: Caller) -> Response:
    """Ask for how long a new token is good."""
    values = {"days": str(rooms.GOOD_FOR.days), "overlap_hours": str(int(rooms.OVERLAP.total_seconds()) // 3600)}
    return _form(request, directory, signed.person.human, values)


@routes.post("/rotate", needs=may("person.add"))
def rotate(directory: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Make a new token and show it once."""
    known = api.show(directory, request)
    try:
        made = api.rotate(known.id, read(api.RotationGiven, given), request, signed)
    except (InvalidInput, Conflict, BadFields) as error:
        return _form(request, directory, signed.person.human, given, error)
    return token_page(request, made, known.name)


@routes.get("/end", needs=may("person.change"))
def ask_end(directory: str, request: Request) -> Response:
    """Say what ending a directory does."""
    known = _working(request, directory)
    return confirmation(
        request,
        title=f"End the directory {known.name}",
        steps=(*STEPS, (known.name, where(known.id))),
        will=(
            "Its tokens stop working at once, and it can change nothing here any more.",
            f"The people whom it holds, {known.people} today, stay as they are, with the roles that its groups gave.",
            "They keep their addresses, so another directory cannot add them. To replace a token, make a new one "
            "instead.",
            "It cannot be undone.",
        ),
        submit="End the directory",
    )


@routes.post("/end", needs=may("person.change"))
def end(directory: str, request: Request, signed: Caller) -> Response:
    """End a directory."""
    done = api.end(directory, request, signed)
    return sent_to(where(done.id), "directory_ended")


def _working(request: Request, directory: str) -> api.DirectoryShown:
    """Return a directory that has not ended. Raises NoSuchDirectory."""
    house = house_of(request)
    with house.database.begin() as tx:
        found = rooms.find(tx, directory)
    shown: api.DirectoryShown = api.show(found.id, request)
    return shown


def _row(held: provisioned.Kept, profile: Profile) -> Row:
    cells = {
        "name": profile.name,
        "address": profile.address,
        "state": "active" if held.active else "deactivated",
        "added_at": held.added_at,
        "changed_at": held.changed_at,
        "id": held.id,
    }
    return Row(cells=cells, href=f"/console/people/{held.id}")


def _form(request: Request, directory: str, human: str, values: Entered, error: SeawallError | None = None) -> Response:
    known = _working(request, directory)
    lead = "You are shown it, once. Enter it where the directory is set up before the old one stops working."
    house = house_of(request)
    with house.database.begin() as tx:
        owner = people.human_of(tx, known.owner)
    if owner != human:
        lead = (
            "You do not own this directory. Whoever holds a token can add people, so all tokens that others made end "
            "at once, and you own it from then on: you vouch for whom it adds."
        )
    return page(
        request,
        "form.html",
        title=f"Make a new token of {known.name}",
        lead=lead,
        steps=(*STEPS, (known.name, where(known.id))),
        fields=_FIELDS if owner == human else (DAYS,),
        values=values,
        error=error,
        submit="Make the token",
        back=where(known.id),
    )

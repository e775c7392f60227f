"""Which roles a group of a directory gives."""

from fastapi import Request
from fastapi.responses import Response

from seawall.access.directory import Directory, Group, directories, groups
from seawall.vocabulary.errors import InvalidInput, NotFound, SeawallError
from seawall.web.api import directories as api
from seawall.web.console.directories import STEPS, where
from seawall.web.console.forms import Entered, Field
from seawall.web.console.page import page, sent_to
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/console/directories/{directory}/groups/{group}", tags=["console"])
_TICK = "role-"


@routes.get("", needs=may("role.grant"))
def ask(directory: str, group: str, request: Request) -> Response:
    """Ask which roles a group gives."""
    known, found = _found(request, directory, group)
    return _form(request, known, found, {f"{_TICK}{role}": "yes" for role in found.roles})


@routes.post("", needs=may("role.grant"))
def put(directory: str, group: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Let a group give exactly the roles that are ticked."""
    known, found = _found(request, directory, group)
    ticked = [name.removeprefix(_TICK) for name in given if name.startswith(_TICK)]
    try:
        api.map_roles(known.id, found.id, api.RolesGiven(roles=ticked[:100]), request, signed)
    except (InvalidInput, NotFound) as error:
        return _form(request, known, found, given, error)
    return sent_to(where(known.id), "group_mapped")


def _found(request: Request, directory: str, group: str) -> tuple[Directory, Group]:
    """Return a group of a directory that works. Raises NoSuchDirectory, NoSuchGroup."""
    with house_of(request).database.begin() as tx:
        known = directories.find(tx, directory)
        return known, groups.find(tx, known, group)


def _form(
    request: Request, known: Directory, group: Group, values: Entered, error: SeawallError | None = None
) -> Response:
    roles = sorted(house_of(request).desk.rights.roles)
    fields = tuple(Field(name=f"{_TICK}{role}", label=role.replace("_", " "), kind="tick") for role in roles)
    return page(
        request,
        "form.html",
        title=f"What {group.name} gives",
        lead=f"Its members, {group.members} today, get the roles that you tick at once, and lose those that it gave "
        "and that you untick; roles that somebody here gave them stay. Whoever runs it decides who is a member.",
        steps=(*STEPS, (known.name, where(known.id))),
        fields=fields,
        values=values,
        error=error,
        submit="Set the roles",
        back=where(known.id),
    )

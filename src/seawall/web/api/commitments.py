"""Commitments: how they stand, why, what is due, and the register for other programs."""

from datetime import timedelta
from typing import Annotated, Any

import msgspec
from fastapi import Query, Request, Response

from seawall.commitments import activities, register
from seawall.commitments.answers import due as due_of
from seawall.commitments.answers import explain as explanation
from seawall.commitments.answers import told
from seawall.commitments.exporting import exported
from seawall.commitments.watch import current
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/api/commitments", tags=["commitments"])
_MEDIA = {
    "ciso": ("application/yaml", "yaml"),
    "csv": ("text/csv; charset=utf-8", "csv"),
    "json": ("application/json", "json"),
}
_NAME = 100


@routes.get("", needs=may("commitment.read"))
def status(request: Request) -> dict[str, Any]:
    """Say how every framework, commitment and practice stands."""
    house = house_of(request)
    with house.database.begin() as tx:
        found: dict[str, Any] = msgspec.to_builtins(told(house.book, current(tx, house.book, house.edges.clock())))
    return found


@routes.get("/due", needs=may("commitment.read"))
def due(
    request: Request,
    signed: Caller,
    days: Annotated[float, Query(ge=0, le=3660)] = 30,
    mine: bool = False,
) -> list[dict[str, Any]]:
    """List practices whose evidence ran out, or does so soon; with `mine`, those that the caller answers for."""
    house = house_of(request)
    with house.database.begin() as tx:
        now = current(tx, house.book, house.edges.clock())
    found = due_of(house.book, now, within=timedelta(days=days), whose=lambda owner: not mine or answers(signed, owner))
    shown: list[dict[str, Any]] = msgspec.to_builtins(found)
    return shown


@routes.get("/register", needs=may("commitment.read"))
def whole(request: Request) -> Response:
    """Give the register with every state, as whoever publishes reads it."""
    house = house_of(request)
    with house.database.begin() as tx:
        made = msgspec.json.encode(register(tx, house.book, house.edges.clock()))
    return Response(made, media_type="application/json")


@routes.get("/export", needs=may("commitment.read"))
def export(
    request: Request,
    form: Annotated[str, Query(max_length=20)] = "json",
    framework: Annotated[str, Query(max_length=_NAME)] = "",
) -> Response:
    """Give the register as a file: a library of CISO Assistant for one framework, CSV, or JSON."""
    house = house_of(request)
    with house.database.begin() as tx:
        made = exported(house.book, register(tx, house.book, house.edges.clock()), form, framework)
    media, suffix = _MEDIA[form]
    name = f"seawall-{framework}" if form == "ciso" else "seawall-commitments"
    return Response(made, media_type=media, headers={"content-disposition": f'attachment; filename="{name}.{suffix}"'})


@routes.get("/explain/{name}", needs=may("commitment.read"))
def explain(name: str, request: Request) -> dict[str, Any]:
    """Say why a practice or a commitment is where it is: rules, records, activities."""
    house = house_of(request)
    with house.database.begin() as tx:
        now = current(tx, house.book, house.edges.clock())
        found: dict[str, Any] = msgspec.to_builtins(explanation(house.book, now, name, activities.every(tx, name)))
    return found


def answers(signed: Signed, owner: str) -> bool:
    """Tell whether somebody answers for what is an owner's: a role that they hold, or themselves."""
    return owner in signed.principal.roles or owner == signed.person.id

"""What the routes of cases share: the office of this house, and a case that a route may speak of."""

from typing import Any

import msgspec
from fastapi import Request

from seawall.cases import Case, Office
from seawall.cases.errors import NoSuchCase
from seawall.cases.rows import find
from seawall.investigations import Desk as Inquiry
from seawall.store import Transaction
from seawall.web.signed import house_of


def office_of(request: Request) -> Office:
    """Return what cases are settled with."""
    office = house_of(request).office
    if office is None:
        raise RuntimeError("no cases are wired in")
    return office


def inquiry_of(request: Request) -> Inquiry:
    """Return what investigations work with."""
    inquiry = house_of(request).inquiry
    if inquiry is None:
        raise RuntimeError("no investigations are wired in")
    return inquiry


def known(tx: Transaction, case: str, *, sealed: bool) -> str:
    """Return the id of a case of this kind: one about child safety is reached by its own routes alone.

    Raises NoSuchCase.
    """
    found = find(tx, case)
    if found.sealed is not sealed:
        raise NoSuchCase(case)
    return found.id


def shown(office: Office, case: Case) -> dict[str, Any]:
    """Return a case as lists show it."""
    told: dict[str, Any] = msgspec.to_builtins(case)
    told |= {"priority": case.priority.name.lower(), "overdue": case.overdue(office.edges.clock())}
    # Which human is behind an account is nobody's business here.
    del told["claimed_human"]
    return told

"""What the pages about one engagement have in common: their path, a form, a confirmation, what a tester is called."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from seawall.access.testers.members import tester_of
from seawall.vocabulary.errors import SeawallError
from seawall.web.api import testers as api
from seawall.web.console.forms import Field
from seawall.web.console.naming import readable_names
from seawall.web.console.page import confirmation, page
from seawall.web.console.testers import STEPS, where
from seawall.web.signed import Signed, house_of


def path_to(known: api.EngagementWhole) -> tuple[tuple[str, str], ...]:
    """Return the steps that lead to a page about an engagement."""
    return (*STEPS, (known.organisation, where(known.id)))


def confirmed(
    request: Request, known: api.EngagementWhole, error: SeawallError | None = None, **values: Any
) -> Response:
    """Return the page that says what will happen to an engagement before a button does it."""
    return confirmation(request, steps=path_to(known), error=error, **values)


def formed(
    request: Request,
    known: api.EngagementWhole,
    fields: tuple[Field, ...],
    values: Mapping[str, str],
    error: SeawallError | None = None,
    **told: Any,
) -> Response:
    """Return a form about an engagement: `told` is its title, lead and button."""
    return page(
        request,
        "form.html",
        steps=path_to(known),
        fields=fields,
        values=values,
        error=error,
        back=where(known.id),
        **told,
    )


def called(request: Request, signed: Signed, person: str) -> str:
    """Return the name of somebody, or their id for whoever may not read people."""
    return readable_names(request, signed, [person]).get(person, person)


def with_tester(request: Request, engagement: str, person: str) -> api.EngagementWhole:
    """Return the engagement of somebody who is in it. Raises NoSuchEngagement, NoSuchTester."""
    known: api.EngagementWhole = api.show(engagement, request)
    with house_of(request).database.begin() as tx:
        tester_of(tx, known.id, person)
    return known

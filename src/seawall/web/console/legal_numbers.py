"""The numbers of legal requests: what was published, what would be of a period, and closing one for good."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from seawall.cases.legal import statistics
from seawall.vocabulary.errors import InvalidInput, SeawallError
from seawall.vocabulary.records.legal import LegalStatisticsClosed
from seawall.web.api import legal_answers as api
from seawall.web.api.legal_shapes import PeriodGiven, bureau_of
from seawall.web.console import legal_words as words
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.page import page, sent_to
from seawall.web.console.times import utc
from seawall.web.errors import BadFields
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/console/legal/numbers", tags=["console"])
_FIELDS = (
    Field(name="since", label="From (UTC)", kind="datetime-local", required=True, words=("period",)),
    Field(name="until", label="Up to, not including (UTC)", kind="datetime-local", required=True),
)


@routes.get("", needs=may("legal.read"))
def every(request: Request) -> Response:
    """Show what was published and, where a period is given, what would be."""
    given = dict(request.query_params)
    if "since" not in given:
        return _page(request, given)
    try:
        wanted = _period(given)
        with house_of(request).database.begin() as tx:
            seen = statistics.preview(tx, bureau_of(request), wanted.since, wanted.until)
    except (InvalidInput, BadFields) as error:
        return _page(request, given, error=error)
    return _page(request, given, seen)


@routes.post("", needs=may("legal.review"))
def close(request: Request, signed: Caller, given: Entered) -> Response:
    """Close the numbers of a period, and publish them."""
    try:
        api.close_numbers(_period(given), request, signed)
    except (InvalidInput, BadFields) as error:
        return _page(request, given, error=error)
    return sent_to("/console/legal/numbers", "legal_numbers")


def _period(given: Mapping[str, str]) -> PeriodGiven:
    return read(PeriodGiven, {name: utc(given.get(name, "")) for name in ("since", "until")})


def _page(
    request: Request,
    given: Mapping[str, str],
    seen: LegalStatisticsClosed | None = None,
    error: SeawallError | None = None,
) -> Response:
    with house_of(request).database.begin() as tx:
        closed = statistics.closed(tx)
    return page(
        request,
        "legal_numbers.html",
        fields=_FIELDS,
        values=given,
        error=error,
        seen=seen,
        closed=closed,
        words=words,
        day=_day,
        smallest=bureau_of(request).limits.smallest_cell,
    )


def _day(stated: str) -> Any:
    return datetime.fromisoformat(stated)

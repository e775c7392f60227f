"""Try a draft of the policy on the past: what would have been decided otherwise. Nothing comes into force."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from seawall.gateway.replay import stored
from seawall.policy import PolicyInvalid, Trial, compile_documents, diff, load_documents, try_draft
from seawall.policy.documents import Documents
from seawall.policy.drafting import drafted, files_of
from seawall.policy.problems import Problem
from seawall.web.console.forms import Entered, Field
from seawall.web.console.page import page
from seawall.web.console.policy import STEPS
from seawall.web.routes import Routes, may
from seawall.web.signed import house_of

routes = Routes("/console/policy/try", tags=["console"])
_FILES = (
    "rules.yaml", "categories.yaml", "policy.yaml", "ladder.yaml", "cascade.yaml", "banners.yaml", "exemptions.yaml",
)  # fmt: skip
_LONGEST, _LISTED = 200_000, 50
_DAYS = (("1", "the last day"), ("7", "the last week"), ("30", "the last thirty days"))
_LIMITS = (("1000", "at most 1,000"), ("5000", "at most 5,000"))
_WHICH = (
    Field(name="days", label="Exchanges of", kind="select", options=_DAYS),
    Field(name="limit", label="How many", kind="select", options=_LIMITS),
)


@routes.get("", needs=may("policy.draft"))
def ask(request: Request) -> Response:
    """Show the files in force, to be changed."""
    base = _base(request)
    return _shown(request, {**files_of(base), "days": "7", "limit": "1000"}, base)


@routes.post("", needs=may("policy.draft"))
def attempt(request: Request, given: Entered) -> Response:
    """Decide past exchanges again by the draft."""
    base, house = _base(request), house_of(request)
    overlays = files_of(base).keys() - set(_FILES)
    changed = {name: given.get(name, "") for name in (*_FILES, *overlays) if name in given}
    try:
        draft = drafted(base, changed)
    except PolicyInvalid as error:
        return _shown(request, given, base, problems=error.problems)
    days, limit = (_chosen(given, each) for each in _WHICH)
    since = house.edges.clock() - timedelta(days=days)
    with house.database.begin() as tx:
        trial = try_draft(compile_documents(draft), stored(tx, since=since, limit=limit), listed=_LISTED)
    return _shown(request, given, base, trial=trial, changes=list(diff(base, draft)))


def _base(request: Request) -> Documents:
    with house_of(request).database.begin() as tx:
        return load_documents(tx)


def _chosen(given: Mapping[str, str], field: Field) -> int:
    known = [value for value, _ in field.options]
    return int(given.get(field.name, "") if given.get(field.name) in known else known[0])


def _shown(
    request: Request,
    values: Mapping[str, str],
    base: Documents,
    *,
    problems: tuple[Problem, ...] = (),
    trial: Trial | None = None,
    changes: Any = (),
) -> Response:
    return page(
        request,
        "policy/try.html",
        status=400 if problems else 200,
        steps=STEPS,
        files=tuple(_fields(base)),
        which=_WHICH,
        values=values,
        problems=problems,
        trial=trial,
        changes=changes,
    )


def _fields(base: Documents) -> Iterator[Field]:
    held = files_of(base)
    for name in (*_FILES, *sorted(held.keys() - set(_FILES))):
        yield Field(name=name, label=name, kind="area", longest=_LONGEST)

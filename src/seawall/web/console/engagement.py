"""One engagement: its conditions and what is used of them, people, keys, statements, history; end it, restore."""

from fastapi import Request
from fastapi.responses import Response

from seawall.access.approvals.requests import open_ones
from seawall.access.testers.safeguards import ACTION
from seawall.vocabulary.errors import Conflict, SeawallError
from seawall.web.api import statements as api_told
from seawall.web.api import testers as api
from seawall.web.console import nav
from seawall.web.console.approvals import readable
from seawall.web.console.approvals import where as where_asked
from seawall.web.console.engagement_forms import confirmed
from seawall.web.console.naming import project_names, readable_names
from seawall.web.console.page import page, sent_to
from seawall.web.console.tester_words import CHECKED, ENDED, HAPPENED, left, refused
from seawall.web.console.testers import STEPS, where
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/console/testers/{engagement}", tags=["console"])


@routes.get("", needs=may("tester.read", of="engagement"))
def show(engagement: str, request: Request, signed: Caller) -> Response:
    """Show an engagement."""
    known = api.show(engagement, request)
    happened, stated = api_told.history(known.id, request), api_told.statements(known.id, request)
    return page(
        request,
        "engagement.html",
        steps=STEPS,
        known=known,
        open=known.state != "ended",
        path=where(known.id),
        names=readable_names(request, signed, _people(known, happened)),
        projects=project_names(request, signed),
        used={"requests": left(known.request_budget, known.requests), "tokens": left(known.token_budget, known.tokens)},
        asked=_asked_for(request, signed, known.id),
        stated=stated,
        happened=happened,
        checked=CHECKED,
        ended=ENDED,
        words=HAPPENED,
    )


@routes.get("/end", needs=may("tester.manage", of="engagement"))
def ask_end(engagement: str, request: Request) -> Response:
    """Say what ending does."""
    return _ending(request, engagement)


@routes.post("/end", needs=may("tester.manage", of="engagement"))
def end(engagement: str, request: Request, signed: Caller) -> Response:
    """End an engagement now."""
    try:
        api.end(engagement, request, signed)
    except Conflict as error:
        return _ending(request, engagement, error)
    return sent_to(where(engagement), "engagement_ended")


@routes.get("/safeguards/restore", needs=may("tester.manage", of="engagement"))
def ask_restoring(engagement: str, request: Request) -> Response:
    """Say what putting the safeguards back does."""
    return _restoring(request, engagement)


@routes.post("/safeguards/restore", needs=may("tester.manage", of="engagement"))
def restore(engagement: str, request: Request, signed: Caller) -> Response:
    """Put the safeguards back."""
    try:
        api.restore(engagement, request, signed)
    except Conflict as error:
        return _restoring(request, engagement, error)
    return sent_to(where(engagement), "safeguards_restored")


def _ending(request: Request, engagement: str, error: SeawallError | None = None) -> Response:
    known = api.show(engagement, request)
    lifted = () if known.safeguards else ("That the safeguards were lifted stays on record, and in every statement.",)
    will = (
        refused(sum(not key.revoked for key in known.keys), "Its"),
        "Nobody can be let in, and nothing of it changes any more. A later test is another engagement.",
        "Its people stay known here, and its statement can still be issued.",
        *lifted,
        "It cannot be undone.",
    )
    title = f"End the engagement with {known.organisation}"
    return confirmed(request, known, error, title=title, will=will, submit="End the engagement")


def _restoring(request: Request, engagement: str, error: SeawallError | None = None) -> Response:
    known = api.show(engagement, request)
    will = (
        "Findings decide about the testers' requests again, from the next one on.",
        "To lift the safeguards anew takes the agreement of others anew.",
    )
    title = f"Put the safeguards of {known.organisation} back"
    return confirmed(request, known, error, title=title, will=will, submit="Put them back")


def _asked_for(request: Request, signed: Signed, engagement: str) -> str:
    """Return the address of an open request to lift the safeguards, where there is one that this person may read."""
    if not nav.could(house_of(request).desk.rights, signed, "approval.read"):
        return ""
    open_ = readable(request, signed, open_ones)
    return next((where_asked(each.id) for each in open_ if (each.act, each.thing) == (ACTION, engagement)), "")


def _people(known: api.EngagementWhole, happened: list[api_told.HappenedShown]) -> set[str]:
    told = {str(each.told.get("person", "")) for each in happened} | {each.by for each in happened}
    validated = {who for each in known.testers for who in (each.person, each.validated_by)}
    return {known.owner, known.made_by} | validated | told

"""Appeal against what a notice tells of, and see what became of it."""

from fastapi import Request
from fastapi.responses import Response

from seawall.cases import appeals, facing
from seawall.cases.links import Opens, issue
from seawall.cases.speaking import marked as _
from seawall.vocabulary.errors import NotFound, SeawallError
from seawall.web.console.forms import Entered, Field
from seawall.web.offices import office_of
from seawall.web.portal.language import entered, refused, say_in, spoken
from seawall.web.portal.notice import NOTICES
from seawall.web.portal.page import page, sent_to
from seawall.web.portal.words import rule_of
from seawall.web.routes import PORTAL, Routes
from seawall.web.signed import house_of

routes = Routes("/portal", tags=["portal"])
_FIELDS = (
    Field(
        name="words",
        label=_("Why should we look at it again?"),
        kind="area",
        hint=_("Say what we got wrong, or what we did not know. Up to 10,000 characters."),
        required=True,
        longest=appeals.LONGEST,
        words=("appeal",),
    ),
)


@routes.get("/notice/{token}/appeal", needs=PORTAL)
def ask(token: str, request: Request) -> Response:
    """Ask why."""
    return _asked(request, token)


@routes.post("/notice/{token}/appeal", needs=PORTAL)
def appeal(token: str, request: Request, given: Entered) -> Response:
    """File the appeal, and lead to its page."""
    house, office = house_of(request), office_of(request)
    try:
        with house.database.begin() as tx:
            link = entered(request, tx, token, *NOTICES)
            decision, exchange = facing.appealed_on(tx, office, link)
            said = given.get("words", "")
            case = appeals.file(tx, office, decision, said, through=link.through, exchange=exchange, by=link.id)
            _made, leads = issue(
                tx, office, Opens.APPEAL, case.id, project=case.project, key=case.key, account=case.account, by=link.id
            )
    except NotFound:
        raise
    except SeawallError as error:
        return _asked(request, token, given, error)
    return sent_to(request, f"/portal/appeal/{leads}")


@routes.get("/appeal/{token}", needs=PORTAL)
def status(token: str, request: Request) -> Response:
    """Show where an appeal is, and its answer."""
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        link = entered(request, tx, token, Opens.APPEAL)
        found = appeals.status(tx, office, link.about, through=link.through)
    return page(request, "appeal.html", appeal=found, now=office.edges.clock())


def _asked(request: Request, token: str, values: Entered | None = None, error: SeawallError | None = None) -> Response:
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        link = entered(request, tx, token, *NOTICES)
        told = facing.told(tx, office, link, say_in(request))
        rule = rule_of(tx, told.category)
    return page(
        request,
        "appealing.html",
        status=error.status if error is not None else 200,
        told=told,
        notice=told.notice,
        rule=rule,
        link=token,
        fields=spoken(_FIELDS, say_in(request)),
        values=values or {},
        wrong=refused(request, error, _FIELDS) if error is not None else None,
    )

"""One's own sessions: end one, or all but this."""

from fastapi import Request
from fastapi.responses import Response

from seawall.access.people import Session, sessions
from seawall.access.people.sessions import IDLE
from seawall.store import Transaction
from seawall.vocabulary.errors import NotFound
from seawall.web.console.page import confirmation, sent_to
from seawall.web.house import House
from seawall.web.routes import SIGNED_IN, Caller, Routes
from seawall.web.signed import house_of

routes = Routes("/console/profile/sessions", tags=["console"])
_BACK = "/console/profile"


class NoSuchSession(NotFound):
    """The person has no such session."""

    code = "access.no_such_session"

    def __init__(self, session: str) -> None:
        super().__init__(f"You have no session {session!r}.", hint="It may have ended; your profile lists them.")


def current(tx: Transaction, house: House, person: str) -> list[Session]:
    """Return the sessions of a person that still hold, newest first."""
    now = house.edges.clock()
    return [each for each in reversed(sessions.live(tx, now, person=person)) if now - each.seen_at < IDLE]


@routes.get("/end-others", needs=SIGNED_IN)
def ask_all(request: Request, signed: Caller) -> Response:
    """Ask whether to end all other sessions."""
    return confirmation(
        request,
        title="End all other sessions",
        steps=(("Profile", _BACK),),
        will=("Every browser and program that is signed in as you, but this one, is signed out at once.",),
        submit="End all others",
    )


@routes.post("/end-others", needs=SIGNED_IN)
def end_all(request: Request, signed: Caller) -> Response:
    """End all other sessions."""
    house, me = house_of(request), signed.person.id
    with house.database.begin() as tx:
        for each in sessions.live(tx, house.edges.clock(), person=me):
            if each.id != signed.session.id:
                sessions.revoke(tx, house.edges, each.id, by=me, reason_code="ended_by_owner")
    return sent_to(_BACK, "sessions_ended")


@routes.get("/{session}/end", needs=SIGNED_IN)
def ask_one(session: str, request: Request, signed: Caller) -> Response:
    """Ask whether to end one session."""
    _mine(request, signed.person.id, session)
    return confirmation(
        request,
        title="End a session",
        steps=(("Profile", _BACK),),
        will=("The browser or program that holds this session is signed out at once.",),
        submit="End the session",
    )


@routes.post("/{session}/end", needs=SIGNED_IN)
def end_one(session: str, request: Request, signed: Caller) -> Response:
    """End one session of one's own."""
    house, me = house_of(request), signed.person.id
    _mine(request, me, session)
    with house.database.begin() as tx:
        sessions.revoke(tx, house.edges, session, by=me, reason_code="ended_by_owner")
    return sent_to(_BACK, "session_ended")


def _mine(request: Request, person: str, session: str) -> None:
    house = house_of(request)
    with house.database.begin() as tx:
        if session not in {each.id for each in sessions.live(tx, house.edges.clock(), person=person)}:
            raise NoSuchSession(session)

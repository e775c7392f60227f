"""The sessions that one process keeps in memory: asked on every request, fresh by NOTIFY.

While its listener is not fresh, nothing here may be trusted: ask `sessions.find` then, which reads the database.
"""

from seawall.access.people.sessions import CHANNEL, Session, SessionEnded, digest, judged, live
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock


class SessionBook:
    """Whose a token is. Written by one thread, read by any."""

    channel = CHANNEL

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sessions: dict[str, Session] = {}
        self._tokens: dict[bytes, Session] = {}

    def load(self, tx: Transaction) -> None:
        """Read everything anew."""
        self._sessions = {session.id: session for session in live(tx, self._clock())}
        self._index()

    def notice(self, tx: Transaction, payload: str) -> None:
        """Read one session anew."""
        others = {name: session for name, session in self._sessions.items() if name != payload}
        self._sessions = others | {session.id: session for session in live(tx, self._clock(), payload)}
        self._index()

    def authenticate(self, token: str | None, bound_to: str) -> Session:
        """Return the session of a token. Raises SessionEnded."""
        known = digest(token) if token else b""
        session = self._tokens.get(known)
        if session is None:
            raise SessionEnded
        return judged(session, known, digest(bound_to), self._clock())

    def _index(self) -> None:
        # Swapped in whole, so that no reader sees half of it.
        found = {session.token: session for session in self._sessions.values()}
        self._tokens = {s.previous: s for s in self._sessions.values() if s.previous is not None} | found

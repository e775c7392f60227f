"""The JSON API under `/api`."""

from seawall.web.api import people, privacy, session, testers
from seawall.web.routes import Routes

ROUTES: tuple[Routes, ...] = (session.routes, people.routes, testers.routes, privacy.routes)

"""The JSON API under `/api`."""

from seawall.web.api import people, session
from seawall.web.routes import Routes

ROUTES: tuple[Routes, ...] = (session.routes, people.routes)

"""The JSON API under `/api`."""

from seawall.web.api import audit, people, recertify, session
from seawall.web.routes import Routes

ROUTES: tuple[Routes, ...] = (session.routes, people.routes, audit.routes, recertify.routes)

"""The JSON API under `/api`."""

from seawall.web.api import acts, approvals, directories, people, session
from seawall.web.routes import Routes

ROUTES: tuple[Routes, ...] = (session.routes, people.routes, directories.routes, acts.routes, approvals.routes)

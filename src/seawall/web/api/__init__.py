"""The JSON API under `/api`."""

from seawall.web.api import directories, people, session
from seawall.web.routes import Routes

ROUTES: tuple[Routes, ...] = (session.routes, people.routes, directories.routes)

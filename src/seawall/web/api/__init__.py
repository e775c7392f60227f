"""The JSON API under `/api`."""

from seawall.web.api import me, people, projects, session
from seawall.web.routes import Routes

ROUTES: tuple[Routes, ...] = (session.routes, me.routes, people.routes, projects.routes)

"""The JSON API under `/api`."""

from seawall.web.api import acts, approvals, me, people, projects, session
from seawall.web.routes import Routes

ROUTES: tuple[Routes, ...] = (
    session.routes,
    me.routes,
    people.routes,
    projects.routes,
    acts.routes,
    approvals.routes,
)

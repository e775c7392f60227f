"""The JSON API under `/api`."""

from seawall.web.api import acts, approvals, audit, me, people, projects, recertify, session
from seawall.web.routes import Routes

ROUTES: tuple[Routes, ...] = (
    session.routes,
    me.routes,
    people.routes,
    projects.routes,
    acts.routes,
    approvals.routes,
    audit.routes,
    recertify.routes,
)

"""The JSON API under `/api`."""

from seawall.web.api import (
    acts,
    approvals,
    audit,
    devices,
    directories,
    me,
    people,
    privacy,
    projects,
    recertify,
    session,
    statements,
    testers,
    tokens,
)
from seawall.web.routes import Routes

ROUTES: tuple[Routes, ...] = (
    session.routes,
    devices.routes,
    me.routes,
    people.routes,
    projects.routes,
    tokens.routes,
    directories.routes,
    acts.routes,
    approvals.routes,
    audit.routes,
    recertify.routes,
    testers.routes,
    statements.routes,
    privacy.routes,
)

"""The JSON API under `/api`."""

from seawall.web.api import (
    acts,
    appeals,
    approvals,
    audit,
    cases,
    cases_together,
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
    v1,
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
    *cases.ROUTES,
    cases_together.routes,
    appeals.routes,
    v1.routes,
)

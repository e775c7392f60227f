"""The JSON API under `/api`."""

from seawall.web.api import (
    accounts,
    acts,
    approvals,
    audit,
    devices,
    directories,
    keys,
    me,
    people,
    policies,
    privacy,
    projects,
    recertify,
    rights,
    session,
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
    keys.routes,
    accounts.routes,
    policies.routes,
    rights.routes,
    tokens.routes,
    directories.routes,
    acts.routes,
    approvals.routes,
    audit.routes,
    recertify.routes,
    testers.routes,
    privacy.routes,
)

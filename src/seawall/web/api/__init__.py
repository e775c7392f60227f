"""The JSON API under `/api`."""

from seawall.web.api import (
    acts,
    approvals,
    audit,
    devices,
    directories,
    people,
    privacy,
    recertify,
    session,
    testers,
    tokens,
)
from seawall.web.routes import Routes

ROUTES: tuple[Routes, ...] = (
    session.routes,
    devices.routes,
    people.routes,
    tokens.routes,
    directories.routes,
    acts.routes,
    approvals.routes,
    audit.routes,
    recertify.routes,
    testers.routes,
    privacy.routes,
)

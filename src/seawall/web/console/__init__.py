"""The console for staff under `/console`: pages made on the server, that work without a script but for passkeys.

    route -> Need -> a room's function -> page(template, values) | sent_to(path, a notice)

A page of its own for each thing; the blocks that pages are made of stand in `templates/blocks.html`, `listing.py` and
`forms.py`. What a page changes, it changes through the same function as the JSON API. Limits: no page keeps anything
in the browser, and a form that outlives its passkey is filled in again.
"""

from seawall.web.console import (
    approval,
    approvals,
    asking,
    assets,
    audit,
    device,
    directories,
    directory,
    glass,
    groups,
    home,
    keys,
    models,
    my_authenticator,
    my_codes,
    my_name,
    my_passkeys,
    my_password,
    my_sessions,
    people,
    person,
    profile,
    project,
    projects,
    recertify,
    rights,
    roles,
    signing,
    stepping,
    token,
    tokens,
)
from seawall.web.console.wrong import error_page
from seawall.web.routes import Routes

ROUTES: tuple[Routes, ...] = (
    assets.routes,
    signing.routes,
    stepping.routes,
    device.routes,
    home.routes,
    recertify.routes,
    profile.routes,
    my_name.routes,
    my_passkeys.routes,
    my_authenticator.routes,
    my_codes.routes,
    my_password.routes,
    my_sessions.routes,
    people.routes,
    person.routes,
    roles.routes,
    directories.routes,
    directory.routes,
    groups.routes,
    tokens.routes,
    token.routes,
    rights.routes,
    projects.routes,
    project.routes,
    keys.routes,
    models.routes,
    approvals.routes,
    asking.routes,
    glass.routes,
    approval.routes,
    audit.routes,
)

__all__ = ["ROUTES", "error_page"]

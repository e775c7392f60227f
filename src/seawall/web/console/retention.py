"""For how long what is kept: each class, what holds now, what holds without settings, and what was set when."""

from fastapi import Request
from fastapi.responses import Response

from seawall.access.privacy import classes, was_set
from seawall.web.console.page import page
from seawall.web.console.privacy import STEPS
from seawall.web.routes import Routes, may
from seawall.web.signed import house_of

routes = Routes("/console/privacy/retention", tags=["console"])


@routes.get("", needs=may("privacy.read"))
def show(request: Request) -> Response:
    """Show for how long each class is kept."""
    house = house_of(request)
    found = classes(house.archive.periods)
    with house.database.begin() as tx:
        history = was_set(tx)
    set_now = {each.name: -1 if each.days is None else each.days for each in found}
    backups = house.archive.backups_kept_days
    agree = bool(history) and (history[0].days, history[0].backups_kept_days) == (set_now, backups)
    return page(request, "retention.html", steps=STEPS, classes=found, backups=backups, history=history, in_force=agree)

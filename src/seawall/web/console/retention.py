"""For how long what is kept: each class, what holds now, what holds without settings, and what was set when."""

from fastapi import Request
from fastapi.responses import Response

from seawall.access.privacy import Archive, classes, was_set
from seawall.web.console.page import page
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
    return page(
        request,
        "retention.html",
        classes=found,
        backups=backups,
        usual_backups=Archive().backups_kept_days,
        history=history,
        in_force=agree,
    )

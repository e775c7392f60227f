"""Pages for cases: what is to be done, one case and its steps, many at once, appeals, quality, and one's own settings.

    queue -> case -> look (recorded) -> steps, asking -> decide

Each page is made twice, by its shelf: for cases, and for those about child safety, under paths and rights of their own.
"""

from seawall.web.console.cases import appeals, asking, case, comfort, exports, queue, samples, steps, together
from seawall.web.routes import Routes

# Fixed paths before those that name a case.
ROUTES: tuple[Routes, ...] = (
    comfort.routes,
    appeals.routes,
    *samples.ROUTES,
    together.routes,
    *queue.ROUTES,
    *case.ROUTES,
    *asking.ROUTES,
    exports.routes,
    *steps.ROUTES,
)

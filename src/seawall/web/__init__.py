"""HTTP for people and their programs: `console` for staff, `api` as JSON. Every route declares who may call it.

    request -> Shield (host, size, headers) -> route -> Need (who is it, may they) -> a room -> JSON or a page

Nothing here decides on rights: `access.rights` does. Limits: the live path is not here but in `gateway`.
"""

from seawall.web.application import application
from seawall.web.house import House

__all__ = ["House", "application"]

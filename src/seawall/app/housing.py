"""Wire the pages and the API of one web process."""

from urllib.parse import urlsplit

from seawall.access.approvals import Desk
from seawall.access.people.links import first_link
from seawall.access.people.passkeys import Site
from seawall.access.rights import put_in_force
from seawall.app.instance import Instance
from seawall.app.publishing import prepare
from seawall.app.settings import Settings
from seawall.web import House


def site_of(settings: Settings) -> Site:
    """Return where browsers reach this instance."""
    url = settings.public_url or f"http://localhost:{settings.port}"
    return Site(domain=urlsplit(url).hostname or "localhost", name="Seawall", origins=(url.rstrip("/"),))


def housed(instance: Instance) -> House:
    """Return what the pages work with."""
    prepare(instance)
    return House(
        database=instance.database(),
        edges=instance.edges(),
        desk=Desk(rights=instance.rights()),
        site=site_of(instance.settings),
    )


def opened(instance: Instance) -> str | None:
    """Record the rules in force, and return the first administrator's link where there is nobody yet."""
    with instance.database().begin() as tx:
        put_in_force(tx, instance.rights(), by="host:start", record=instance.record, clock=instance.clock)
        link = first_link(tx, instance.edges(), embedded=not instance.settings.database_url)
    return None if link is None else f"{site_of(instance.settings).origins[0]}/console/link?token={link.token}"

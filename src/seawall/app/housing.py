"""Wire the pages and the API of one web process."""

import ipaddress
import os
from urllib.parse import urlsplit

from seawall.access.people.links import first_link
from seawall.access.people.passkeys import Site
from seawall.access.rights import follow, put_in_force
from seawall.app.acts import acts
from seawall.app.casework import office
from seawall.app.holders import archive
from seawall.app.identity import providers
from seawall.app.instance import Instance
from seawall.app.investigating import desk
from seawall.app.legalwork import bureau
from seawall.app.preparing import prepare
from seawall.app.risks import board
from seawall.app.settings import BadSettings, Settings
from seawall.app.voting import voting
from seawall.ledger.files import Files
from seawall.ledger.prove import prove
from seawall.web import House
from seawall.web.house import Proofs
from seawall.web.pace import Pace
from seawall.web.shield import Network


def site_of(settings: Settings) -> Site:
    """Return where browsers reach this instance."""
    url = settings.public_url or f"http://localhost:{settings.port}"
    return Site(domain=urlsplit(url).hostname or "localhost", name="Seawall", origins=(url.rstrip("/"),))


def proxies_of(settings: Settings) -> tuple[Network, ...]:
    """Return the networks whose word about a client counts. Raises BadSettings."""
    try:
        return tuple(ipaddress.ip_network(each) for each in settings.proxies)
    except ValueError as error:
        raise BadSettings(f"proxies: {error}.", hint="Write networks such as 10.0.0.0/8 or fd00::/8.") from None


def housed(instance: Instance) -> House:
    """Return what the pages work with."""
    prepare(instance)
    return House(
        database=instance.database(),
        edges=instance.edges(),
        desk=voting(instance),
        site=site_of(instance.settings),
        acts=acts(instance),
        providers=providers(instance.settings, instance.rights(), os.environ),
        pace=Pace(per_minute=instance.settings.sign_ins_per_minute, burst=instance.settings.sign_in_burst),
        portal_pace=_pace(instance.settings.portal_per_minute),
        report_pace=_pace(instance.settings.reports_per_hour, per_minute=1 / 60),
        archive=archive(instance),
        account=instance.account,
        proofs=proofs(instance),
        office=office(instance),
        bureau=bureau(instance),
        inquiry=desk(instance),
        board=board(instance),
        book=instance.book(),
        book_language=instance.settings.register_language,
    )


def _pace(most: float, *, per_minute: float = 1.0) -> Pace:
    """Return a pace of so many at first and again within an hour, or a minute."""
    return Pace(per_minute=most * per_minute, burst=max(1, int(most)))


def proofs(instance: Instance) -> Proofs:
    """Return what makes proof files of the ledger as it is published here."""
    return Proofs(of=lambda tx, record: prove(tx, Files(instance.ledger_dir), record).encode(), key=instance.ledger_key)


def opened(instance: Instance) -> str | None:
    """Record the rules in force, and return the first administrator's link where there is nobody yet."""
    with instance.database().begin() as tx:
        put_in_force(
            tx,
            instance.rights(),
            by="host:start",
            record=instance.record,
            clock=instance.clock,
            takes_over=instance.settings.host_recovery,
        )
        follow(tx, instance.rights())
        link = first_link(tx, instance.edges(), embedded=not instance.settings.database_url)
    return None if link is None else f"{site_of(instance.settings).origins[0]}/console/link?token={link.token}"

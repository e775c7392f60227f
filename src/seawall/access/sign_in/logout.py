"""Back-channel logout: a provider ends, here too, the sessions that came from it. Each of its tokens counts once."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from seawall.access.people import sessions
from seawall.access.people.edges import Edges
from seawall.access.sign_in.admit import subject
from seawall.access.sign_in.checking import OLDEST, SKEW, Expected, logout_claims
from seawall.access.sign_in.provider import Provider, ProviderRefused
from seawall.access.sign_in.providers import Providers
from seawall.access.sign_in.tables import logouts, provider_sessions
from seawall.store import Transaction


def checked_logout(providers: Providers, edges: Edges, provider: Provider, token: str) -> dict[str, Any]:
    """Return what a logout token says. Raises ProviderRefused, ProviderAway."""
    expected = Expected(issuer=provider.issuer, client_id=provider.client_id)
    return providers.checked(provider, edges.clock, lambda keys: logout_claims(token, keys, expected, edges.clock()))


def end_sessions(tx: Transaction, edges: Edges, provider: Provider, claims: dict[str, Any]) -> int:
    """End the sessions that a checked token speaks of; return how many. Raises ProviderRefused for one that came."""
    _once(tx, edges, provider, claims["jti"])
    meant = provider_sessions.c.issuer == provider.issuer
    if isinstance(claims.get("sub"), str):
        meant &= provider_sessions.c.subject == subject(edges, provider, claims["sub"])
    if isinstance(claims.get("sid"), str):
        meant &= provider_sessions.c.sid == edges.lasting("sid", f"{provider.issuer}\0{claims['sid']}")
    found = tx.scalars(select(provider_sessions.c.session).where(meant)).all()
    return sum(sessions.revoke(tx, edges, each, by=provider.actor, reason_code="provider_logout") for each in found)


def _once(tx: Transaction, edges: Edges, provider: Provider, jti: str) -> None:
    now = edges.clock()
    tx.execute(delete(logouts).where(logouts.c.ends_at < now))
    row = {"issuer": provider.issuer, "jti": edges.lasting("jti", jti), "ends_at": now + OLDEST + 2 * SKEW}
    if tx.execute(insert(logouts).values(row).on_conflict_do_nothing().returning(logouts.c.jti)).first() is None:
        raise ProviderRefused("replayed", "This logout token came before.")

"""The code flow: begin in a browser, come back to the same browser, once, within ten minutes.

The state and the nonce are random and kept as digests. The PKCE verifier is a keyed digest of the state, so that
whoever reads the database can make none of them.
"""

import base64
import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any

import msgspec
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from sqlalchemy import delete, insert

from seawall.access.people.edges import Edges
from seawall.access.sign_in.checking import Expected, id_claims
from seawall.access.sign_in.provider import Provider, ProviderRefused
from seawall.access.sign_in.providers import Metadata, Providers, exchange, user_info
from seawall.access.sign_in.tables import begun
from seawall.store import Transaction

GOOD_FOR = timedelta(minutes=10)


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in that came back: it cannot come back again."""

    verifier: str
    nonce: bytes
    onward: str


def begin(
    tx: Transaction, edges: Edges, provider: Provider, known: Metadata, *, browser: str, onward: str, redirect_uri: str
) -> str:
    """Return the address to which a browser goes for signing in. `onward` is where it goes after."""
    state, nonce, now = secrets.token_urlsafe(32), secrets.token_urlsafe(32), edges.clock()
    tx.execute(delete(begun).where(begun.c.ends_at < now))
    row = {"state": _digest(state), "provider": provider.name, "nonce": _digest(nonce), "browser": _digest(browser)}
    tx.execute(insert(begun).values(row | {"next": onward, "ends_at": now + GOOD_FOR}))
    found: str = prepare_grant_uri(
        known.authorization_endpoint,
        provider.client_id,
        "code",
        redirect_uri=redirect_uri,
        scope=list(provider.scopes),
        state=state,
        nonce=nonce,
        code_challenge=create_s256_code_challenge(_verifier(edges, state)),
        code_challenge_method="S256",
    )
    return found


def spend(tx: Transaction, edges: Edges, provider: Provider, state: str, *, browser: str) -> Spent | None:
    """Return what was begun with a state in this browser, and use it up; None where there is no such thing.

    One that comes from another browser stays, as whoever guessed or stole it must not end it.
    """
    mine = (begun.c.state == _digest(state)) & (begun.c.provider == provider.name)
    mine &= (begun.c.browser == _digest(browser)) & (begun.c.ends_at > edges.clock())
    row = tx.execute(delete(begun).where(mine).returning(begun.c.nonce, begun.c.next)).first()
    return None if row is None else Spent(verifier=_verifier(edges, state), nonce=row.nonce, onward=row.next)


def claims_for(
    providers: Providers, edges: Edges, provider: Provider, spent: Spent, *, code: str, redirect_uri: str
) -> dict[str, Any]:
    """Return what a provider says of whoever came back with a code. Raises ProviderAway, ProviderRefused."""
    known = providers.metadata(provider, edges.clock)
    tokens = exchange(provider, known, code=code, verifier=spent.verifier, redirect_uri=redirect_uri)
    expected = Expected(
        issuer=known.issuer, client_id=provider.client_id, nonce=spent.nonce, access_token=tokens.access_token
    )
    claims = providers.checked(
        provider, edges.clock, lambda keys: id_claims(tokens.id_token, keys, expected, edges.clock())
    )
    wanted = {"email", *((provider.group_claim,) if provider.roles else ())}
    if wanted <= claims.keys() or not (known.userinfo_endpoint and tokens.access_token):
        return claims
    more = user_info(provider, known, tokens.access_token)
    if more.get("sub") != claims["sub"]:
        raise ProviderRefused("wrong_userinfo", "The provider tells of somebody else than it signed for.")
    # What was signed stands; an address counts with its own word on whether it was verified.
    known_address = {"email", "email_verified"} if "email" in claims else set()
    return {name: value for name, value in more.items() if name not in known_address} | claims


def _verifier(edges: Edges, state: str) -> str:
    return base64.urlsafe_b64encode(edges.keyed("pkce", state)).rstrip(b"=").decode()


def _digest(value: str) -> bytes:
    return sha256(value.encode("utf-8", "surrogatepass")).digest()

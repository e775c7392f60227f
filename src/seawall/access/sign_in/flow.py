"""The code flow: begin in a browser, come back to the same browser, once, within ten minutes.

    begin -> (address there, sealed cookie) -> the provider -> opened(cookie, state) -> claims_for -> spend

What was begun lies in a cookie of the browser, sealed with the secret of people and bound to the state, and nowhere
here: whoever asks to begin without end fills nothing. A row is kept only of what came back with a provider's word, so
that it cannot come back again. Limits: of two sign-ins that one browser begins, the later one can come back.
"""

import base64
import binascii
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from nacl.exceptions import CryptoError
from nacl.secret import Aead
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as upsert

from seawall.access.people.edges import Edges
from seawall.access.sign_in.checking import Expected, id_claims
from seawall.access.sign_in.provider import Provider, ProviderRefused
from seawall.access.sign_in.providers import Metadata, Providers, exchange, user_info
from seawall.access.sign_in.tables import spent
from seawall.store import Transaction

GOOD_FOR = timedelta(minutes=10)
_KEY = ("sign-in", "begun")


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in that a browser began; `onward` is where it goes after."""

    verifier: str
    nonce: bytes
    onward: str
    ends_at: datetime


def begin(edges: Edges, provider: Provider, known: Metadata, *, onward: str, redirect_uri: str) -> tuple[str, str]:
    """Return the address to which a browser goes for signing in, and what it keeps meanwhile."""
    state, nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    begun = Begun(verifier=verifier, nonce=_digest(nonce), onward=onward, ends_at=edges.clock() + GOOD_FOR)
    where: str = prepare_grant_uri(
        known.authorization_endpoint,
        provider.client_id,
        "code",
        redirect_uri=redirect_uri,
        scope=list(provider.scopes),
        state=state,
        nonce=nonce,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
    )
    return where, _sealed(edges, begun, provider, state)


def opened(edges: Edges, provider: Provider, state: str, kept: str) -> Begun | None:
    """Return what a browser began with a state, by what it kept; None where that is none, or has run out."""
    try:
        sealed = base64.urlsafe_b64decode(kept.encode())
    except (binascii.Error, ValueError):
        return None
    for key in edges.every_keyed(*_KEY):
        try:
            begun = msgspec.msgpack.decode(Aead(key).decrypt(sealed, _about(provider, state)), type=Begun)
        except (CryptoError, ValueError, TypeError):
            continue
        return begun if begun.ends_at > edges.clock() else None
    return None


def spend(tx: Transaction, edges: Edges, state: str) -> bool:
    """Use a state up; tell whether it was not before."""
    now = edges.clock()
    tx.execute(delete(spent).where(spent.c.ends_at < now))
    row = {"state": _digest(state), "ends_at": now + GOOD_FOR}
    made = upsert(spent).values(row).on_conflict_do_nothing().returning(spent.c.state)
    return tx.execute(made).first() is not None


def claims_for(
    providers: Providers, edges: Edges, provider: Provider, begun: Begun, *, code: str, redirect_uri: str
) -> dict[str, Any]:
    """Return what a provider says of whoever came back with a code. Raises ProviderAway, ProviderRefused."""
    known = providers.metadata(provider, edges.clock)
    tokens = exchange(provider, known, code=code, verifier=begun.verifier, redirect_uri=redirect_uri)
    expected = Expected(
        issuer=known.issuer, client_id=provider.client_id, nonce=begun.nonce, access_token=tokens.access_token
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


def _sealed(edges: Edges, begun: Begun, provider: Provider, state: str) -> str:
    sealed = Aead(edges.keyed(*_KEY)).encrypt(msgspec.msgpack.encode(begun), _about(provider, state))
    return base64.urlsafe_b64encode(bytes(sealed)).decode()


def _about(provider: Provider, state: str) -> bytes:
    """Return what a sealed cookie belongs to: it opens for no other provider and no other state."""
    return f"{provider.name}\0{state}".encode("utf-8", "surrogatepass")


def _digest(value: str) -> bytes:
    return sha256(value.encode("utf-8", "surrogatepass")).digest()

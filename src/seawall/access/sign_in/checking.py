"""Check tokens that a provider signed. Pure: the keys, what is expected and the moment come as arguments.

Only signatures with a public key count; what the header says of its algorithm is held against a list, and the key must
be one for it. A key is chosen by its `kid`; without one, there must be exactly one that fits.
"""

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256, sha384, sha512
from typing import Any

import msgspec
from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from seawall.access.sign_in.provider import ProviderRefused, UnknownKey

# Which kind of key each takes, and the hash of its `at_hash`.
ALGORITHMS: Mapping[str, tuple[type[Key], Any]] = {
    "RS256": (RSAKey, sha256),
    "RS384": (RSAKey, sha384),
    "RS512": (RSAKey, sha512),
    "PS256": (RSAKey, sha256),
    "PS384": (RSAKey, sha384),
    "PS512": (RSAKey, sha512),
    "ES256": (ECKey, sha256),
    "ES384": (ECKey, sha384),
    "ES512": (ECKey, sha512),
    "EdDSA": (OKPKey, sha512),
    "Ed25519": (OKPKey, sha512),
}
SKEW = timedelta(seconds=60)
OLDEST = timedelta(minutes=10)
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
_LONGEST = 64 * 1024
_WEAKEST_RSA_BITS = 2048
_registry = jws.JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What a token must say. `nonce` is the SHA-256 of the one that was sent."""

    issuer: str
    client_id: str
    nonce: bytes = b""
    access_token: str = ""


def keys_of(document: Any) -> tuple[Key, ...]:
    """Return the usable public keys of a key set; others are left out. Raises ProviderRefused."""
    found = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise ProviderRefused("bad_keys", "The provider's list of keys is none.")
    return tuple(key for each in found[:100] if (key := _key(each)) is not None)


def id_claims(token: str, keys: tuple[Key, ...], expected: Expected, now: datetime) -> dict[str, Any]:
    """Return what an id_token says, all of it checked. Raises ProviderRefused, UnknownKey."""
    claims, algorithm = _signed(token, keys)
    _about_time(claims, expected, now)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(sha256(nonce.encode()).digest(), expected.nonce):
        raise ProviderRefused("wrong_nonce", "The provider's answer belongs to another sign-in.")
    if "events" in claims:
        raise ProviderRefused("wrong_kind", "The provider sent another kind of token.")
    stated = claims.get("at_hash")
    if stated is not None and stated != _half(algorithm, expected.access_token):
        raise ProviderRefused("wrong_at_hash", "The provider's two tokens do not belong together.")
    return claims


def logout_claims(token: str, keys: tuple[Key, ...], expected: Expected, now: datetime) -> dict[str, Any]:
    """Return what a logout_token says, all of it checked but whether it came before. Raises as `id_claims` does."""
    claims, _ = _signed(token, keys)
    _about_time(claims, expected, now, subject=False)
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT), dict) or "nonce" in claims:
        raise ProviderRefused("wrong_kind", "This is no logout token.")
    if not any(isinstance(claims.get(name), str) and claims[name] for name in ("sub", "sid")):
        raise ProviderRefused("bad_claims", "The logout token names nobody.")
    if not isinstance(claims.get("jti"), str) or not claims["jti"]:
        raise ProviderRefused("bad_claims", "The logout token has no identifier.")
    return claims


def _signed(token: str, keys: tuple[Key, ...]) -> tuple[dict[str, Any], str]:
    if not token or len(token) > _LONGEST:
        raise ProviderRefused("malformed", "The provider sent no usable token.")
    header = _header(token)
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise ProviderRefused("wrong_algorithm", "The provider's answer is not signed in a way that is accepted here.")
    key = _chosen(header, algorithm, keys)
    try:
        return jwt.decode(token, key, registry=_registry).claims, algorithm
    except (JoseError, ValueError, TypeError):
        raise ProviderRefused("wrong_signature", "The signature of the provider's answer is wrong.") from None


def _header(token: str) -> dict[str, Any]:
    part = token.partition(".")[0]
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        found = None
    if not isinstance(found, dict) or token.count(".") != 2:
        raise ProviderRefused("malformed", "The provider sent no usable token.")
    return found


def _chosen(header: Mapping[str, Any], algorithm: str, keys: tuple[Key, ...]) -> Key:
    kind = ALGORITHMS[algorithm][0]
    fitting = [key for key in keys if isinstance(key, kind) and key.get("alg") in (None, algorithm)]
    if "kid" in header:
        fitting = [key for key in fitting if key.get("kid") == header["kid"]]
    if len(fitting) != 1:
        raise UnknownKey
    return fitting[0]


def _key(given: Any) -> Key | None:
    """Return a key as a public one; None for what is no signature key or cannot be read."""
    kinds: dict[Any, type[RSAKey | ECKey | OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
    kind = kinds.get(given.get("kty")) if isinstance(given, dict) else None
    if kind is None or given.get("use", "sig") != "sig" or "d" in given:
        return None
    try:
        made = kind.import_key(given)
        made.public_key  # noqa: B018 - what cannot be a key says so here
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    weak = isinstance(made, RSAKey) and made.public_key.key_size < _WEAKEST_RSA_BITS
    return None if weak else made


def _about_time(claims: dict[str, Any], expected: Expected, now: datetime, *, subject: bool = True) -> None:
    """Check issuer, audience and times."""
    registry = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=int(SKEW.total_seconds()),
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": subject},
    )
    try:
        registry.validate(claims)
    except ExpiredTokenError:
        raise ProviderRefused("expired", "The provider's answer has run out.") from None
    except JoseError as error:
        claim = getattr(error, "claim", "") or "claims"
        raise ProviderRefused(f"wrong_{claim}", f"The provider's answer is not for here: {claim}.") from None
    if now.timestamp() - claims["iat"] > (OLDEST + SKEW).total_seconds():
        raise ProviderRefused("too_old", "The provider's answer was made too long ago.")
    audience = claims["aud"]
    others = isinstance(audience, list) and set(audience) != {expected.client_id}
    if claims.get("azp", None if others else expected.client_id) != expected.client_id:
        raise ProviderRefused("wrong_azp", "The provider's answer was made for another program.")


def _half(algorithm: str, access_token: str) -> str:
    made = ALGORITHMS[algorithm][1](access_token.encode()).digest()
    return base64.urlsafe_b64encode(made[: len(made) // 2]).rstrip(b"=").decode()

"""The providers of an instance: what each publishes of itself, fetched when needed and kept for a while.

A key that is not known is asked for once, and then not for a minute, so that nobody makes us ask by sending junk. What
cannot be fetched anew is used for a day longer. The memory is of this process.
"""

import base64
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import quote_plus, urlencode, urlsplit

import msgspec
from authlib.oauth2.rfc6749.parameters import prepare_token_request
from joserfc.jwk import Key

from seawall.access.sign_in.checking import keys_of
from seawall.access.sign_in.provider import NoSuchProvider, Provider, ProviderAway, ProviderRefused, UnknownKey
from seawall.net import NetError
from seawall.net.once import Answer, ask
from seawall.vocabulary.clock import Clock

FRESH_FOR = timedelta(hours=1)
USED_FOR = timedelta(days=1)
AGAIN_AFTER = timedelta(minutes=1)
_LIMIT = 512 * 1024
T = TypeVar("T")


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider publishes of itself (OpenID Connect Discovery), as far as it is used here."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider gives for a code."""

    id_token: str
    access_token: str = ""


class _Kept(Generic[T]):
    """Something that was fetched, and when; one thread fetches at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value: T | None = None
        self._at = self._tried = datetime.min.replace(tzinfo=UTC)

    def get(self, now: datetime, fetch: Callable[[], T], *, renew: bool = False) -> T:
        """Return it, fetched anew where it is old or `renew` asks; the former where that fails or just did.

        Raises what `fetch` raises, where there is none from before.
        """
        with self._lock:
            held = self._value if now - self._at < USED_FOR else None
            if held is not None and (now - self._tried < AGAIN_AFTER or (now - self._at < FRESH_FOR and not renew)):
                return held
            self._tried = now
            try:
                self._value, self._at = fetch(), now
            except (ProviderAway, ProviderRefused):
                if held is None:
                    raise
                return held
            return self._value


class _Known:
    """What was fetched of one provider."""

    def __init__(self) -> None:
        self.metadata, self.keys = _Kept[Metadata](), _Kept[tuple[Key, ...]]()


class Providers:
    """The providers by name, with what they publish."""

    def __init__(self, providers: tuple[Provider, ...] = ()) -> None:
        self._providers = {each.name: each for each in providers}
        if len(self._providers) != len(providers):
            raise ValueError("two identity providers share a name")
        self._known = {name: _Known() for name in self._providers}

    def __iter__(self) -> Iterator[Provider]:
        return iter(self._providers.values())

    def named(self, name: str) -> Provider:
        """Return a provider. Raises NoSuchProvider."""
        if name not in self._providers:
            raise NoSuchProvider(name, tuple(self._providers))
        return self._providers[name]

    def metadata(self, provider: Provider, clock: Clock) -> Metadata:
        """Return what a provider publishes of itself. Raises ProviderAway."""
        return self._known[provider.name].metadata.get(clock(), lambda: _discovered(provider))

    def checked(self, provider: Provider, clock: Clock, check: Callable[[tuple[Key, ...]], T]) -> T:
        """Return what a check with the provider's keys gives; with newer ones where it asks for them.

        Raises what the check raises, ProviderAway.
        """
        try:
            return check(self._keys(provider, clock, renew=False))
        except UnknownKey:
            return check(self._keys(provider, clock, renew=True))

    def _keys(self, provider: Provider, clock: Clock, *, renew: bool) -> tuple[Key, ...]:
        where = self.metadata(provider, clock).jwks_uri
        kept = self._known[provider.name].keys
        return kept.get(clock(), lambda: keys_of(_document(provider, where)), renew=renew)


def exchange(provider: Provider, known: Metadata, *, code: str, verifier: str, redirect_uri: str) -> Tokens:
    """Return the tokens that a provider gives for a code. Raises ProviderAway, ProviderRefused."""
    public = {} if provider.client_secret else {"client_id": provider.client_id}
    body = prepare_token_request(
        "authorization_code", redirect_uri=redirect_uri, code=code, code_verifier=verifier, **public
    )
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    if provider.client_secret and "client_secret_basic" in known.token_endpoint_auth_methods_supported:
        headers["authorization"] = _basic(provider)
    elif provider.client_secret:
        body += "&" + urlencode({"client_id": provider.client_id, "client_secret": provider.client_secret})
    answer = _asked(provider, "POST", known.token_endpoint, body.encode(), headers)
    if answer.status in (400, 401):
        raise ProviderRefused("code_refused", "The provider does not accept its code any more.")
    return _read(provider, answer, Tokens)


def user_info(provider: Provider, known: Metadata, access_token: str) -> dict[str, Any]:
    """Return what a provider tells of whom it gave an access token for. Raises ProviderAway."""
    return _read(
        provider,
        _asked(provider, "GET", known.userinfo_endpoint, None, {"authorization": f"Bearer {access_token}"}),
        dict[str, Any],
    )


def _discovered(provider: Provider) -> Metadata:
    where = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    found = _read(provider, _asked(provider, "GET", where, None, {}), Metadata)
    # Whoever answers for an issuer must be that very one, or it could speak for another.
    if found.issuer != provider.issuer:
        raise ProviderAway(provider.name, "calls itself by another issuer")
    wanted = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri, found.userinfo_endpoint)
    for each in filter(None, wanted):
        if urlsplit(each).scheme not in (("https", "http") if provider.private else ("https",)):
            raise ProviderAway(provider.name, "names an address that is not https")
    return found


def _basic(provider: Provider) -> str:
    """Return the header that proves who we are; each part is encoded first (RFC 6749, section 2.3.1)."""
    pair = f"{quote_plus(provider.client_id)}:{quote_plus(provider.client_secret)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _document(provider: Provider, where: str) -> dict[str, Any]:
    return _read(provider, _asked(provider, "GET", where, None, {}), dict[str, Any])


def _asked(provider: Provider, method: str, where: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    try:
        return ask(method, where, body=body, headers=headers, private=provider.private, limit=_LIMIT)
    except NetError as error:
        raise ProviderAway(provider.name, f"cannot be asked ({error.code})") from None


def _read(provider: Provider, answer: Answer, shape: type[T]) -> T:
    if answer.status != 200:
        raise ProviderAway(provider.name, f"answers with status {answer.status}")
    try:
        return msgspec.convert(json.loads(answer.body), shape)
    except (ValueError, RecursionError):
        raise ProviderAway(provider.name, "answers with something that is not what the protocol says") from None

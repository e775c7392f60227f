"""An identity provider as an operator describes it, and the refusals that speak of it."""

from collections.abc import Mapping

import msgspec

from seawall.vocabulary.errors import NotFound, SeawallError


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to believe about what. `private` lets requests to it go to addresses that are not on the public internet.

    `roles` says which of its groups hold which roles here. `email_domains` are the only ones that may come, if any are
    named. `adds_unknown` makes people known who were not; `ties_local` lets a person who was added by hand sign in
    through it, by their verified address.
    """

    name: str
    label: str
    issuer: str
    client_id: str
    client_secret: str = ""
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    group_claim: str = "groups"
    roles: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    email_domains: tuple[str, ...] = ()
    adds_unknown: bool = False
    ties_local: bool = False
    private: bool = False

    def __repr__(self) -> str:
        # Never its secret, wherever it is shown.
        return f"Provider({self.name!r})"

    @property
    def actor(self) -> str:
        """Return who does what it causes, as records name it."""
        return f"provider:{self.name}"

    @property
    def href(self) -> str:
        """Return where signing in through it begins."""
        return f"/auth/oidc/{self.name}/start"


class NoSuchProvider(NotFound):
    """No identity provider has that name."""

    code = "sign_in.no_such_provider"

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        told = f"There are: {', '.join(known)}." if known else "`identity_providers` in seawall.toml names them."
        super().__init__(f"There is no identity provider {name!r}.", hint=told)


class ProviderRefused(SeawallError):
    """What a provider, or whoever pretends to be it, said is not believed. `reason_code` goes into the record."""

    code, status = "sign_in.refused", 401

    def __init__(self, reason_code: str, message: str, *, hint: str = "Begin the sign-in again.") -> None:
        super().__init__(message, hint=hint)
        self.reason_code = reason_code


class UnknownKey(ProviderRefused):
    """A token is signed with a key that the provider did not publish when it was last asked."""

    def __init__(self) -> None:
        super().__init__("unknown_key", "The provider's answer is signed with a key that it does not publish.")


class ProviderAway(SeawallError):
    """A provider does not answer, or not as the protocol says."""

    code, status = "sign_in.provider_away", 502

    def __init__(self, name: str, what: str) -> None:
        super().__init__(
            f"The identity provider {name!r} {what}.", hint="Try again; if it stays, tell whoever runs it."
        )

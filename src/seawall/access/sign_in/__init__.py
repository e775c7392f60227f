"""Sign-in through others: identity providers by OpenID Connect, and programs that a person lets in (device flow).

    begin -> the provider -> callback -> spend -> exchange code -> check id_token -> admit -> Proof

What a provider says is believed only where its signature, issuer, audience, time and nonce are right, and then only
about who somebody is. What they may do is decided in `access.rights`. Whatever goes out goes through `net`. Limits: no
encrypted tokens, no sign-out at the provider when somebody signs out here; names and addresses are taken once.
"""

from seawall.access.sign_in.provider import Provider, ProviderRefused
from seawall.access.sign_in.providers import Providers

__all__ = ["Provider", "ProviderRefused", "Providers"]

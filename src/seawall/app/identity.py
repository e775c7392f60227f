"""Identity providers from the settings: their secrets from the environment, their roles held against the rules."""

from collections.abc import Mapping

from seawall.access.rights import Rights
from seawall.access.sign_in import Provider, Providers
from seawall.app.settings import BadSettings, ProviderSetting, Settings


def providers(settings: Settings, rights: Rights, environment: Mapping[str, str]) -> Providers:
    """Return the identity providers. Raises BadSettings, NoSuchRole."""
    given = settings.identity_providers
    names = [each.name for each in given]
    for name in names:
        if names.count(name) > 1:
            raise BadSettings(f"identity_providers: two are called {name!r}.", hint="Their names lead to their routes.")
    return Providers(tuple(_provider(each, rights, environment) for each in given))


def _provider(given: ProviderSetting, rights: Rights, environment: Mapping[str, str]) -> Provider:
    where = f"identity_providers: {given.name}"
    if "openid" not in given.scopes:
        raise BadSettings(f"{where}: scopes have no 'openid'.", hint="Without it nobody says who signs in.")
    if not given.private and not given.issuer.startswith("https://"):
        raise BadSettings(f"{where}: issuer {given.issuer!r} is not https.", hint="`private = true` allows it inside.")
    if given.adds_unknown and not given.email_domains:
        raise BadSettings(f"{where}: adds_unknown needs email_domains.", hint="Name the domains whose people may come.")
    for role in (role for held in given.roles.values() for role in held):
        rights.known_role(role)
    fields = {field: getattr(given, field) for field in Provider.__struct_fields__ if field != "client_secret"}
    return Provider(**fields | {"label": given.label or given.name}, client_secret=_secret(given, environment))


def _secret(given: ProviderSetting, environment: Mapping[str, str]) -> str:
    if not given.client_secret_env:
        return ""
    secret = environment.get(given.client_secret_env, "")
    if not secret:
        raise BadSettings(
            f"identity_providers: {given.name}: {given.client_secret_env} is not set.",
            hint="client_secret_env names the variable with the client's secret.",
        )
    return secret

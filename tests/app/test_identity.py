"""Identity providers as an operator writes them down, and what is wrong with them said with its place."""

from pathlib import Path
from typing import Any

import pytest

from seawall.access.rights import load
from seawall.access.rights.rights import NoSuchRole
from seawall.access.sign_in import Provider
from seawall.app.identity import providers
from seawall.app.settings import BadSettings, read

_WHOLE = """
[[identity_providers]]
name = "corp"
label = "Corp"
issuer = "https://sso.corp.test"
client_id = "seawall"
client_secret_env = "CORP_SECRET"
email_domains = ["corp.test"]
adds_unknown = true

[identity_providers.roles]
"seawall-reviewers" = ["reviewer"]
"""


def known(folder: Path, text: str, environment: dict[str, str] | None = None) -> list[Provider]:
    (folder / "seawall.toml").write_text(text)
    return list(providers(read({}, folder), load(), environment or {}))


def test_a_provider_stands_in_the_file_and_its_secret_in_the_environment(tmp_path: Path) -> None:
    (corp,) = known(tmp_path, _WHOLE, {"CORP_SECRET": "s"})
    assert (corp.client_secret, corp.actor, corp.href) == ("s", "provider:corp", "/auth/oidc/corp/start")
    assert (corp.roles, corp.ties_local, corp.private) == ({"seawall-reviewers": ("reviewer",)}, False, False)


def test_no_secret_makes_a_public_client(tmp_path: Path) -> None:
    (corp,) = known(tmp_path, _WHOLE.replace('client_secret_env = "CORP_SECRET"', ""))
    assert corp.client_secret == ""


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("", "", "corp: CORP_SECRET is not set"),
        ("https://sso", "http://sso", "corp: issuer 'http://sso.corp.test' is not https"),
        ("https://sso.corp.test", "sso.corp.test", "issuer"),
        ('email_domains = ["corp.test"]', "", "corp: adds_unknown needs email_domains"),
        ("client_id", 'scopes = ["email"]\nclient_id', "corp: scopes have no 'openid'"),
        ('name = "corp"', 'name = "Corp!"', "name"),
        ("label", "lable", "unknown field `lable`"),
        ("", _WHOLE, "two are called 'corp'"),
    ],
)
def test_what_is_wrong_with_a_provider_is_told(tmp_path: Path, before: str, after: str, told: str) -> None:
    text = _WHOLE.replace(before, after, 1) if before else after + _WHOLE
    with pytest.raises(BadSettings) as caught:
        known(tmp_path, text)
    assert told in caught.value.message


def test_groups_lead_to_roles_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(NoSuchRole, match="emperor"):
        known(tmp_path, _WHOLE.replace('"reviewer"', '"emperor"'), {"CORP_SECRET": "s"})


def test_a_secret_is_not_shown_with_its_provider(tmp_path: Path) -> None:
    (corp,) = known(tmp_path, _WHOLE, {"CORP_SECRET": "canary"})
    said: Any = (repr(corp), str(corp))
    assert "canary" not in "".join(said)

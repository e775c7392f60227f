"""An identity provider, and a house that takes it."""

from collections.abc import Iterator

import msgspec
import pytest

from seawall.access.sign_in import Provider, Providers
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.web.issuer import CLIENT, SECRET, Issuer, issuing


@pytest.fixture
def issuer(clock: FrozenClock) -> Iterator[Issuer]:
    with issuing(clock) as made:
        yield made


@pytest.fixture
def provider(issuer: Issuer) -> Provider:
    """What the operator says of it."""
    return Provider(
        name="corp",
        label="Corp",
        issuer=issuer.url,
        client_id=CLIENT,
        client_secret=SECRET,
        roles={"staff": ("reviewer",), "chiefs": ("legal", "security")},
        email_domains=("people.test",),
        adds_unknown=True,
        private=True,
    )


@pytest.fixture
def house(house: House, provider: Provider) -> House:
    return msgspec.structs.replace(house, providers=Providers((provider,)))

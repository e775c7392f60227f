"""A stand-in endpoint and judges that ask it."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from seawall.net import GuardedClient
from seawall.screen.judges import BY_NAME, Contract, Judge
from tests.conftest import FrozenClock
from tests.screen.judges.server import Endpoint

Make = Callable[..., Judge]


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    endpoint = Endpoint()
    await endpoint.start()
    yield endpoint
    await endpoint.stop()


@pytest.fixture
async def make(endpoint: Endpoint, clock: FrozenClock) -> AsyncIterator[Make]:
    """Make a judge of a format that asks the endpoint."""
    async with GuardedClient() as client:

        def made(name: str, **contract: Any) -> Judge:
            basis = {"name": "guard", "model": "m-1", "base_url": endpoint.url, "private": True, "deadline_s": 30.0}
            return Judge(Contract(**(basis | contract)), BY_NAME[name], client, credential="sesame", clock=clock)  # type: ignore[arg-type]

        yield made

"""One request and its whole answer, for code that is not asynchronous. It may not run where an event loop does.

Made for what is asked rarely: a client is opened and closed for each. The answer as a whole is bounded in time.
"""

import asyncio
from collections.abc import Mapping

import msgspec

from seawall.net.client import GuardedClient
from seawall.net.errors import TimedOut


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A whole answer."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    private: bool = False,
    limit: int = 1024 * 1024,
    within_s: float = 10.0,
) -> Answer:
    """Send one request and return the whole answer. Raises AddressRefused, Unreachable, TimedOut, Cut, TooLong."""

    async def exchange() -> Answer:
        async with (
            asyncio.timeout(within_s),
            GuardedClient(connections=1) as client,
            client.request(method, url, body, headers or {}, private=private, timeout_s=within_s) as reply,
        ):
            given = {name.lower(): value for name, value in reply.headers.items()}
            return Answer(status=reply.status, headers=given, body=await reply.read(limit))

    try:
        return asyncio.run(exchange())
    except TimeoutError:
        raise TimedOut(
            "An answer did not come in time.", hint="Is the server overloaded, or the address wrong?"
        ) from None

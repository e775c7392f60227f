"""Witnesses as the settings name them, asked through the guarded client."""

import asyncio
from collections.abc import Sequence
from functools import partial

from seawall.app.settings import WitnessSetting
from seawall.ledger.witness import Answer, Witness, parse_vkey
from seawall.net import GuardedClient, NetError

_MOST = 64 * 1024


def witnesses(given: Sequence[WitnessSetting]) -> tuple[Witness, ...]:
    """Return the witnesses of the settings. Raises NoteInvalid for a malformed key."""
    made = []
    for each in given:
        name, public = parse_vkey(each.key)
        made.append(Witness(url=each.url.rstrip("/"), name=name, public=public, post=partial(_post, each.private)))
    return tuple(made)


def _post(private: bool, url: str, body: bytes) -> Answer:
    """Send a request from the sequencer's thread. Raises OSError, which the caller takes for an absent witness."""
    try:
        return asyncio.run(_send(private, url, body))
    except NetError as error:
        raise OSError(error.message) from error


async def _send(private: bool, url: str, body: bytes) -> Answer:
    async with (
        GuardedClient(connections=2) as client,
        client.post(url, body, {"content-type": "text/plain"}, private=private, timeout_s=10.0) as reply,
    ):
        return Answer(reply.status, reply.headers.get("content-type", ""), await reply.read(_MOST))

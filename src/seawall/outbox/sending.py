"""How a delivery reaches the other side: a webhook in the form of Standard Webhooks, or an e-mail.

A webhook counts as taken when it answers 2xx; a redirect is a failure. Its body holds ids and codes.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

import msgspec
from standardwebhooks import Webhook

from seawall.net.mail import Letter, MailServer, post
from seawall.net.once import ask
from seawall.outbox.endpoints import find as find_endpoint
from seawall.outbox.errors import NoAddress, NoMail, NotTaken
from seawall.outbox.kinds import Channel, Delivery, Event
from seawall.store import Transaction
from seawall.vault import Vault
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.ids import ItemId

_MOST = 64 * 1024
_WITHIN_S = 15.0
# Makes the letter of an event, to an address, in a language.
Compose = Callable[[Transaction, Delivery, Event, str], Letter]
# Says where somebody who works here is reached.
Reach = Callable[[Transaction, str], str]
_PERSON = "pe_"


def _nobody(_tx: Transaction, _person: str) -> str:
    raise NoAddress


class Sender:
    """Sends deliveries, each on its channel. Without a `server` there is no e-mail."""

    def __init__(
        self, vault: Vault, clock: Clock, *, server: MailServer | None, compose: Compose, reach: Reach = _nobody
    ) -> None:
        self._vault, self._clock, self._server, self._compose, self._reach = vault, clock, server, compose, reach

    def __call__(self, tx: Transaction, delivery: Delivery, event: Event) -> int:
        """Send one; return the status that came back. Raises NotTaken, NoSuchEndpoint, NoMail, NoAddress, NetError."""
        if delivery.channel is Channel.WEBHOOK:
            return self._hook(tx, delivery, event)
        if self._server is None:
            raise NoMail
        named = delivery.address or ""
        person = named.startswith(_PERSON)
        address = self._reach(tx, named) if person else self._vault.get(tx, ItemId(named)).decode()
        return post(self._server, self._compose(tx, delivery, event, address))

    def _hook(self, tx: Transaction, delivery: Delivery, event: Event) -> int:
        endpoint = find_endpoint(tx, delivery.endpoint or "")
        now, body = self._clock(), body_of(event)
        secrets = [self._vault.get(tx, ItemId(each)).decode() for each in endpoint.secrets(now)]
        headers = signed(secrets, event.id, now, body)
        answer = ask("POST", endpoint.url, body=body, headers=headers, private=endpoint.private, limit=_MOST,
                     within_s=_WITHIN_S)  # fmt: skip
        if not 200 <= answer.status < 300:
            raise NotTaken(urlsplit(endpoint.url).hostname or "", answer.status)
        return answer.status


def body_of(event: Event) -> bytes:
    """Return what a webhook carries."""
    return msgspec.json.encode({"type": event.kind, "timestamp": event.at.isoformat(), "data": event.body})


def signed(secrets: Sequence[str], name: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers of a webhook, signed with each secret that is good."""
    return {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(each).sign(name, at, body.decode()) for each in secrets),
    }

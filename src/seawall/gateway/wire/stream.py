"""A stream of one answer as a pure state machine that a relay drives, one per exchange.

    each upstream event:  deltas -> screen -> flush what is_boundary names -> with_texts -> sent
    after a cut:          closing, which opens the stream first when nothing was sent

Put every text that left the screen back by `with_texts`, unchanged ones too: JSON escapes are resolved in the texts of
tool arguments, and one that is split over two events moves into the second. `with_texts` keeps the event as it is
where nothing differs.

A channel is one run of text that a client joins: ("choice", 0, "content"), ("choice", 0, ("tool", 1)),
("block", 2, "text"). A delta that is `whole` is complete in its event (a tool's name, a citation, a field nobody
knows): screen it at once; it has no tail, so `with_texts` can replace it but `text_event` cannot continue it.
`sent` must be told of every event that leaves, as `closing` ends what the client has seen, not what upstream sent.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec

from seawall.gateway.wire.request import Usage
from seawall.gateway.wire.sse import Event
from seawall.vocabulary.findings import Surface

Channel = tuple[Any, ...]


class TextDelta(msgspec.Struct, frozen=True):
    """A portion of the text of one channel."""

    channel: Channel
    text: str
    surface: Surface
    whole: bool = False


class StreamFormat(Protocol):
    """Read and rewrite the stream of one API."""

    def deltas(self, event: Event) -> list[TextDelta]:
        """Return the texts that an upstream event carries. Call it once for each event, in order."""

    def is_boundary(self, event: Event, channel: Channel) -> bool:
        """Tell whether held text of the channel must leave before this event, or within it where it carries some."""

    def with_texts(self, event: Event, texts: Mapping[Channel, str]) -> Event | None:
        """Return the event with the texts of these channels replaced; None when nothing else is left in it."""

    def with_text(self, event: Event, channel: Channel, text: str) -> Event | None:
        """Return the event with the text of one channel replaced; None when nothing else is left in it."""

    def text_event(self, channel: Channel, text: str) -> Event:
        """Return a fresh event that adds text to a channel."""

    def sent(self, event: Event) -> None:
        """Note that an event has left for the client."""

    def is_ending(self, event: Event) -> bool:
        """Tell whether the event carries a stop reason: the place for appended text and the `seawall` field."""

    def append(self, event: Event, text: str) -> list[Event]:
        """Return what to send instead of this ending event, so that a text stands before the stop reason."""

    def mark(self, event: Event, seawall: Mapping[str, Any]) -> Event:
        """Return the event with the `seawall` field."""

    def closing(
        self, *, reason: str = "", seawall: Mapping[str, Any] | None = None, usage: Usage | None = None
    ) -> list[Event]:
        """Return the events that end the stream as a refusal from where the client is. `reason` is told to it.

        `usage` is what upstream counted where this stream was not told.
        """

    def opening(self) -> list[Event]:
        """Return the events that begin a stream that upstream never began."""

    @property
    def usage(self) -> Usage:
        """Return what upstream has counted so far."""

    @property
    def called(self) -> Sequence[str]:
        """Return the names of the tools that upstream has called so far, as it gave them."""

    @property
    def stop_reason(self) -> str | None:
        """Return the stop reason that upstream gave, in the words of this API."""

    @property
    def ended(self) -> bool:
        """Tell whether upstream has sent its last event."""


def estimated_tokens(characters: int) -> int:
    """Return a token count for characters that nobody counted: four characters a token, rounded up."""
    return -(-characters // 4)

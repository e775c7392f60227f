"""Server-sent events: bytes in any portions to events, and back.

Tolerates CR, LF and CRLF, comments, a byte-order mark and data over several lines. Drops `id` and `retry`: neither
API uses them. An event without its closing blank line is not an event: a stream that was cut ends with the last whole
one.
"""

import msgspec

MAX_EVENT = 32 * 1024 * 1024


class EventTooLong(ValueError):
    """A stream sent an event longer than `MAX_EVENT` bytes."""


class Event(msgspec.Struct, frozen=True):
    """One event. `name` is empty where the stream named none, as in Chat Completions."""

    name: str
    data: bytes


def encode_event(event: Event) -> bytes:
    """Return the event as it goes over the wire."""
    name = b"event: " + event.name.encode() + b"\n" if event.name else b""
    return name + b"data: " + event.data.replace(b"\n", b"\ndata: ") + b"\n\n"


class Parser:
    """Collect bytes into events. `feed` takes portions that may end anywhere."""

    def __init__(self) -> None:
        self._rest = b""
        self._after_cr = False
        self._started = False
        self._name = ""
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, portion: bytes) -> list[Event]:
        """Take the next bytes and return the events that they complete. Raises EventTooLong."""
        events: list[Event] = []
        for line in self._lines(portion):
            if line:
                self._field(line)
            elif self._data:
                events.append(Event(self._name, b"\n".join(self._data)))
                self._name, self._data, self._size = "", [], 0
            else:
                self._name = ""
        if self._size + len(self._rest) > MAX_EVENT:
            raise EventTooLong(f"An event of the stream is longer than {MAX_EVENT} bytes.")
        return events

    def _lines(self, portion: bytes) -> list[bytes]:
        if self._after_cr and portion:
            portion = portion.removeprefix(b"\n")
            self._after_cr = False
        text = self._rest + portion
        if b"\n" not in portion and b"\r" not in portion:
            self._rest = text
            return []
        if b"\r" in text:
            self._after_cr = text.endswith(b"\r")
            text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, self._rest = text.split(b"\n")
        if lines and not self._started:
            self._started = True
            lines[0] = lines[0].removeprefix(b"\xef\xbb\xbf")
        return lines

    def _field(self, line: bytes) -> None:
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._data.append(value)
            self._size += len(value)
        elif field == b"event":
            self._name = value.decode("utf-8", "replace")

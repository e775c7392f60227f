"""One record as the audit shows it: its place in the log, who acted, whom and what it concerns. Pure."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from seawall.vocabulary.records import Audience

# An id as `vocabulary.ids` makes them, whatever it names: a kind of thing that is added later is found too.
_ID = re.compile(r"[a-z]{2,10}_[0-9a-v]{26}")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A numbered record. `body` is what the ledger committed to, `private` what it hides, `salt` opens the body.

    Of a sealed record there is neither.
    """

    index: int
    generation: int
    id: str
    at: datetime
    kind: str
    audience: Audience
    body: Mapping[str, Any] = {}
    private: Mapping[str, Any] = {}
    salt: str = ""

    @property
    def sealed(self) -> bool:
        """Tell whether only its being there is shown."""
        return self.audience is Audience.SEALED

    @property
    def fields(self) -> dict[str, Any]:
        """Return what the record says, with private values in the place of their digests."""
        told = {**self.body, **self.private}
        return {name: value for name, value in told.items() if name not in ("v", "kind", "id", "at")}

    @property
    def actor(self) -> str:
        """Return who acted; empty where Seawall did by itself."""
        return actor_of(self.fields)

    @property
    def subjects(self) -> tuple[str, ...]:
        """Return what the record concerns, by id."""
        return subjects_of(self.fields)


def actor_of(fields: Mapping[str, Any]) -> str:
    """Return who acted: `by`, the person who signed in, asked or voted, or the application that sent a request."""
    found = fields.get("by") or fields.get("person") or fields.get("application") or ""
    return found if isinstance(found, str) else ""


def subjects_of(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return every id in a record, but who acted where nothing else says that it is about them."""
    about = {name: value for name, value in fields.items() if name != "by"}
    return tuple(sorted(set(_ids(about))))


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from [value] if _ID.fullmatch(value) else []
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _ids(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _ids(each)

"""What a form is: a name, a media type, perhaps a head, and a line for an entry."""

from collections.abc import Callable

import msgspec

from seawall.audit.entry import Entry
from seawall.vocabulary.errors import InvalidInput


class NoSuchForm(InvalidInput):
    """Records do not leave in that form."""

    code = "audit.no_such_form"


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """`line` takes an entry and the index of the line before it (None for the first), and ends in a newline."""

    name: str
    media: str
    suffix: str
    line: Callable[[Entry, int | None], bytes]
    head: bytes = b""

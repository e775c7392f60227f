"""The wire formats: Messages and Chat Completions, as pure functions of bytes and values.

bytes -> parse -> Request(pieces) -> replace, steer -> body upstream
reply -> reply_pieces -> replace_reply, annotate | refusal | error
sse.Parser -> stream(request).deltas, with_texts, closing -> encode_event
"""

from seawall.gateway.wire.format import ErrorKind, WireFormat
from seawall.gateway.wire.request import BadRequest, Body, Path, Piece, Request, Usage, encode
from seawall.gateway.wire.sse import Event, Parser, encode_event
from seawall.gateway.wire.stream import Channel, StreamFormat, TextDelta

__all__ = [
    "BadRequest",
    "Body",
    "Channel",
    "ErrorKind",
    "Event",
    "Parser",
    "Path",
    "Piece",
    "Request",
    "StreamFormat",
    "TextDelta",
    "Usage",
    "WireFormat",
    "encode",
    "encode_event",
]

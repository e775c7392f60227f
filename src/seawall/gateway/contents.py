"""What the vault keeps of an exchange, read again: the pieces of a request, and what the model said.

The places that findings name are characters of these pieces, by number.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from seawall.gateway.wire import BadRequest, Piece, WireFormat
from seawall.gateway.wire.chat import CHAT
from seawall.gateway.wire.messages import MESSAGES
from seawall.gateway.wire.reading import decode_reply
from seawall.gateway.wire.request import BadReply
from seawall.vocabulary.findings import Surface
from seawall.vocabulary.retained import Said

_APIS: dict[str, WireFormat] = {"chat": CHAT, "messages": MESSAGES}


def parsed(api: str, kept: bytes) -> Sequence[Piece]:
    """Return the pieces of a request that the vault keeps. Raises BadRequest."""
    return _APIS.get(api, MESSAGES).parse(kept).pieces


def answer_text(kept: bytes) -> str:
    """Return what the model said, from what the vault keeps of an answer: a body of either API, or a stream's texts."""
    body = decode_reply(kept)
    said = _heard(body["texts"]) if isinstance(body.get("texts"), list) else _answered(body)
    return "\n\n".join(each.text for each in said if each.surface is Surface.OUTPUT)


def called(body: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of the tools that a streamed answer called, from what the vault keeps of it."""
    names = body.get("called") if isinstance(body.get("texts"), list) else None
    return tuple(each for each in names if isinstance(each, str) and each) if isinstance(names, list) else ()


def texts(api: str, request: str | None, answer: str | None) -> tuple[Said, ...]:
    """Return the texts of an exchange in their order; what cannot be read as a body is one text as it is."""
    asked = () if request is None else _asked(api, request)
    return (*asked, *(() if answer is None else _answer(answer)))


def _asked(api: str, request: str) -> Iterator[Said]:
    try:
        pieces = parsed(api, request.encode())
    except BadRequest:
        yield Said(stage="input", number=-1, surface=Surface.INPUT, text=request)
        return
    for number, each in enumerate(pieces):
        if each.text:
            yield Said(stage="input", number=number, surface=each.surface, text=each.text, newest=each.newest)


def _answer(answer: str) -> Iterator[Said]:
    try:
        body = decode_reply(answer.encode())
        streamed = body.get("texts")
        pieces = () if isinstance(streamed, list) else tuple(_answered(body))
    except BadReply:
        yield Said(stage="output", number=-1, surface=Surface.OUTPUT, text=answer)
        return
    if isinstance(streamed, list):
        yield from _heard(streamed)
        for name in called(body):
            yield Said(stage="output", number=-1, surface=Surface.TOOL_CALL, text=name)
    for number, piece in enumerate(pieces):
        if piece.text:
            yield Said(stage="output", number=number, surface=piece.surface, text=piece.text)


def _heard(streamed: Sequence[Any]) -> Iterator[Said]:
    """Give the texts of a stream, each with the number and the surface under which it was screened."""
    for each in streamed:
        kept = each if isinstance(each, dict) else {}
        number = kept.get("number")
        yield Said(
            stage="output",
            # What was kept before numbers were is of no known place.
            number=number if isinstance(number, int) else -1,
            surface=Surface.TOOL_CALL if kept.get("surface") == Surface.TOOL_CALL else Surface.OUTPUT,
            text=str(kept.get("text", "")),
        )


def _answered(body: dict[str, Any]) -> Sequence[Piece]:
    return tuple((CHAT if "choices" in body else MESSAGES).reply_pieces(body))

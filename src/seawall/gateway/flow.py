"""The live path on one screen: admit, screen, decide, commit, call, screen, decide, commit, reply, act.

Nothing is answered unrecorded: the opening is written while the upstream works and awaited before the first byte of the
answer; a decision other than allow is committed with it, or before the answer leaves.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from seawall.gateway.cascading import settled
from seawall.gateway.deciding import decided
from seawall.gateway.entries import Outcome
from seawall.gateway.errors import (
    AccountRefused,
    CountRefused,
    ImagesRefused,
    UnknownModel,
    UpstreamRefused,
    kind_of,
)
from seawall.gateway.exchange import Exchange
from seawall.gateway.http import JSON, Header, address_of, key_of, read_body, send_whole
from seawall.gateway.live import Live
from seawall.gateway.referring import HEADERS
from seawall.gateway.relay import Relay
from seawall.gateway.restricting import restricted
from seawall.gateway.screening import Screening
from seawall.gateway.translate import reply_to_chat, reply_to_messages
from seawall.gateway.upstream import body_of, call, masked, refused
from seawall.gateway.wire import Body, Piece, Usage, WireFormat, encode
from seawall.gateway.wire.messages import COUNT_TOKENS
from seawall.gateway.wire.reading import decode_reply
from seawall.gateway.wire.stream import estimated_tokens
from seawall.net import Reply
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.ids import new_id
from seawall.vocabulary.measures import Measure


class ExchangeFailed(Exception):
    """An exchange that is on record ends in an error, which is told with the headers that name it."""

    def __init__(self, error: SeawallError, headers: list[Header]) -> None:
        super().__init__(error.message)
        self.error, self.headers = error, headers


async def answer(live: Live, api: WireFormat, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
    """Answer one request of an API. Raises SeawallError, or ExchangeFailed, for what is to be told as an error."""
    # First: without its books the gateway cannot tell a key that is wrong from one that it has not read yet.
    live.require_fresh()
    headers: dict[bytes, bytes] = dict(scope["headers"])
    caller = live.access.authenticate(key_of(headers), address_of(scope))
    raw = await read_body(receive, headers, live.body_limit)
    request = api.parse(raw)
    upstream = caller.project.models.get(request.model)
    if upstream is None:
        raise UnknownModel(request.model, tuple(caller.project.models))
    if request.images and not caller.project.images_allowed:
        raise ImagesRefused(request.images)
    live.require_fresh()
    exchange = Exchange(live, api, caller, request, upstream, raw)
    exchange.came_from(address_of(scope))
    if not HEADERS.keys().isdisjoint(headers):
        live.references.note(exchange.whose(), headers)
    watch = live.watching.watch(receive)
    try:
        await _serve(exchange, headers, send)
    except BaseException as error:
        if not exchange.ended:
            interrupted = isinstance(error, asyncio.CancelledError)
            outcome = Outcome.INTERRUPTED if interrupted else Outcome.FAILED
            closed = exchange.closing(outcome, 499 if interrupted else _status(exchange, error))
            if exchange.opened:
                live.recorder.later(closed)
        if watch.gone and isinstance(error, asyncio.CancelledError):
            return
        if isinstance(error, SeawallError) and exchange.opened:
            raise ExchangeFailed(error, answer_headers(exchange)) from error
        raise
    finally:
        watch.stop()
        exchange.give_back()


def _status(exchange: Exchange, error: BaseException) -> int:
    return exchange.api.statuses[kind_of(error)] if isinstance(error, SeawallError) else 500


async def _serve(exchange: Exchange, headers: Mapping[bytes, bytes], send: Any) -> None:
    screening = await exchange.live.screens.of(exchange.policy)
    barred = restricted(exchange)
    if not exchange.standing.refused and barred is None:
        found = await screening.screened(exchange.request.pieces)
        exchange.findings = await settled(exchange, "input", exchange.request.pieces, found)
        exchange.verdict = decided(exchange, "input", exchange.findings)
    elif barred is None:
        exchange.verdict = decided(exchange, "input", ())
    if barred is not None or exchange.verdict.measure.refuses:
        await _refuse(exchange, barred, send)
        return
    # Made before anything is written, so that what cannot be translated is refused without a trace of an exchange.
    body = body_of(exchange)
    opening = exchange.live.recorder.submit(*exchange.opening(), patient=exchange.verdict.measure is Measure.ALLOW)
    exchange.count_once(opening)
    if exchange.api is COUNT_TOKENS and exchange.upstream.api != "messages":
        await opening
        await _estimate(exchange, send)
        return
    try:
        async with call(exchange, body, headers) as reply:
            if reply.status != 200:
                raise await refused(reply, screening.screen)
            if exchange.request.stream:
                await opening
                await Relay(exchange, screening.screen, send, answer_headers(exchange)).run(reply)
            else:
                await _whole(exchange, screening, reply, opening, send)
    except SeawallError:
        # What could not be recorded is told before what the upstream did.
        await opening
        raise


async def _refuse(exchange: Exchange, barred: SeawallError | None, send: Any) -> None:
    """Commit the refusal whole, then tell it: an account's as an error, a request's as a refusing answer."""
    api, verdict = exchange.api, exchange.verdict
    of_account = exchange.standing.refused
    status = barred.status if barred else 403 if of_account or api is COUNT_TOKENS else 200
    written = exchange.live.recorder.submit(*exchange.opening(), exchange.closing(Outcome.REFUSED, status))
    exchange.count_once(written)
    await written
    if barred is not None:
        raise barred
    if of_account:
        raise AccountRefused(verdict.reason, hint=f"Decision {exchange.decision}.")
    if api is COUNT_TOKENS:
        raise CountRefused(verdict.reason, hint=f"Decision {exchange.decision}.")
    if exchange.request.stream:
        stream = api.stream(exchange.request, id=_answer_id(api), created=int(exchange.at.timestamp()))
        events = stream.closing(reason=verdict.reason, seawall=exchange.notice() | {"refused": True}, usage=Usage())
        await Relay.send_all(send, events, answer_headers(exchange))
        return
    reply = api.refusal(
        exchange.request,
        reason=verdict.reason,
        decision=exchange.decision,
        id=_answer_id(api),
        created=int(exchange.at.timestamp()),
    )
    told = {**reply, "seawall": exchange.notice() | {"refused": True}}
    await send_whole(send, 200, encode(told), [JSON, *answer_headers(exchange)])


def _answer_id(api: WireFormat) -> str:
    return new_id("chatcmpl" if api.name == "chat" else "msg")


async def _estimate(exchange: Exchange, send: Any) -> None:
    """Count tokens for an upstream whose API cannot."""
    count = estimated_tokens(sum(len(piece.text) for piece in exchange.request.pieces))
    exchange.live.recorder.later(exchange.closing(Outcome.ANSWERED, 200, usage=Usage(input_tokens=count)))
    body = {"input_tokens": count, "seawall": exchange.notice() | {"estimated": True}}
    await send_whole(send, 200, encode(body), [JSON, *answer_headers(exchange)])


async def _whole(
    exchange: Exchange, screening: Screening, reply: Reply, opening: "asyncio.Future[None]", send: Any
) -> None:
    api = exchange.api
    raw = await reply.read(exchange.live.body_limit)
    body = _in_api(exchange, decode_reply(raw))
    body.pop("seawall", None)  # what another gateway upstream says of its decisions must not pass for ours
    pieces = api.reply_pieces(body)
    exchange.output_findings = await settled(exchange, "output", pieces, await screening.screened(pieces))
    verdict = decided(exchange, "output", exchange.output_findings)
    entries = exchange.decide_output(verdict)
    usage = api.reply_usage(body)
    answered = _answered(exchange, body, pieces, usage)
    outcome = Outcome.REFUSED if verdict.measure.refuses else Outcome.ANSWERED
    closed = exchange.closing(outcome, 200, usage=usage, content=raw)
    await opening
    if entries:
        try:
            await exchange.live.recorder.submit(*entries, closed)
        except SeawallError:
            exchange.reopen()  # it was not closed, and must be: as failed
            raise
    else:
        exchange.live.recorder.later(closed)
    await send_whole(send, 200, encode(answered), [JSON, *answer_headers(exchange)])


def _answered(exchange: Exchange, body: Body, pieces: Sequence[Piece], usage: Usage) -> Body:
    """Return the answer as the decisions leave it."""
    api, verdict = exchange.api, exchange.output_verdict
    if verdict.measure.refuses:
        given = body.get("id")
        refusal = api.refusal(
            exchange.request,
            reason=verdict.reason,
            decision=exchange.last_decision,
            id=given if isinstance(given, str) else _answer_id(api),
            usage=usage,
            created=int(exchange.at.timestamp()),
        )
        return {**refusal, "seawall": exchange.notice() | {"refused": True}}
    if verdict.rewrites:
        changed: dict[int, str] = {}
        for each in reversed(verdict.rewrites):
            changed[each.piece] = masked(changed.get(each.piece, pieces[each.piece].text), each)
        body = api.replace_reply(body, [(pieces[number].path, text) for number, text in changed.items()])
    if exchange.measure is Measure.ALLOW:
        return body
    return api.annotate(body, exchange.notice(), exchange.appended() or None)


def _in_api(exchange: Exchange, body: Body) -> Body:
    if exchange.upstream.api == exchange.api.name:
        return body
    if exchange.api.name == "messages":
        # Under the name that was asked for: a name and an id in the other API's form would only puzzle.
        return reply_to_messages(body) | {"id": _answer_id(exchange.api), "model": exchange.request.model}
    named = {"id": _answer_id(exchange.api), "model": exchange.request.model}
    return reply_to_chat(body, created=int(exchange.at.timestamp())) | named


def answer_headers(exchange: Exchange) -> list[Header]:
    """Return the headers that every answer carries."""
    headers = [(b"seawall-decision", exchange.last_decision.encode()), (b"seawall-exchange", exchange.id.encode())]
    waits = exchange.live.notices(exchange.account)
    if waits is not None:
        headers.append((b"seawall-notice-id", waits.encode()))
    if exchange.has_notices:
        # ASCII only: headers carry nothing else safely.
        headers.append((b"seawall-notice", _ascii(exchange.notice())))
    return headers


def _ascii(notice: Mapping[str, Any]) -> bytes:
    text = msgspec.json.encode(notice).decode()
    return "".join(
        letter if letter.isascii() else f"\\u{ord(letter):04x}" for letter in text if ord(letter) < 65536
    ).encode()


__all__ = ["ExchangeFailed", "UpstreamRefused", "answer", "answer_headers"]

"""Relay a stream: every text passes its screen, and what may be the beginning of a match waits.

One StreamScreen for each channel. A decision other than allow is committed before what it lets pass leaves. When it
refuses, the stream ends in order with the API's own refusal. The time bound of a window counts while more of the stream
keeps coming and the same text is still held: then the stream stops, unless the policy fails open.
"""

import asyncio
import logging
from collections.abc import Sequence
from time import monotonic
from typing import Any

import msgspec

from seawall.gateway.cascading import settled
from seawall.gateway.deciding import decided
from seawall.gateway.entries import Outcome
from seawall.gateway.errors import Unexpected, kind_of
from seawall.gateway.exchange import Exchange
from seawall.gateway.foreign import refuse_error, without_foreign_notice
from seawall.gateway.http import Header
from seawall.gateway.translate import ChatStreamToMessages, MessagesStreamToChat
from seawall.gateway.wire import Channel, Event, Parser, Piece, TextDelta, Usage, encode_event
from seawall.gateway.wire.request import BadReply
from seawall.gateway.wire.sse import EventTooLong
from seawall.net import Reply
from seawall.screen import Release, Screen, StreamScreen
from seawall.screen.stream import CONTEXT
from seawall.vocabulary.decisions import Verdict
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.findings import Finding, Span, Surface
from seawall.vocabulary.ids import RuleId, new_id
from seawall.vocabulary.measures import Measure

log = logging.getLogger(__name__)

_STREAM: list[Header] = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-cache")]


class _Stop(Exception):
    """The stream ends here as a refusal."""


class _Run:
    """One channel: its screen, its number, since when its text is held."""

    def __init__(
        self, screen: StreamScreen, surface: Surface, number: int, max_wait_s: float, fail_open: bool, *, whole: bool
    ) -> None:
        self.screen, self.surface, self.number, self._whole = screen, surface, number, whole
        self.max_wait_s, self.fail_open = max_wait_s, fail_open
        self.masked: set[Span] = set()
        self.took = self.gave = 0
        self.held_at = monotonic()

    def judged(self) -> Piece:
        """Return the text that further tiers judge: the part that classifiers see, or all of what is held whole."""
        said = self.screen.original
        return Piece(surface=self.surface, text=said if self._whole else said[-CONTEXT:])


class Relay:
    """The stream of one exchange."""

    def __init__(self, exchange: Exchange, screen: Screen, send: Any, headers: Sequence[Header]) -> None:
        self._exchange, self._screen, self._send, self._headers = exchange, screen, send, headers
        api, request, upstream = exchange.api, exchange.request, exchange.upstream
        created = int(exchange.at.timestamp())
        name = new_id("chatcmpl" if api.name == "chat" else "msg")
        self._stream = api.stream(request, id=name, created=created)
        self._translator: ChatStreamToMessages | MessagesStreamToChat | None = None
        if upstream.api != api.name:
            self._translator = (
                ChatStreamToMessages(id=name, model=request.model)
                if api.name == "messages"
                else MessagesStreamToChat(
                    id=name, model=request.model, created=created, include_usage=request.include_usage
                )
            )
        self._runs: dict[Channel, _Run] = {}
        self._numbers = 0
        self._said: list[tuple[Channel, _Run]] = []
        self._out: list[bytes] = []
        self._began = False

    async def run(self, reply: Reply) -> None:
        """Relay the upstream's stream to its end, and close the exchange."""
        if not reply.headers.get("content-type", "").startswith("text/event-stream"):
            raise BadReply("The upstream was asked for a stream and answered without one.")
        try:
            await self._relay(reply)
        except _Stop:
            await self._refuse()
        except (SeawallError, EventTooLong) as error:
            await self._fail(error)
        except asyncio.CancelledError:
            if not self._exchange.ended:
                self._close(Outcome.INTERRUPTED, 499)
            raise
        except Exception:
            log.exception("stream failed")
            await self._fail(Unexpected())
        else:
            if not self._stream.ended:
                await self._fail(BadReply("The upstream's stream broke off before its end."))
                return
            self._close(Outcome.ANSWERED, 200)
            await self._flush(last=True)

    def _close(self, outcome: Outcome, status: int) -> None:
        """Close the exchange, with what was counted and said so far."""
        closed = self._exchange.closing(outcome, status, usage=self._usage, content=self._content())
        self._exchange.live.recorder.later(closed)

    @property
    def _usage(self) -> Usage:
        # A translator hears of counts long before it passes them on.
        return self._translator.usage if self._translator else self._stream.usage

    async def _relay(self, reply: Reply) -> None:
        parser = Parser()
        async for portion in reply.chunks():
            for event in parser.feed(portion):
                for each in self._translator.feed(event) if self._translator else (event,):
                    await self._event(each)
                if self._stream.ended:
                    # What comes after the end belongs to no answer.
                    break
            await self._flush()
            if self._stream.ended:
                return

    async def _event(self, event: Event) -> None:
        refuse_error(event)
        if b'"seawall"' in event.data:
            event = without_foreign_notice(event)
        texts: dict[Channel, str] = {}
        for delta in self._stream.deltas(event):
            text = await (self._whole(delta) if delta.whole else self._more(delta))
            texts[delta.channel] = texts.get(delta.channel, "") + text
        for channel in [each for each in self._runs if self._stream.is_boundary(event, each)]:
            run = self._runs.pop(channel)
            rest = await self._settled(run, run.screen.finish(), ended=True)
            if channel in texts:
                texts[channel] += rest
            elif rest:
                self._put(self._stream.text_event(channel, rest))
        changed = self._stream.with_texts(event, texts) if texts else event
        if changed is None:
            return
        if self._stream.is_ending(changed):
            self._end(changed)
        else:
            self._put(changed)

    def _end(self, event: Event) -> None:
        """Put the event with the stop reason, with the notices that belong to the answer."""
        exchange = self._exchange
        appended = exchange.appended()
        *before, last = self._stream.append(event, appended) if appended else [event]
        for each in before:
            self._put(each)
        self._put(last if exchange.measure is Measure.ALLOW else self._stream.mark(last, exchange.notice()))

    async def _whole(self, delta: TextDelta) -> str:
        self._numbers += 1
        number = self._numbers
        found = await self._judged(number, delta, self._screen.screen(delta.text, delta.surface, piece=number))
        if not found:
            return delta.text
        text = delta.text
        for rewrite in reversed((await self._decide(found)).rewrites):
            if rewrite.piece == number:
                text = text[: rewrite.span.start] + rewrite.mask + text[rewrite.span.end :]
        return text

    async def _more(self, delta: TextDelta) -> str:
        run = self._runs.get(delta.channel)
        if run is None:
            run = self._runs[delta.channel] = self._begin(delta)
        run.took += len(delta.text)
        release = run.screen.feed(delta.text)
        text = await self._settled(run, release) if release.findings else release.text
        if text:
            run.gave += len(text)
            run.held_at = monotonic()
        elif run.max_wait_s and monotonic() - run.held_at > run.max_wait_s and not run.fail_open:
            self._exchange.output_verdict = Verdict(
                measure=Measure.WITHHOLD,
                because=(RuleId("stream.held_too_long"),),
                reason=self._exchange.policy.texts.unscreened,
                unscreened=True,
            )
            await self._commit(self._exchange.output_verdict)
            raise _Stop
        return text

    def _begin(self, delta: TextDelta) -> _Run:
        self._numbers += 1
        buffering = self._exchange.policy.buffering(delta.surface)
        screen = StreamScreen(self._screen, delta.surface, piece=self._numbers, mode=buffering.mode)
        wait = buffering.max_wait_s if buffering.mode == "window" else 0.0
        whole = buffering.mode == "full"
        run = _Run(screen, delta.surface, self._numbers, wait, buffering.fail_open, whole=whole)
        self._said.append((delta.channel, run))
        return run

    async def _settled(self, run: _Run, release: Release, *, ended: bool = False) -> str:
        """Return what may leave once the findings of a release are decided on. Raises _Stop."""
        findings = release.findings
        if findings or (ended and run.surface in self._exchange.policy.cascade.always):
            findings = await self._judged(run.number, run.judged(), findings)
        if not findings:
            return release.text + (run.screen.go_on().text if release.findings else "")
        verdict = await self._decide(findings)
        for rewrite in verdict.rewrites:
            if rewrite.piece == run.number and rewrite.span not in run.masked:
                run.masked.add(rewrite.span)
                run.screen.mask(rewrite.span, rewrite.mask)
        return release.text + run.screen.go_on().text

    async def _judged(self, number: int, said: TextDelta | Piece, found: Sequence[Finding]) -> tuple[Finding, ...]:
        """Return the findings once the further tiers that the policy asks for have answered."""
        piece = Piece(surface=said.surface, text=said.text)
        return await settled(self._exchange, "output", [piece], found, number=number)

    async def _decide(self, fresh: Sequence[Finding]) -> Verdict:
        exchange = self._exchange
        exchange.output_findings += tuple(fresh)
        verdict = decided(exchange, "output", exchange.output_findings)
        if verdict.measure.rank > exchange.output_verdict.measure.rank:
            await self._commit(verdict)
        else:
            exchange.output_verdict = verdict
        if verdict.measure.refuses:
            raise _Stop
        return verdict

    async def _commit(self, verdict: Verdict) -> None:
        entries = self._exchange.decide_output(verdict)
        if entries:
            await self._exchange.live.recorder.submit(*entries)

    async def _refuse(self) -> None:
        exchange = self._exchange
        self._close(Outcome.REFUSED, 200)
        seawall = exchange.notice() | {"refused": True}
        reason, usage = exchange.output_verdict.reason, self._usage if self._translator else None
        for event in self._stream.closing(reason=reason, seawall=seawall, usage=usage):
            self._out.append(encode_event(event))
        await self._flush(last=True)

    async def _fail(self, error: Exception) -> None:
        """Tell of an error; before the first byte as a response of its own, after it as an event."""
        exchange = self._exchange
        known = error if isinstance(error, SeawallError) else BadReply("The upstream's stream cannot be read.")
        if not self._began and not self._out:
            raise known
        kind = kind_of(known)
        self._close(Outcome.FAILED, exchange.api.statuses[kind])
        event = exchange.api.error_event(kind, known.message, code=known.code, hint=known.hint)
        self._out.append(encode_event(event))
        await self._flush(last=True)

    def _put(self, event: Event) -> None:
        self._stream.sent(event)
        self._out.append(encode_event(event))

    async def _flush(self, *, last: bool = False) -> None:
        if not self._began and (self._out or last):
            self._began = True
            await self._send({"type": "http.response.start", "status": 200, "headers": [*_STREAM, *self._headers]})
        if self._out or last:
            await self._send({"type": "http.response.body", "body": b"".join(self._out), "more_body": not last})
            self._out.clear()

    def _content(self) -> bytes:
        """Return what the model said, by channel, and the names of the tools that it called, for the vault."""
        said = [
            {"channel": list(channel), "number": run.number, "surface": run.surface, "text": run.screen.original}
            for channel, run in self._said
        ]
        called = self._stream.called
        return msgspec.json.encode({"texts": said} | ({"called": called} if called else {}))

    @staticmethod
    async def send_all(send: Any, events: Sequence[Event], headers: Sequence[Header]) -> None:
        """Send a whole stream that was made here."""
        await send({"type": "http.response.start", "status": 200, "headers": [*_STREAM, *headers]})
        await send({"type": "http.response.body", "body": b"".join(map(encode_event, events))})

"""The accurate tier: a bounded queue before worker processes that score texts in batches.

    scores(text) -> remembered | queue -> a worker's next batch -> answer, or Overloaded, or Late, or TierFailed

The event loop never computes and never waits: whoever asks awaits an answer. A full queue, a late answer and a worker
that died are errors that the cascade makes findings of failure; a worker that died is started again. What was scored is
remembered by a digest in memory, so that the history of a conversation costs nothing the second time. `cpu_s` is the
CPU time of the workers. Of a text beyond 16,000 characters the first and the last 8,000 are read.
"""

import asyncio
import hashlib
import logging
import sys
from collections import OrderedDict, deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Never, TypeVar

import msgspec

from seawall.screen.worker import HEAD, Greeting, Reply, Scored, frame
from seawall.vocabulary.categories import Category
from seawall.vocabulary.errors import SeawallError

log = logging.getLogger(__name__)

ENCODER = "seawall.screen.encoder:EncoderClassifier.load"
_LONGEST = 16_000
_READY_S, _PAUSE_S, _LONGEST_PAUSE_S = 60.0, 0.2, 10.0

Scores = Mapping[Category, Scored]
_Kind = TypeVar("_Kind")


class TierFailed(SeawallError):
    """A tier gave no answer."""

    code, status = "screen.tier_failed", 503


class Overloaded(TierFailed):
    """As many texts wait for the tier as may."""

    code = "screen.tier_overloaded"


class Late(TierFailed):
    """The tier did not answer within its deadline."""

    code = "screen.tier_late"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much a pool does at once, how long anyone waits, and how much it remembers."""

    workers: int = 1
    most_waiting: int = 64
    batch: int = 8
    deadline_s: float = 0.5
    remembers: int = 4096


class Pool:
    """Worker processes around one classifier; an async context manager. Raises TierFailed where it cannot be loaded."""

    def __init__(self, load: str = ENCODER, limits: Limits = Limits()) -> None:  # noqa: B008 - frozen
        self._load, self._limits = load, limits
        self._waiting: deque[tuple[str, asyncio.Future[Scores]]] = deque()
        self._wake = asyncio.Condition()
        self._known: OrderedDict[bytes, Scores] = OrderedDict()
        self._cpu = [0.0] * limits.workers
        self._spent = 0.0
        self._tasks: list[asyncio.Task[None]] = []
        self._greeted: list[asyncio.Future[Greeting]] = []
        self._greeting = Greeting()
        self.submitted = self.scored = 0

    async def __aenter__(self) -> "Pool":
        self.start()
        try:
            await self.ready()
        except TierFailed:
            await self.end()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.end()

    def start(self) -> None:
        """Start the workers, which load the classifier while others work."""
        for number in range(self._limits.workers):
            self._greeted.append(asyncio.get_running_loop().create_future())
            self._tasks.append(asyncio.create_task(self._keep(number, self._greeted[-1])))

    async def ready(self) -> None:
        """Wait until a started pool answers. Raises TierFailed."""
        try:
            self._greeting = await asyncio.wait_for(self._greeted[0], _READY_S)
        except TimeoutError:
            raise TierFailed(f"The accurate tier was not ready within {_READY_S:g} seconds.") from None

    async def end(self) -> None:
        """End the workers; whoever waits is told."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        _settle(list(self._waiting), TierFailed("The accurate tier has ended."))
        self._waiting.clear()

    @property
    def name(self) -> str:
        """Return the name of the classifier."""
        return self._greeting.name

    @property
    def release(self) -> str:
        """Return the release of the classifier."""
        return self._greeting.release

    @property
    def cpu_s(self) -> float:
        """Return the CPU time that the workers have used, those that ended among them."""
        return self._spent + sum(self._cpu)

    @property
    def waiting(self) -> int:
        """Return how many texts wait."""
        return len(self._waiting)

    async def scores(self, text: str) -> Scores:
        """Return the scores of a text. Raises Overloaded, Late, TierFailed."""
        key = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        known = self._known.get(key)
        if known is not None:
            self._known.move_to_end(key)
            return known
        try:
            found = await asyncio.wait_for(await self._submit(text), self._limits.deadline_s)
        except TimeoutError:
            raise Late(f"The accurate tier did not answer within {self._limits.deadline_s:g} seconds.") from None
        self._known[key] = found
        if len(self._known) > self._limits.remembers:
            self._known.popitem(last=False)
        return found

    async def _submit(self, text: str) -> "asyncio.Future[Scores]":
        if len(self._waiting) >= self._limits.most_waiting:
            raise Overloaded(f"{len(self._waiting)} texts wait for the accurate tier, and no more may.")
        future: asyncio.Future[Scores] = asyncio.get_running_loop().create_future()
        self._waiting.append((_ends(text), future))
        self.submitted += 1
        async with self._wake:
            self._wake.notify()
        return future

    async def _keep(self, number: int, ready: "asyncio.Future[Greeting]") -> None:
        """Run one worker, and another after it when it dies."""
        pause = _PAUSE_S
        while True:
            begun = asyncio.get_running_loop().time()
            failed = await self._run(number, ready)
            if asyncio.get_running_loop().time() - begun > _LONGEST_PAUSE_S:
                pause = _PAUSE_S
            if not ready.done():
                ready.set_exception(failed)
                return
            log.warning("a worker of the accurate tier ended", extra={"worker": number})
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    async def _run(self, number: int, ready: "asyncio.Future[Greeting]") -> TierFailed:
        """Run one worker to its end and return why it ended."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "seawall.screen.worker", self._load),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            greeting = await _read(process, Greeting)
            if greeting.error:
                return TierFailed(f"The accurate tier cannot be loaded: {greeting.error}.")
            if not ready.done():
                ready.set_result(greeting)
            await self._work(number, process)
        except (asyncio.IncompleteReadError, ConnectionError):
            return TierFailed("The accurate tier ended at once.")
        finally:
            self._spent, self._cpu[number] = self._spent + self._cpu[number], 0.0
            await _finish(process)

    async def _work(self, number: int, process: asyncio.subprocess.Process) -> Never:
        """Hand batches to a worker until it dies. Raises IncompleteReadError, ConnectionError."""
        assert process.stdin is not None  # noqa: S101 - it is a pipe
        while True:
            taken = await self._take()
            try:
                process.stdin.write(frame([text for text, _ in taken]))
                await process.stdin.drain()
                reply = await _read(process, Reply)
            except BaseException:
                _settle(taken, TierFailed("The accurate tier's worker ended while it had the text."))
                raise
            self.scored += len(taken)
            self._cpu[number] = reply.cpu_s
            if reply.error:
                _settle(taken, TierFailed(f"The accurate tier failed ({reply.error})."))
                continue
            for (_, future), row in zip(taken, reply.rows, strict=True):
                if not future.done():
                    future.set_result(dict(zip(self._greeting.categories, row, strict=True)))

    async def _take(self) -> "list[tuple[str, asyncio.Future[Scores]]]":
        """Return the next batch of texts whose askers still wait."""
        while True:
            async with self._wake:
                await self._wake.wait_for(lambda: bool(self._waiting))
            taken: list[tuple[str, asyncio.Future[Scores]]] = []
            while self._waiting and len(taken) < self._limits.batch:
                text, future = self._waiting.popleft()
                if not future.done():
                    taken.append((text, future))
            if taken:
                return taken


async def _read(process: asyncio.subprocess.Process, kind: type[_Kind]) -> _Kind:
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    head = await process.stdout.readexactly(HEAD)
    return msgspec.msgpack.decode(await process.stdout.readexactly(int.from_bytes(head, "big")), type=kind)


def _settle(taken: "list[tuple[str, asyncio.Future[Scores]]]", error: TierFailed) -> None:
    for _, future in taken:
        if not future.done():
            future.set_exception(error)


async def _finish(process: asyncio.subprocess.Process) -> None:
    """End a worker and wait for it, whatever it is at."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
    await process.wait()


def _ends(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} {text[-_LONGEST // 2 :]}"

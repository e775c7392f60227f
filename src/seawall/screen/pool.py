"""The accurate tier's workers: a bounded queue before a model that scores in batches, in threads of their own.

    scores(text) -> remembered | queue -> worker takes a batch -> answer, or Overloaded, or Late

The event loop only waits for the answer of whoever asked. A full queue and a late answer are errors that the cascade
makes findings of failure. What was scored is remembered by a digest in memory, so that the history of a conversation
costs nothing the second time. Limits: threads share the process; the model must release the interpreter while it works,
as onnxruntime does, and use one thread for a call. `cpu_s` is the CPU time of the workers.
"""

import asyncio
import hashlib
import os
import sys
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Protocol

from seawall.screen.engine import Classifier
from seawall.vocabulary.categories import Category
from seawall.vocabulary.errors import SeawallError

Scores = dict[Category, float]


class BatchClassifier(Classifier, Protocol):
    """A classifier that scores many texts in one go."""

    def batch_scores(self, texts: Sequence[str]) -> list[Scores]:
        """Return the scores of texts, in their order."""


class TierFailed(SeawallError):
    """A tier gave no answer."""

    code, status = "screen.tier_failed", 503


class Overloaded(TierFailed):
    """As many texts wait for the tier as may."""

    code = "screen.tier_overloaded"


class Late(TierFailed):
    """The tier did not answer within its deadline."""

    code = "screen.tier_late"


class Pool:
    """Workers around one classifier. Ask from one event loop; close it at the end."""

    def __init__(
        self,
        classifier: BatchClassifier,
        *,
        workers: int = 1,
        most_waiting: int = 64,
        batch: int = 8,
        deadline_s: float = 0.5,
        remembers: int = 4096,
    ) -> None:
        self.classifier, self.name, self.release = classifier, classifier.name, classifier.release
        self._most_waiting, self._batch, self._deadline_s, self._remembers = most_waiting, batch, deadline_s, remembers
        self._waiting: deque[tuple[str, Future[Scores]]] = deque()
        self._wake = threading.Condition()
        self._known: OrderedDict[bytes, Scores] = OrderedDict()
        self._cpu = [0.0] * workers
        self._stopping = False
        self.scored = 0
        self._threads = [
            threading.Thread(target=self._run, args=(number,), name=f"accurate-{number}", daemon=True)
            for number in range(workers)
        ]
        for each in self._threads:
            each.start()

    @property
    def cpu_s(self) -> float:
        """Return the CPU time that the workers have used."""
        return sum(self._cpu)

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
            found = await asyncio.wait_for(asyncio.wrap_future(self._submit(text)), self._deadline_s)
        except TimeoutError:
            raise Late(f"The {self.name} tier did not answer within {self._deadline_s:g} seconds.") from None
        self._known[key] = found
        if len(self._known) > self._remembers:
            self._known.popitem(last=False)
        return found

    def close(self) -> None:
        """End the workers; what still waits is cancelled."""
        with self._wake:
            self._stopping = True
            for _, future in self._waiting:
                future.cancel()
            self._waiting.clear()
            self._wake.notify_all()
        for each in self._threads:
            each.join(10.0)

    def _submit(self, text: str) -> "Future[Scores]":
        future: Future[Scores] = Future()
        with self._wake:
            if self._stopping or len(self._waiting) >= self._most_waiting:
                raise Overloaded(f"{len(self._waiting)} texts wait for the {self.name} tier, and no more may.")
            self._waiting.append((text, future))
            self._wake.notify()
        return future

    def _run(self, number: int) -> None:
        _yield_to_others()
        while True:
            taken = self._take()
            if taken is None:
                return
            begun = time.thread_time()
            self._score(taken)
            self._cpu[number] += time.thread_time() - begun

    def _take(self) -> "list[tuple[str, Future[Scores]]] | None":
        """Return the next batch of texts whose askers still wait; None at the end."""
        with self._wake:
            while not self._waiting and not self._stopping:
                self._wake.wait()
            if self._stopping:
                return None
            taken: list[tuple[str, Future[Scores]]] = []
            while self._waiting and len(taken) < self._batch:
                text, future = self._waiting.popleft()
                if future.set_running_or_notify_cancel():
                    taken.append((text, future))
            return taken

    def _score(self, taken: "list[tuple[str, Future[Scores]]]") -> None:
        if not taken:
            return
        self.scored += len(taken)
        try:
            found = self.classifier.batch_scores([text for text, _ in taken])
        except Exception as error:  # noqa: BLE001 - whatever a model raises: nobody may wait for it for ever
            failed = TierFailed(f"The {self.name} tier failed ({type(error).__name__}).")
            for _, future in taken:
                future.set_exception(failed)
            return
        for (_, future), scores in zip(taken, found, strict=True):
            future.set_result(scores)


def _yield_to_others() -> None:
    """Let the event loop's thread go first where both want the same core (Linux counts niceness by thread)."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)

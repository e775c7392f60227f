"""What the classifiers are measured beside: alt-profanity-check, where it is installed, and judges of the settings.

alt-profanity-check may live in a Python of its own, which is handed texts and gives scores over pipes. Its one score
stands for every category. A judge is asked no faster than its budget allows; a text that it does not answer is
left out of its figures.
"""

import asyncio
import logging
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from seawall.app.measuring.figures import Batch, Scores
from seawall.app.settings import Settings
from seawall.app.tiers import judges
from seawall.net import GuardedClient
from seawall.policy import Policy
from seawall.screen.cascade import asked_of
from seawall.screen.judges import Judge, Subject
from seawall.screen.judges.judge import JudgeFailed
from seawall.vocabulary.categories import Category
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.errors import InvalidInput

log = logging.getLogger(__name__)

PROFANITY = "alt-profanity-check"
_PROGRAM = """
import json, sys
from profanity_check import predict_prob
print("ready", flush=True)
for line in sys.stdin:
    print(json.dumps([float(each) for each in predict_prob(json.loads(line))]), flush=True)
"""
_MINUTE_S, _PAUSE_S = 61.0, 0.5


@contextmanager
def profanity(python: Path | None) -> Iterator[dict[str, Batch]]:
    """Give alt-profanity-check in a Python, this one by default; nothing where it is not installed there.

    Raises InvalidInput where a Python is named and has none.
    """
    command = [str(python or sys.executable), "-c", _PROGRAM]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as running:
        try:
            assert running.stdin is not None  # noqa: S101 - it is a pipe
            assert running.stdout is not None  # noqa: S101 - it is a pipe
            if running.stdout.readline().strip() != b"ready":
                if python is not None:
                    raise InvalidInput(
                        f"{python} has no alt-profanity-check.", hint="Install it there, or leave it out."
                    )
                yield {}
                return
            taking, giving = running.stdout, running.stdin

            def batch(texts: Sequence[str]) -> list[Scores]:
                giving.write(msgspec.json.encode([text.encode("utf-8", "replace").decode() for text in texts]) + b"\n")
                giving.flush()
                line = taking.readline()
                if not line:
                    raise InvalidInput(f"{PROFANITY} ended before it had scored all texts.", hint="Leave it out.")
                return [dict.fromkeys(Category, score) for score in msgspec.json.decode(line, type=list[float])]

            yield {PROFANITY: batch}
        finally:
            running.kill()


@contextmanager
def judged(settings: Settings, clock: Clock, policy: Policy) -> Iterator[dict[str, Batch]]:
    """Give every judge of the settings. Raises BadSettings."""
    if not settings.judges:
        yield {}
        return
    with asyncio.Runner() as runner:
        client = GuardedClient(connections=16)
        runner.run(client.__aenter__())
        try:
            found = judges(settings, client, clock)
            yield {f"{each.name} {each.release}": _batch(runner, each, policy) for each in found.values()}
        finally:
            runner.run(client.__aexit__(None, None, None))


def _batch(runner: asyncio.Runner, judge: Judge, policy: Policy) -> Batch:
    asked = asked_of(policy.cascade, [each for each in Category if each in judge.format.categories])

    async def answer(text: str) -> Scores:
        until = time.monotonic() + _MINUTE_S
        while True:
            try:
                return dict(await judge.scores(Subject(text=text), asked, zero_retention=False))
            except JudgeFailed as failed:
                if failed.why != "budget" or time.monotonic() > until:
                    return {}
            await asyncio.sleep(_PAUSE_S)

    async def together(texts: Sequence[str]) -> list[Scores]:
        return [await answer(text) for text in texts]

    def batch(texts: Sequence[str]) -> list[Scores]:
        return runner.run(together(texts))

    return batch

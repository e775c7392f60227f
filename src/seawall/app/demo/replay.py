"""Send a sample of a labelled set through the gateway as whole exchanges, and read what was found.

Each row comes from an end user of its own, so that no row is answered by what another one did, under a project of
which nothing is kept. A scripted upstream answers: what is measured is the screening of what people write.
"""

import asyncio
from collections.abc import Callable, Sequence

import openai

from seawall.app.demo import facts
from seawall.app.demo.confusion import Tally, tallied, thresholds
from seawall.app.demo.furniture import Key
from seawall.app.demo.labelled import Row, Sample
from seawall.app.demo.stage import Stage
from seawall.app.demo.upstreams import SCRIPTED
from seawall.policy.publishing import load_version

PROJECT = "replay"
_AT_ONCE = 8


def replay(stage: Stage, key: Key, sample: Sample, progress: Callable[[int], None]) -> dict[str, Tally]:
    """Send every row and return the counts by category. Raises NotSeen."""
    names = asyncio.run(_send(stage.url, key.secret, sample.rows, progress))
    database = stage.instance.database()
    found = {fact.exchange: fact.findings for fact in facts.closed(database, names, stage.logs / "seawall.log")}
    with database.begin() as tx:
        at = thresholds(load_version(tx).of(PROJECT))
    return tallied([row.known for row in sample.rows], [found[name] for name in names], at)


async def _send(url: str, secret: str, rows: Sequence[Row], progress: Callable[[int], None]) -> list[str]:
    """Return the exchange of each row."""
    waiting = asyncio.Semaphore(_AT_ONCE)
    done = 0
    async with openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=secret, max_retries=2) as client:

        async def send(number: int, row: Row) -> str:
            nonlocal done
            async with waiting:
                reply = await client.chat.completions.with_raw_response.create(
                    model=SCRIPTED, user=f"row-{number}", messages=[{"role": "user", "content": row.text}]
                )
            done += 1
            progress(done)
            return reply.headers["seawall-exchange"]

        return await asyncio.gather(*(send(number, row) for number, row in enumerate(rows)))

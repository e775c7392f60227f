"""Seawall as real processes with an upstream of the tests': projects, keys, and the clients of both APIs."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import anthropic
import openai

from seawall.access import Upstream as Mapped
from seawall.access import keys, projects
from seawall.app.instance import Instance
from seawall.app.settings import Settings
from seawall.policy import DEFAULT, publish
from seawall.vocabulary.ids import new_id
from tests.app.running import Home, Running, free_port, until
from tests.gateway.traces import Rows, snapshot
from tests.gateway.upstream import Upstream


class House:
    """A running Seawall. `secret` is the key that the clients use."""

    def __init__(self, home: Home, running: Running) -> None:
        self.home, self.running, self.url = home, running, home.url
        self.secret, self.upstream_port = "", free_port()
        self.instance = Instance(Settings(data_dir=str(home.data_dir)))
        self.database_url = self.instance.database().url

    def project(self, name: str, **settings: Any) -> None:
        """Make a project with the models of both APIs."""
        ours = {"by": "test", "record": self.instance.record}
        with self.instance.database().begin() as tx:
            projects.create(tx, name, clock=self.instance.clock, **ours, **settings)
            for model, api in (("claude", "messages"), ("gpt", "chat")):
                address = f"http://127.0.0.1:{self.upstream_port}"
                mapped = Mapped(name=model, api=api, base_url=address, model=f"{model}-up", private=True, retries=0,
                                timeout_s=20.0)  # type: ignore[arg-type]  # fmt: skip
                projects.set_model(tx, name, mapped, seal=self.instance.seal, **ours)

    def key(self, project: str, **settings: Any) -> str:
        """Make a key of a project and return its secret, once the gateway knows it."""
        ours = {"by": "test", "record": self.instance.record, "clock": self.instance.clock}
        with self.instance.database().begin() as tx:
            _, self.secret = keys.create_key(tx, project, new_id("k"), **ours, **settings)
        until(lambda: self.opens(self.secret), "a gateway that knows the key")
        return self.secret

    def rule(self, rules: str) -> None:
        """Publish the default policy with these rules added."""
        copied = self.home.folder / new_id("policy")
        shutil.copytree(DEFAULT, copied)
        (copied / "rules.yaml").write_text((copied / "rules.yaml").read_text() + rules)
        ours = {"by": "test", "record": self.instance.record, "clock": self.instance.clock}
        with self.instance.database().begin() as tx:
            publish(tx, copied, **ours)

    def opens(self, secret: str) -> bool:
        """Tell whether a gateway that answers knows a key."""
        with openai.OpenAI(base_url=self.url + "/v1", api_key=secret, max_retries=0) as client:
            try:
                return bool(client.models.list().data)
            except (openai.APIStatusError, openai.APIConnectionError):
                return False

    def anthropic(self) -> anthropic.AsyncAnthropic:
        """Return a client of Messages."""
        return anthropic.AsyncAnthropic(base_url=self.url, api_key=self.secret, max_retries=0)

    def openai(self) -> openai.AsyncOpenAI:
        """Return a client of Chat Completions."""
        return openai.AsyncOpenAI(base_url=self.url + "/v1", api_key=self.secret, max_retries=0)

    @asynccontextmanager
    async def upstream(self) -> AsyncIterator[Upstream]:
        """Give the scripted upstream, running."""
        made = Upstream()
        await made.start(self.upstream_port)
        try:
            yield made
        finally:
            await made.stop()

    def closed(self) -> bool:
        """Tell whether every exchange has ended."""
        return all(row["closed_at"] for row in self.snapshot()["gateway_exchanges"].values())

    def settled(self) -> bool:
        """Tell whether the rules and the periods in force are on record."""
        rows = self.snapshot()
        return bool(rows["access_rights"] and rows["access_retention"])

    def snapshot(self) -> Rows:
        """Return every row of the database."""
        return snapshot(self.database_url)

    def quiet(self, count: int) -> Rows:
        """Return every row once so many exchanges are closed, in the ledger and published."""

        def done() -> bool:
            rows = self.snapshot()
            exchanges = rows["gateway_exchanges"].values()
            records = rows["ledger_records"].values()
            published = all(row["sequence"] is not None for row in records)
            return published and len(exchanges) >= count and all(row["batch"] for row in exchanges)

        until(done, f"{count} exchanges in the ledger")
        return self.snapshot()


@contextmanager
def running_house(**settings: object) -> Iterator[House]:
    """Give a fresh Seawall that runs and is ready."""
    folder = Path(tempfile.mkdtemp(prefix="sw-"))
    # The embedded server's own user must get in.
    folder.chmod(0o755)
    temporary = folder / "tmp"
    temporary.mkdir(mode=0o777)
    temporary.chmod(0o777)
    home = Home(folder, **settings)
    home.environment["TMPDIR"] = str(temporary)
    running = home.up()
    house = House(home, running)
    try:
        # What every start puts on record is there before anything is compared.
        until(house.settled, "what is recorded at the start")
        yield house
    finally:
        house.instance.close()
        running.swept()
        shutil.rmtree(folder, ignore_errors=True)

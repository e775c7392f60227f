"""The quickstart of the README, run as it is written, and the snippets of the pages."""

import ast
import asyncio
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import Any

import pytest

from seawall.screen import Screen
from seawall.screen.linear import LinearClassifier
from seawall.store import Database
from seawall.store.jobs import Job, enqueue, run_worker
from seawall.store.listen import Listener, notify
from seawall.vault import Content, Keystore, Retention, Vault, sweep
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Surface
from tests import pages
from tests.app.running import Home, until
from tests.conftest import FrozenClock
from tests.gateway.upstream import Upstream


@pytest.fixture
def home() -> Iterator[Home]:
    folder = Path(tempfile.mkdtemp(prefix="sw-"))
    folder.chmod(0o755)
    yield Home(folder)
    shutil.rmtree(folder, ignore_errors=True)


class Reader:
    """Somebody who follows the README: same words, another port, an upstream on this machine."""

    def __init__(self, home: Home, upstream: str) -> None:
        self._home, self._upstream = home, upstream
        self.known = {"http://127.0.0.1:8700": home.url, "https://api.anthropic.com": upstream,
                      "http://127.0.0.1:11434": upstream}  # fmt: skip

    def adapted(self, said: str) -> str:
        for written, here in self.known.items():
            said = said.replace(written, here)
        return said

    def commands(self, section: str) -> list[list[str]]:
        """Return the command lines of a section, without the one that runs everything."""
        body = re.split(r"^## ", pages.text("README.md"), flags=re.MULTILINE)
        (found,) = (each for each in body if each.startswith(section))
        lines = [shlex.split(each.strip())[1:] for each in found.splitlines() if each.startswith("    seawall ")]
        return [words for words in lines if words != ["up"]]

    def do(self, words: list[str]) -> str:
        given = shlex.split(self.adapted(shlex.join(words)))
        if given[:2] == ["projects", "model-add"] and "--private" not in given:
            given.append("--private")  # here the provider is on this machine
        done = self._home.run(*given, ANTHROPIC_API_KEY="up-credential")
        assert done.returncode == 0, f"{given}: {done.stdout}{done.stderr}"
        return done.stdout

    def python(self, snippet: str) -> str:
        command = [sys.executable, "-c", self.adapted(snippet)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


def follow(reader: Reader) -> tuple[str, str]:
    """Do what the quickstart says; return what both snippets print."""
    for words in reader.commands("Quickstart"):
        if words[:2] == ["accounts", "list"]:
            break
        said = reader.do(words)
        if words[:2] == ["keys", "create"]:
            reader.known["sw_…"] = said.split()[1]
    first, second = (reader.python(snippet) for snippet in pages.fenced("README.md", "python"))
    account = reader.do(["accounts", "list"]).split()[0]
    reader.known |= {"ac_…": account, "ex_…": first.split()[-1]}
    assert "jailbreak.pattern" in reader.do(["accounts", "show", "ac_…"])
    reader.do(["policy", "init", "mine"])
    return first, second


def verify(reader: Reader) -> list[str]:
    """Do what is said of the ledger; return what each command says."""
    told = []
    for words in reader.commands("Verify the ledger"):
        told.append(reader.do(words))
        if words == ["ledger", "key"]:
            reader.known["KEY"] = told[0].strip()
    return told


@pytest.mark.slow
async def test_the_quickstart_works_as_it_is_written(home: Home) -> None:
    upstream = Upstream()
    upstream.says = "With flour, water, salt and time."
    await upstream.start()
    running = await asyncio.to_thread(home.up)
    try:
        reader = Reader(home, upstream.url)
        first, second = await asyncio.to_thread(follow, reader)
        assert first.startswith("With flour, water, salt and time.\nex_")
        assert second.startswith("content_filter This asks the model to set its rules aside")
        await asyncio.to_thread(published, home, first.split()[-1])
        told = await asyncio.to_thread(verify, reader)
        assert ["Verified: " in told[1], "is written" in told[2], "Proven: exchanges.batched" in told[3]] == [True] * 3
    finally:
        await asyncio.to_thread(running.swept)
        await upstream.stop()


def published(home: Home, exchange: str) -> None:
    """Wait until an exchange can be proven."""
    until(lambda: home.run("ledger", "prove", exchange, "--out", "-").returncode == 0, "a proof of the exchange")


def compiled(page: str, number: int = 0) -> CodeType:
    """Return a snippet of a page, which may await."""
    made = compile(pages.fenced(page, "python")[number], page, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    assert isinstance(made, CodeType)
    return made


def test_the_detector_of_the_screening_page_finds_its_hits_and_no_miss() -> None:
    names: dict[str, Any] = {}
    exec(compiled("docs/screen.md"), names)  # noqa: S102 - our own page
    detector = names["DETECTOR"]
    screen = Screen((detector,))
    assert all(screen.match(hit, Surface.INPUT) for hit in detector.hits)
    assert not any(screen.match(miss, Surface.INPUT) for miss in detector.misses)


def test_the_classifiers_page_calls_what_there_is() -> None:
    names: dict[str, Any] = {"Category": Category}
    exec(compiled("docs/classifiers.md"), names)  # noqa: S102 - our own page
    assert isinstance(names["classifier"], LinearClassifier)
    assert set(names["scores"]) == set(names["classifier"].categories)


def test_the_vaults_page_stores_holds_and_erases(database: Database, clock: FrozenClock, tmp_path: Path) -> None:
    records: list[Any] = []
    with database.begin() as tx:
        names = {
            "Keystore": Keystore, "Vault": Vault, "Content": Content, "Retention": Retention, "clock": clock, "tx": tx,
            "data_dir": tmp_path, "record": lambda _tx, body: records.append(body.kind), "account": "ac_1",
            "person": "host:ada", "database": database, "sweep": sweep,
        }  # fmt: skip
        exec(compiled("docs/vault.md"), names)  # noqa: S102 - our own page
    assert records == ["vault.item_held", "vault.item_released", "vault.item_erased", "vault.keys_rotated"]


async def test_the_stores_page_enqueues_and_works(database: Database) -> None:
    published: list[str] = []
    event = asyncio.Event()

    def publish(period: str) -> None:
        published.append(period)
        event.set()

    with database.begin() as tx:
        enqueue(tx, "hub.publish", period="2025-12")
    with database.begin() as tx:
        names = {"enqueue": enqueue, "run_worker": run_worker, "Job": Job, "publish": publish, "tx": tx,
                 "database": database, "event": event}  # fmt: skip
        await eval(compiled("docs/store.md"), names)  # noqa: S307 - our own page
    # What the page enqueues waits for its transaction, which ends after the worker.
    assert published == ["2025-12"]


async def test_the_stores_page_follows_the_database(database: Database) -> None:
    heard, loop = asyncio.Queue[str](), asyncio.get_running_loop()
    book = SimpleNamespace(
        channel="standing",
        load=lambda _tx: None,
        notice=lambda _tx, payload: loop.call_soon_threadsafe(heard.put_nowait, payload),
    )
    loaded = asyncio.Event()
    last = SimpleNamespace(channel="x", load=lambda _tx: loop.call_soon_threadsafe(loaded.set), notice=print)
    with database.begin() as tx:
        names = {"notify": notify, "tx": tx, "account": "ac_1", "Listener": Listener, "database": database,
                 "key_book": book, "policy_book": book, "standing_book": last}  # fmt: skip
        following = asyncio.ensure_future(eval(compiled("docs/store.md", 1), names))  # noqa: S307 - our own page
        await loaded.wait()
    assert await heard.get() == "ac_1"
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following

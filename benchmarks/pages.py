"""How long pages of the console take over a million exchanges and a hundred thousand cases, for one reader."""

import contextlib
import http.client
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import msgspec
import psutil

from benchmarks.gateway import postgres_cpu_s
from benchmarks.process import cpu_s, free_port, resident_mb, running
from benchmarks.seed import fill, somebody
from seawall.access.people import links
from seawall.app.instance import Instance
from seawall.app.settings import Settings

EXCHANGES, CASES = 1_000_000, 100_000
_WARM = 10
_REVIEWS = ("senior_reviewer", "child_safety_reviewer")
_AUDITS = ("auditor",)
_OF_STATE = "SELECT state, max(id) FROM cases_cases WHERE NOT sealed GROUP BY state"
_BEHIND = """
SELECT priority, due_at, id FROM cases_cases WHERE NOT sealed AND state IN ('open', 'claimed', 'waiting')
ORDER BY priority, due_at, id OFFSET 2000 LIMIT 1
"""


class Page(msgspec.Struct, frozen=True):
    """A page and who asks for it. `bar` is the most milliseconds that 95 of 100 requests may take."""

    what: str
    path: str
    who: str
    bar: int | None = None


class Reader:
    """A browser with one connection that is kept, and the cookies of whoever is signed in."""

    def __init__(self, port: int) -> None:
        self._home = f"http://localhost:{port}"
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}

    def begin(self) -> None:
        """Let go of a connection that was idle: the server may have ended it."""
        self._connection.close()

    def sign_in(self, token: str) -> None:
        """Sign in by a link."""
        form = json.loads(self.ask("GET", "/api/session/form")[1])["token"]
        status, said = self.ask("POST", "/api/session/link", json.dumps({"token": token}).encode(), form)
        if status != http.client.OK:
            raise RuntimeError(f"nobody was signed in: {status} {said[:200]!r}")

    def get(self, path: str) -> bytes:
        """Return a page, which must be there."""
        status, said = self.ask("GET", path)
        if status != http.client.OK:
            raise RuntimeError(f"{path} answers {status}: {said[:200]!r}")
        return said

    def ask(self, method: str, path: str, body: bytes | None = None, form: str = "") -> tuple[int, bytes]:
        """Send a request as a page of the site does."""
        headers = {"host": self._home.removeprefix("http://"), "origin": self._home, "sec-fetch-site": "same-origin"}
        headers |= {"cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        headers |= {"content-type": "application/json", "x-csrf-token": form}
        self._connection.request(method, path, body, {name: value for name, value in headers.items() if value})
        reply = self._connection.getresponse()
        for line in reply.msg.get_all("set-cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name] = value
        return reply.status, reply.read()


def measure(requests: int, *, exchanges: int = EXCHANGES, cases: int = CASES) -> list[dict[str, Any]]:
    """Seed, start the web process, and return a row for each page."""
    with tempfile.TemporaryDirectory(prefix="seawall-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        instance = Instance(Settings(data_dir=str(folder / "data")))
        try:
            began = time.perf_counter()
            fill(instance, exchanges, cases)
            print(f"seeded in {time.perf_counter() - began:.0f} s", file=sys.stderr)
            return timed(instance, folder, requests)
        finally:
            instance.close()


def timed(instance: Instance, folder: Path, requests: int) -> list[dict[str, Any]]:
    """Start the web process over what is seeded, and return a row for each page."""
    with _web(instance, folder) as (process, port):
        readers = _readers(instance, port)
        return [_timed(each, readers, instance, process, requests) for each in _pages(instance)]


@contextlib.contextmanager
def _web(instance: Instance, folder: Path) -> Iterator[tuple[psutil.Process, int]]:
    port = free_port()
    environment = {
        "SEAWALL_DATABASE_URL": instance.database().url,
        "SEAWALL_DATA_DIR": str(instance.data_dir),
        "SEAWALL_PUBLIC_URL": f"http://localhost:{port}",
    }
    command = [sys.executable, "-m", "seawall.app", "web", "--host", "127.0.0.1", "--port", str(port)]
    ready = f"http://127.0.0.1:{port}/console/sign-in"
    with running(command, ready, environment=environment, log=folder / "web.log") as process:
        yield process, port


def _readers(instance: Instance, port: int) -> dict[str, Reader]:
    readers = {name: Reader(port) for name in ("nobody", "reviewer", "auditor")}
    for name, roles in (("reviewer", _REVIEWS), ("auditor", _AUDITS)):
        person = somebody(instance, name, *roles)
        with instance.database().begin() as tx:
            token = links.issue_link(tx, instance.edges(), person.id, by="host:bench").token
        readers[name].sign_in(token)
    return readers


def _pages(instance: Instance) -> list[Page]:
    """Return what is asked for: what reviewers open all day, and the lists over what grows."""
    with instance.database().connect_raw() as connection:
        one = dict(
            connection.execute("SELECT state, max(id) FROM cases_cases WHERE NOT sealed GROUP BY state").fetchall()
        )
        behind = connection.execute(_BEHIND).fetchone()
        account = connection.execute("SELECT account FROM enforce_acts GROUP BY 1 ORDER BY count(*) DESC, 1").fetchone()
    if behind is None or account is None:
        raise RuntimeError("too few cases were made to page through")
    priority, due_at, last = cast("tuple[int, datetime, str]", behind)
    after = quote(f"{priority}~{due_at.astimezone(UTC).isoformat()}~{last}")
    cases, late = "/console/cases", 150
    return [
        Page("sign-in page", "/console/sign-in", "nobody", 100),
        Page("queue, first page", cases, "reviewer", late),
        Page("queue, page behind 2,000 cases", f"{cases}?after={after}", "reviewer", late),
        Page("queue, one queue and priority", f"{cases}?queue=held&priority=high", "reviewer", late),
        Page("queue, overdue", f"{cases}?late=yes", "reviewer", late),
        Page("queue, by what is due first", f"{cases}?sort=due", "reviewer", late),
        Page(
            "queue, settled appeals, newest first", f"{cases}?state=decided&origin=appeal&sort=newest", "reviewer", late
        ),
        Page("child-safety queue", "/console/child-safety", "reviewer", late),
        Page("case, open", f"{cases}/{one['open']}", "reviewer", late),
        Page("case, settled", f"{cases}/{one['decided']}", "reviewer", late),
        Page("dashboard, a day", "/console/dashboard", "reviewer", 500),
        Page("dashboard, a week", "/console/dashboard?over=week", "reviewer", 500),
        Page("first page", "/console", "reviewer"),
        Page("quality reviews", f"{cases}/samples", "reviewer"),
        Page("accounts", "/console/accounts", "reviewer"),
        Page("accounts that are banned", "/console/accounts?state=banned", "reviewer"),
        Page("one account", f"/console/accounts/of/{account[0]}", "reviewer"),
        Page("audit, newest first", "/console/audit", "auditor"),
        Page("audit, one kind", "/console/audit?kind=case.opened", "auditor"),
        Page("audit, about one account", f"/console/audit?subject={account[0]}", "auditor"),
        Page("approvals that wait", "/console/approvals", "auditor"),
        Page("approvals that are done", "/console/approvals?show=done", "auditor"),
    ]


def _timed(
    page: Page, readers: dict[str, Reader], instance: Instance, process: psutil.Process, requests: int
) -> dict[str, Any]:
    reader, took, size = readers[page.who], list[float](), 0
    reader.begin()
    for _ in range(_WARM):
        size = len(reader.get(page.path))
    web, database = cpu_s(process), postgres_cpu_s(instance)
    for _ in range(requests):
        began = time.perf_counter()
        reader.get(page.path)
        took.append((time.perf_counter() - began) * 1000)
    web, database = cpu_s(process) - web, postgres_cpu_s(instance) - database
    took.sort()
    row = {
        "page": page.what,
        "p50_ms": round(took[len(took) // 2], 1),
        "p95_ms": round(took[len(took) * 95 // 100], 1),
        "bar_ms": page.bar,
        "web_cpu_ms": round(web / requests * 1000, 1),
        "database_cpu_ms": round(database / requests * 1000, 1),
        "kilobytes": round(size / 1000),
        "resident_mb": round(resident_mb(process)),
    }
    print(json.dumps(row), file=sys.stderr)
    return row

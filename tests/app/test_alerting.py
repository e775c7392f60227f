"""Alerts: who is told of what by apprise, against a receiver of json://, tried again, with nothing secret said."""

import json
import logging
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from seawall.app.alerting import AlertNotTaken, AlertsMissing, alert, alert_jobs
from seawall.app.committing import commitment_jobs
from seawall.app.instance import Instance
from seawall.app.settings import BadSettings, Settings
from seawall.app.settings_out import AlertsSetting
from seawall.commitments.model import State
from seawall.commitments.watch import Change
from seawall.store.jobs import queued
from tests.conftest import FrozenClock

# apprise looks for what Python is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")
LAPSED = Change(what="practice", name="P062", before=State.KEPT, after=State.LAPSED, owner="policy_editor")


class Receiver(BaseHTTPRequestHandler):
    came: ClassVar[list[dict[str, Any]]] = []
    answer: ClassVar[int] = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.came.append(json.loads(body) | {"path": self.path})
        self.send_response(self.answer)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Receiver]]:
    Receiver.came, Receiver.answer = [], 200
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OPS", f"json://127.0.0.1:{server.server_port}/hook-of-ops")
    yield Receiver
    server.shutdown()
    server.server_close()


@pytest.fixture
def instance(database_url: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Instance]:
    told = Settings(data_dir=str(tmp_path), database_url=database_url, alerts=AlertsSetting(urls_env=("OPS",)))
    made = Instance(told, clock)
    yield made
    made.close()


def waiting(instance: Instance) -> list[dict[str, Any]]:
    with instance.database().begin() as tx:
        return [each.arguments for each in queued(tx) if each.name == "alerts.send"]


def test_whoever_is_to_know_is_told_by_a_job_of_the_transaction_that_records_it(
    instance: Instance, receiver: type[Receiver]
) -> None:
    (job,) = alert_jobs(instance, instance.book())
    with instance.database().begin() as tx:
        alert(instance, tx, LAPSED)
        tx.rollback()
    assert waiting(instance) == []
    quiet = Change(what="practice", name="P062", before=State.NOT_STARTED, after=State.KEPT)
    again = Change(what="practice", name="P062", before=State.LAPSED, after=State.KEPT)
    with instance.database().begin() as tx:
        for each in (LAPSED, quiet, again):
            alert(instance, tx, each)
    found = waiting(instance)
    assert [each["after"] for each in found] == ["lapsed", "kept"]
    assert "hook-of-ops" not in json.dumps(found)
    for each in found:
        job.run(**each)
    first, last = receiver.came
    assert (first["title"], first["path"]) == ("P062: lapsed", "/hook-of-ops")
    assert instance.book().practice("P062").name in first["message"]
    assert "It was kept, and is lapsed." in first["message"]
    assert last["title"] == "P062: kept"


def test_what_nobody_takes_fails_so_that_it_is_tried_again_and_no_address_is_said(
    instance: Instance, receiver: type[Receiver], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    (job,) = alert_jobs(instance, instance.book())
    assert job.retries > 0
    receiver.answer = 500
    given = {"variable": "OPS", "what": "practice", "name": "P062", "before": "kept", "after": "lapsed"}
    with pytest.raises(AlertNotTaken, match="OPS did not take"):
        job.run(**given)
    receiver.answer = 200
    job.run(**given)
    assert len(receiver.came) == 2
    own = [each for each in caplog.records if not each.name.startswith("urllib3")]
    assert "hook-of-ops" not in "".join(each.getMessage() for each in own)


def test_nothing_starts_on_an_address_that_cannot_be_used(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    for value, says in ((None, "the variable OPS is empty"), ("nothing://secret-place", "no address that apprise")):
        if value is None:
            monkeypatch.delenv("OPS", raising=False)
        else:
            monkeypatch.setenv("OPS", value)
        with pytest.raises(BadSettings, match=says) as refused:
            commitment_jobs(instance)
        assert "secret-place" not in refused.value.message


def test_without_the_extra_it_says_what_to_install(
    instance: Instance, receiver: type[Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(AlertsMissing) as missing:
        commitment_jobs(instance)
    assert missing.value.hint == "pip install 'seawall[alerts]'"


def test_nobody_is_told_where_no_address_is_set(database_url: str, tmp_path: Path, clock: FrozenClock) -> None:
    plain = Instance(Settings(data_dir=str(tmp_path), database_url=database_url), clock)
    with plain.database().begin() as tx:
        alert(plain, tx, LAPSED)
    assert waiting(plain) == []
    assert [job.name for job in commitment_jobs(plain)] == ["commitments.look"]
    plain.close()

"""Webhooks over real sockets: signed, tried again, dead, replayed; never to an inner address by chance."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, text
from standardwebhooks import Webhook

from seawall.outbox import endpoints, publish, replay
from seawall.outbox.deliver import PAUSES, attempt_due, attempts_of, find, forget
from seawall.outbox.errors import BadEndpoint, NoSuchEndpoint
from seawall.outbox.kinds import State
from seawall.outbox.tables import deliveries
from seawall.store import Database, Transaction
from seawall.vault import Keystore, Vault
from seawall.vocabulary.clock import system_clock
from tests.conftest import FrozenClock
from tests.outbox.conftest import Wired
from tests.outbox.receiving import Hooks


def told(tx: Transaction, wired: Wired, kind: str = "case.opened") -> str:
    made = publish(tx, kind=kind, project=wired.project, about="cs_1", body={"case": "cs_1"}, at=wired.clock())
    assert made is not None
    return made.id


def only(tx: Transaction) -> str:
    return tx.execute(select(deliveries.c.id)).scalar_one()


def test_an_event_is_sent_once_signed_as_standard_webhooks_says(wired: Wired, hooks: Hooks, clock: FrozenClock) -> None:
    clock.now = datetime.now(UTC)
    with wired.database.begin() as tx:
        event = told(tx, wired)
    assert attempt_due(wired.database, wired.send, clock) == 1
    assert attempt_due(wired.database, wired.send, clock) == 0
    ((headers, body),) = hooks.came
    assert headers["webhook-id"] == event
    found = Webhook(wired.secret).verify(body, headers)
    assert found == {"type": "case.opened", "timestamp": clock().isoformat(), "data": {"case": "cs_1"}}
    with wired.database.begin() as tx:
        (tried,) = attempts_of(tx, only(tx))
        assert (tried.status, tried.error) == (204, None)
        assert find(tx, only(tx)).state is State.TAKEN


def test_what_is_not_taken_is_tried_again_later_and_later_then_dead_then_replayed(
    wired: Wired, hooks: Hooks, clock: FrozenClock
) -> None:
    hooks.answers = [500, 302, *[503] * (len(PAUSES) - 1)]
    with wired.database.begin() as tx:
        event = told(tx, wired)
    for number, pause in enumerate(PAUSES):
        assert attempt_due(wired.database, wired.send, clock) == 1, number
        clock.advance(seconds=pause.total_seconds() - 1)
        assert attempt_due(wired.database, wired.send, clock) == 0, number
        clock.advance(seconds=1)
    assert attempt_due(wired.database, wired.send, clock) == 1
    clock.advance(days=365)
    assert attempt_due(wired.database, wired.send, clock) == 0
    with wired.database.begin() as tx:
        (dead,) = replay.lying(tx, state=State.DEAD)
        assert (dead.attempts, dead.error) == (len(PAUSES) + 1, "outbox.not_taken")
        assert [each.status for each in attempts_of(tx, dead.delivery)][:3] == [500, 302, 503]
        assert replay.dead(tx) == 1
        edges = wired.bench.edges
        replay.replay(tx, dead.delivery, by="pe_ada", record=edges.record, clock=clock)
    assert attempt_due(wired.database, wired.send, clock) == 1
    assert {headers["webhook-id"] for headers, _ in hooks.came} == {event}
    assert wired.bench.ledger.kinds[-1] == "delivery.replayed"


def test_nobody_there_is_a_failure_with_a_code_and_no_words(wired: Wired, hooks: Hooks, clock: FrozenClock) -> None:
    hooks.close()
    with wired.database.begin() as tx:
        told(tx, wired)
    attempt_due(wired.database, wired.send, clock)
    with wired.database.begin() as tx:
        (tried,) = attempts_of(tx, only(tx))
        assert (tried.status, tried.error) == (None, "net.unreachable")


def test_only_what_an_endpoint_asks_for_goes_there_and_nothing_of_another_project(wired: Wired, hooks: Hooks) -> None:
    with wired.database.begin() as tx:
        wired.add(tx, f"{hooks.url}/few", "notice.laid")
        told(tx, wired)
        assert tx.scalar(text("SELECT count(*) FROM outbox_deliveries")) == 1
        assert publish(tx, kind="case.opened", project="pr_other", about="x", body={}, at=wired.clock()) is None
        with pytest.raises(BadEndpoint):
            wired.add(tx, hooks.url, "case.invented")


@pytest.mark.parametrize("url", ["ftp://x.example", "https://u:p@x.example", "https://x.example/#a", "https://", "x"])
def test_no_endpoint_is_made_of_what_is_no_address(wired: Wired, url: str) -> None:
    with wired.database.begin() as tx, pytest.raises(BadEndpoint):
        wired.add(tx, url)


def test_nothing_goes_inside_where_that_was_not_said(wired: Wired, hooks: Hooks, clock: FrozenClock) -> None:
    with wired.database.begin() as tx:
        tx.execute(text("UPDATE outbox_endpoints SET private = false"))
        told(tx, wired)
    attempt_due(wired.database, wired.send, clock)
    assert hooks.came == []
    with wired.database.begin() as tx:
        assert find(tx, only(tx)).error == "net.address_refused"


def test_an_endpoint_that_ends_takes_its_secret_and_what_waits_along(wired: Wired, clock: FrozenClock) -> None:
    edges = wired.bench.edges
    with wired.database.begin() as tx:
        told(tx, wired)
        endpoints.end(tx, wired.endpoint.id, by="t", vault=edges.vault, record=edges.record, clock=clock)
        assert [each.error for each in replay.lying(tx, state=State.DEAD)] == ["outbox.endpoint_ended"]
        with pytest.raises(NoSuchEndpoint):
            replay.replay(tx, only(tx), by="t", record=edges.record, clock=clock)
        kept = tx.execute(text("SELECT row_to_json(e)::text FROM outbox_endpoints e")).scalar_one()
        assert wired.secret not in kept


def test_a_new_secret_signs_beside_the_one_before_for_a_day_which_is_erased_then(
    wired: Wired, hooks: Hooks, clock: FrozenClock
) -> None:
    edges, old = wired.bench.edges, wired.secret
    ours: Any = {"by": "t", "vault": edges.vault, "record": edges.record, "clock": clock}
    clock.now = datetime.now(UTC)
    with wired.database.begin() as tx:
        _, new = endpoints.rotate(tx, wired.endpoint.id, **ours)
        told(tx, wired)
    attempt_due(wired.database, wired.send, clock)
    headers, body = hooks.came[-1]
    for secret in (old, new):
        assert Webhook(secret).verify(body, headers)
    clock.advance(days=1)
    with wired.database.begin() as tx:
        told(tx, wired)
        assert endpoints.forget_secrets(tx, vault=edges.vault, clock=clock) == 1
        assert endpoints.forget_secrets(tx, vault=edges.vault, clock=clock) == 0
    attempt_due(wired.database, wired.send, clock)
    assert hooks.came[-1][0]["webhook-signature"].count("v1,") == 1
    with wired.database.begin() as tx:
        # Two new ones in one day: the first is erased at once.
        for _ in range(2):
            endpoints.rotate(tx, wired.endpoint.id, **ours)
        endpoints.end(tx, wired.endpoint.id, **ours)
        assert edges.vault.owned(tx, wired.endpoint.id) == []
    assert wired.bench.ledger.kinds.count("webhook.rotated") == 3


def test_what_is_long_over_is_forgotten_and_what_waits_is_not(wired: Wired, hooks: Hooks, clock: FrozenClock) -> None:
    with wired.database.begin() as tx:
        told(tx, wired)
    attempt_due(wired.database, wired.send, clock)
    with wired.database.begin() as tx:
        told(tx, wired)
    clock.advance(days=401)
    with wired.database.begin() as tx:
        assert forget(tx, clock) == 1
        assert [each.state for each in replay.lying(tx)] == [State.WAITING]


def test_a_process_that_is_killed_between_sending_and_its_receipt_sends_again_under_the_same_id(
    database: Database, database_url: str, hooks: Hooks, tmp_path: Path
) -> None:
    vault = Vault(Keystore(tmp_path / "keys"), system_clock)
    with database.begin() as tx:
        endpoints.add(
            tx, project="pr_1", url=hooks.url, kinds=(), private=True, by="t", vault=vault,
            record=lambda _tx, _body: None, clock=system_clock,
        )  # type: ignore[arg-type]  # fmt: skip
        made = publish(tx, kind="case.opened", project="pr_1", about="x", body={}, at=system_clock())
        assert made is not None
        delivery = only(tx)
    words = [sys.executable, "-m", "tests.outbox.crashing", database_url, str(tmp_path / "keys"), delivery]
    for when, state in (("killed", State.WAITING), ("lives", State.TAKEN)):
        done = subprocess.run([*words, when], env=os.environ, capture_output=True, timeout=120, check=False)
        assert done.returncode == (-signal.SIGKILL if when == "killed" else 0), done.stderr.decode()
        with database.begin() as tx:
            assert find(tx, delivery).state is state
    assert [headers["webhook-id"] for headers, _ in hooks.came] == [made.id, made.id]
    assert len({body for _, body in hooks.came}) == 1
    assert json.loads(hooks.came[0][1])["type"] == "case.opened"
    with database.begin() as tx:
        assert [msgspec.to_builtins(each)["number"] for each in attempts_of(tx, delivery)] == [1]

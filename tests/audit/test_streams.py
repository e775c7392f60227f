"""Records flow to webhooks and syslog servers: signed, in order, at least once, with what fails in sight."""

import json
import re
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from seawall.audit import streams
from seawall.audit.consume import Link, gaps, links_of
from seawall.audit.sending import BadTarget, checked, sender
from seawall.audit.signing import holds, signed
from seawall.audit.streams import Stream, deliver
from seawall.ledger.recover import recover
from seawall.store import Database, Transaction
from seawall.vault import Keystore, Retention, Vault
from seawall.vocabulary.ids import ItemId
from tests.audit.conftest import Log, some
from tests.audit.receivers import Hook, certificate, frames, received

SECRET = "a secret of thirty-two characters"


class Flow:
    """A log with streams."""

    def __init__(self, log: Log, folder: Path) -> None:
        self.log, self.vault = log, Vault(Keystore(folder / "keystore"), log.clock)

    def add(
        self, target: str, way: str = "webhook", form: str = "jsonl", *, private: bool = True,
        kinds: tuple[str, ...] = (), authority: str = "", start: int = 0,
    ) -> Stream:  # fmt: skip
        with self.log.database.begin() as tx:
            item = self.vault.put(tx, SECRET.encode(), owner="audit", retention=Retention.CREDENTIAL)
            wanted = streams.Target(
                way=way, form=form, target=checked(way, target), kinds=kinds, authority=authority, private=private,
                from_now=False,
            )  # fmt: skip
            secret = item if way == "webhook" else None
            return streams.add(tx, wanted, secret, start=start, by="host:test", record=self.log.record,
                               clock=self.log.clock)  # fmt: skip

    def unseal(self, tx: Transaction, item: ItemId) -> str:
        return self.vault.get(tx, item).decode()

    def go(self, at_once: int = 500) -> Stream:
        deliver(self.log.database, sender(self.unseal, self.log.clock), self.log.clock, at_once=at_once)
        return self.state()

    def state(self) -> Stream:
        with self.log.database.begin() as tx:
            return streams.every(tx)[0]


@pytest.fixture
def flow(log: Log, tmp_path: Path) -> Flow:
    return Flow(log, tmp_path)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as made:
        yield made


def lines(hook: Hook) -> list[bytes]:
    return [line for _, body in hook.got for line in body.splitlines()]


def test_all_records_arrive_in_order_signed_and_none_missing(flow: Flow, hook: Hook) -> None:
    flow.log.write(*some(4))
    flow.add(hook.url)
    flow.log.sequencer.step()
    state = flow.go(at_once=7)
    assert [json.loads(line)["index"] for line in lines(hook)] == list(range(25))
    assert gaps(links_of(lines(hook))) == []
    assert (state.next, state.sent, state.error) == (25, 25, None)
    now = int(flow.log.clock().timestamp())
    assert all(holds(SECRET.encode(), headers, body, now) for headers, body in hook.got)
    assert not any(holds(b"another", headers, body, now) for headers, body in hook.got)
    assert flow.go().sent == 25
    assert len(hook.got) == 4, "nothing new, nothing sent"


def test_a_signature_holds_for_one_body_one_name_and_five_minutes() -> None:
    headers = signed(b"k", "st_1.1.0-4", 1000, b"body")
    assert holds(b"k", headers, b"body", 1300)
    assert not holds(b"k", headers, b"body", 1301)
    assert not holds(b"k", headers, b"bodY", 1000)
    assert not holds(b"k", headers | {"webhook-id": "st_1.1.0-5"}, b"body", 1000)
    assert not holds(b"k", headers | {"webhook-timestamp": "1001"}, b"body", 1000)
    assert not holds(b"k", headers | {"webhook-timestamp": "soon"}, b"body", 1000)
    assert not holds(b"k", {}, b"body", 1000)


@pytest.mark.parametrize("status", [302, 400, 401, 500, 503])
def test_what_is_not_taken_comes_again_later_under_the_same_name(flow: Flow, hook: Hook, status: int) -> None:
    flow.log.write(*some())
    flow.add(hook.url)
    hook.answers = [status, status]
    failed = flow.go()
    assert (failed.next, failed.failures, failed.error) == (0, 1, "audit.not_taken")
    flow.go()
    assert len(hook.got) == 1, "not before its time"
    flow.log.clock.advance(seconds=30)
    assert flow.go().failures == 2
    flow.log.clock.advance(seconds=60)
    state = flow.go()
    assert (state.next, state.failures, state.error) == (6, 0, None)
    assert len({headers["webhook-id"] for headers, _ in hook.got}) == 1
    assert gaps(links_of(lines(hook))) == []


def test_a_crash_after_the_other_side_took_it_sends_it_again_and_loses_nothing(flow: Flow, hook: Hook) -> None:
    flow.log.write(*some())
    flow.add(hook.url)

    class Crash(BaseException):
        pass

    send = sender(flow.unseal, flow.log.clock)

    def dying(tx: Transaction, stream: Stream, parcel: streams.Parcel) -> None:
        send(tx, stream, parcel)
        raise Crash

    with pytest.raises(Crash):
        deliver(flow.log.database, dying, flow.log.clock)
    assert flow.state().next == 0
    flow.go()
    first, second = hook.got
    assert (first[0]["webhook-id"], first[1]) == (second[0]["webhook-id"], second[1])
    assert gaps(links_of(lines(hook))) == []


def test_two_workers_send_once(flow: Flow, hook: Hook) -> None:
    flow.log.write(*some())
    flow.add(hook.url)
    hook.before = lambda: (setattr(hook, "before", lambda: None), flow.go())[0]
    flow.go()
    assert len(hook.got) == 1


def test_a_stream_of_some_kinds_is_a_chain_of_its_own(flow: Flow, hook: Hook) -> None:
    flow.log.write(*some(2))
    flow.add(hook.url, kinds=("key.*",))
    flow.go(at_once=3)
    assert [json.loads(line)["index"] for line in lines(hook)] == [1, 5, 7, 11]
    assert gaps(links_of(lines(hook))) == []
    assert gaps(links_of([lines(hook)[0], *lines(hook)[2:]])) != []


def test_after_a_new_origin_everything_flows_anew(flow: Flow, hook: Hook) -> None:
    flow.log.write(*some())
    flow.add(hook.url)
    flow.go()
    recover(flow.log.database, flow.log.signer, flow.log.directory, by="host:test", clock=flow.log.clock)
    flow.log.sequencer.step()
    state = flow.go()
    assert (state.generation, state.next) == (2, 8)
    assert gaps(links_of(lines(hook))) == []


def test_a_target_inside_is_refused_unless_it_is_marked(flow: Flow, hook: Hook) -> None:
    flow.log.write(*some())
    flow.add(hook.url, private=False)
    assert flow.go().error == "net.address_refused"
    assert hook.got == []


@pytest.mark.parametrize("transport", ["tcp", "udp", "tls"])
def test_a_syslog_target_inside_is_refused_unless_it_is_marked(flow: Flow, transport: str) -> None:
    flow.log.write(*some())
    flow.add(f"syslog+{transport}://127.0.0.1:9", "syslog", private=False)
    assert flow.go().error == "net.address_refused"


_MESSAGE = re.compile(
    rb"<(\d+)>1 (\S+) - seawall - (\S+) "
    rb"\[seawall@32473 index=\"(\d+)\"(?: previous=\"(\d+)\")? generation=\"1\"\] \xef\xbb\xbf(.*)",
    re.DOTALL,
)


def wrong(messages: list[bytes]) -> list[object]:
    """Return what of six messages in a row is not as a syslog server expects it."""
    found = [_MESSAGE.fullmatch(each) for each in messages]
    fit = [each for each in found if each and int(each[1]) // 8 == 13]
    fit = [each for each in fit if json.loads(each[6])["metadata"]["event_code"] == each[3].decode()]
    links = [Link(int(each[4]), int(each[5]) if each[5] else None) for each in fit]
    return [
        *(message for message, each in zip(messages, found, strict=True) if each not in fit),
        *(set(range(6)) ^ {each.index for each in links}),
        *gaps(links),
    ]


@pytest.mark.parametrize("secure", [False, True], ids=["tcp", "tls"])
def test_syslog_messages_arrive_each_behind_its_length(flow: Flow, tmp_path: Path, secure: bool) -> None:
    flow.log.write(*some())
    context, pem = certificate(tmp_path) if secure else (None, "")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        way, got = "tls" if secure else "tcp", list[bytes]()
        thread = received(listening, context, got)
        flow.add(f"syslog+{way}://127.0.0.1:{listening.getsockname()[1]}", "syslog", "ocsf", authority=pem)
        state = flow.go()
        thread.join(20)
    assert wrong(frames(b"".join(got))[:6]) == []
    assert state.error is None


def test_a_syslog_server_that_nobody_vouches_for_gets_nothing(flow: Flow, tmp_path: Path) -> None:
    flow.log.write(*some())
    context, _ = certificate(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        got = list[bytes]()
        thread = received(listening, context, got)
        flow.add(f"syslog+tls://127.0.0.1:{listening.getsockname()[1]}", "syslog", "ocsf")
        state = flow.go()
        thread.join(20)
    assert (state.error, state.next, got) == ("net.cut", 0, [])


def test_syslog_messages_arrive_as_datagrams(flow: Flow) -> None:
    flow.log.write(*some())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(20)
        flow.add(f"syslog+udp://127.0.0.1:{listening.getsockname()[1]}", "syslog", "ocsf")
        flow.go()
        assert wrong([listening.recv(65536) for _ in range(6)]) == []


@pytest.mark.parametrize(
    ("way", "target"),
    [
        ("webhook", "ftp://x.test"), ("webhook", "https://user@x.test"), ("webhook", "https://"), ("webhook", "x"),
        ("syslog", "https://x.test"), ("syslog", "syslog://x.test"), ("syslog", "syslog+tls://"),
    ],
)  # fmt: skip
def test_a_target_that_cannot_be_one_is_refused(way: str, target: str) -> None:
    with pytest.raises(BadTarget):
        checked(way, target)


def test_no_secret_of_a_stream_stands_in_a_table_or_a_record(flow: Flow, hook: Hook, database: Database) -> None:
    flow.log.write(*some())
    flow.add(hook.url)
    flow.go()
    with database.begin() as tx:
        for name in ("audit_streams", "ledger_records", "vault_items"):
            rows = tx.exec_driver_sql(f"SELECT t::text FROM {name} AS t").scalars()  # noqa: S608
            assert not any(SECRET in row or SECRET.encode().hex() in row for row in rows)
    assert not any(SECRET in json.dumps(headers) or SECRET.encode() in body for headers, body in hook.got)


def test_tls_is_spoken_of_version_1_2_or_newer() -> None:
    assert ssl.create_default_context().minimum_version >= ssl.TLSVersion.TLSv1_2

"""Cosignatures, asked of a witness on loopback that follows the specification."""

import base64
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seawall.ledger.note import Checkpoint, NoteInvalid, Verifier, open_note
from seawall.ledger.sequencer import Sequencer
from seawall.ledger.signer import Signer
from seawall.ledger.tree import is_consistent
from seawall.ledger.witness import Answer, Witness, check_cosignature, cosignature_key_id, parse_vkey
from seawall.store import Database
from tests.conftest import FrozenClock
from tests.ledger.test_published import Log

NAME = "witness.test"


class Server(ThreadingHTTPServer):
    """A witness: it remembers one size and root per log, checks and persists at once, and cosigns what grew."""

    def __init__(self, log: Verifier) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.log = log
        self.key = Ed25519PrivateKey.generate()
        self.held: Checkpoint | None = None
        self.lock = threading.Lock()
        self.statuses: list[int] = []

    def add(self, body: bytes) -> tuple[int, str, bytes]:
        head, _, note = body.decode().partition("\n\n")
        first, *encoded = head.split("\n")
        old, proof = int(first.removeprefix("old ")), [base64.b64decode(each) for each in encoded]
        try:
            text = open_note(note, self.log)
        except NoteInvalid:
            return 403, "text/plain", b""
        fresh = Checkpoint.parse(text)
        if fresh.origin != self.log.name:
            return 404, "text/plain", b""
        with self.lock:
            if old > fresh.size:
                return 400, "text/plain", b""
            size, root = (self.held.size, self.held.root) if self.held else (0, None)
            if old != size:
                return 409, "text/x.tlog.size", f"{size}\n".encode()
            if root is not None and not is_consistent(old, root, fresh.size, fresh.root, proof):
                return 422, "text/plain", b""
            self.held = fresh
        return 200, "text/plain", self.cosign(text)

    def cosign(self, text: str) -> bytes:
        time = 1_800_000_000
        signature = self.key.sign(f"cosignature/v1\ntime {time}\n{text}".encode())
        identity = cosignature_key_id(NAME, self.key.public_key().public_bytes_raw())
        return f"— {NAME} {base64.b64encode(identity + time.to_bytes(8, 'big') + signature).decode()}\n".encode()


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        status, kind, answer = self.server.add(body) if self.path == "/add-checkpoint" else (404, "text/plain", b"")
        self.server.statuses.append(status)
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def post(url: str, body: bytes) -> Answer:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body), timeout=5) as reply:
            return Answer(reply.status, reply.headers["content-type"], reply.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers["content-type"], error.read())


@pytest.fixture
def log(database: Database, tmp_path: Path, clock: FrozenClock) -> Log:
    return Log(database, tmp_path, clock)


@pytest.fixture
def server(log: Log) -> Iterator[Server]:
    server = Server(log.signer.verifier)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def sequencer(log: Log, server: Server) -> Sequencer:
    public = server.key.public_key().public_bytes_raw()
    witness = Witness(url=f"http://127.0.0.1:{server.server_port}", name=NAME, public=public, post=post)
    return Sequencer(log.database, log.signer, log.directory, log.clock, [witness])


def test_a_growing_log_is_cosigned_at_every_step(log: Log, server: Server) -> None:
    ours = sequencer(log, server)
    for count in (3, 300, 1):
        log.write(count)
        ours.step()
    note = (log.directory / "checkpoint").read_text()
    line = next(each for each in note.split("\n") if each.startswith(f"— {NAME}"))
    public = server.key.public_key().public_bytes_raw()
    assert check_cosignature(line, note.rpartition("\n\n")[0] + "\n", NAME, public) == 1_800_000_000
    assert server.statuses == [200, 200, 200]
    assert log.verify().verified


def test_a_witness_that_knows_another_size_is_proven_to_from_there(log: Log, server: Server) -> None:
    log.write(5)
    log.sequencer.step()
    log.write(2)
    sequencer(log, server).step()
    assert server.statuses == [409, 200]


def test_a_witness_that_saw_a_fork_does_not_cosign_and_the_log_goes_on(log: Log, server: Server) -> None:
    server.held = Checkpoint(log.signer.origin, 1, bytes(32))
    log.write(4)
    sequencer(log, server).step()
    assert server.statuses == [409, 422]
    assert NAME not in (log.directory / "checkpoint").read_text()
    assert log.verify().verified


def test_a_log_that_the_witness_does_not_know_gets_no_line(log: Log, server: Server, tmp_path: Path) -> None:
    server.log = Signer.load_or_create(tmp_path / "else", "other.test/log").verifier
    log.write(1)
    sequencer(log, server).step()
    assert server.statuses == [403]


def test_a_forged_cosignature_is_left_out(log: Log, server: Server) -> None:
    server.cosign = lambda text: f"— {NAME} {base64.b64encode(bytes(76)).decode()}\n".encode()  # type: ignore[method-assign]
    log.write(1)
    sequencer(log, server).step()
    assert NAME not in (log.directory / "checkpoint").read_text()


def test_a_witness_that_is_away_costs_its_line_only(log: Log, server: Server) -> None:
    ours = sequencer(log, server)
    server.shutdown()
    server.server_close()
    log.write(1)
    assert ours.step() == 1
    assert log.verify().verified


def test_witness_keys_are_read_and_refused() -> None:
    public = bytes(range(32))
    identity = cosignature_key_id(NAME, public).hex()
    vkey = f"{NAME}+{identity}+{base64.b64encode(bytes([4]) + public).decode()}"
    assert parse_vkey(vkey) == (NAME, public)
    with pytest.raises(NoteInvalid):
        parse_vkey(vkey.replace(identity, "00000000"))

"""The other side: a webhook and syslog servers on loopback that keep what came."""

import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Hook:
    """A webhook. `answers` are the statuses of the next deliveries; then it is content with everything."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.before: Callable[[], None] = lambda: None
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                hook.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                hook.before()
                self.send_response(hook.answers.pop(0) if hook.answers else 204)
                self.send_header("location", "http://127.0.0.1:9/")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def received(listening: socket.socket, context: ssl.SSLContext | None, into: list[bytes]) -> threading.Thread:
    """Take one connection and keep all that comes by it."""

    def take() -> None:
        connection, _ = listening.accept()
        with connection:
            try:
                reading = context.wrap_socket(connection, server_side=True) if context else connection
                with reading:
                    while part := reading.recv(65536):
                        into.append(part)
            except (ssl.SSLError, ConnectionError):
                return

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    return thread


def certificate(folder: Path) -> tuple[ssl.SSLContext, str]:
    """Return a server's side of TLS for loopback, and the certificate (PEM) by which clients know it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(secret + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context, pem.decode()


def frames(raw: bytes) -> list[bytes]:
    """Return the messages of a stream in which each stands behind its length."""
    found = []
    while raw:
        size, _, rest = raw.partition(b" ")
        found.append(rest[: int(size)])
        raw = rest[int(size) :]
    return found

"""Somebody else's systems on loopback: a server that takes webhooks, and a mail server that speaks STARTTLS."""

import asyncio
import datetime
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Hooks:
    """Takes webhooks and keeps what came. Answers the statuses of `answers` first, then 204."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        hooks = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                hooks.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
                status = hooks.answers.pop(0) if hooks.answers else 204
                self.send_response(status)
                if status == 302:
                    self.send_header("location", f"{hooks.url}/elsewhere")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Post(msgspec.Struct):
    """A letter that came, and how."""

    sender: str
    to: str
    text: str
    secured: bool
    user: str


class MailServer:
    """A small mail server (RFC 5321, 3207, 4954), with a certificate of its own."""

    def __init__(self, folder: Path, *, offers_tls: bool = True, answer: str = "250 taken") -> None:
        self.came: list[Post] = []
        self.answer, self._offers = answer, offers_tls
        self.authority = _certificate(folder)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(folder / "mail.pem")
        self._loop, ready = asyncio.new_event_loop(), threading.Event()

        async def begin() -> None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
            self.port = self._server.sockets[0].getsockname()[1]
            ready.set()

        def run() -> None:
            self._loop.run_until_complete(begin())
            self._loop.run_forever()
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        assert ready.wait(20)

    def close(self) -> None:
        async def end() -> None:
            self._server.close()
            others = [each for each in asyncio.all_tasks() if each is not asyncio.current_task()]
            for each in others:
                each.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._speak(reader, writer)
        finally:
            # Also where a handshake failed, or the server ends meanwhile: nothing may stay open behind a test.
            writer.transport.abort()

    async def _speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        post = Post("", "", "", False, "")
        writer.write(b"220 mail.test\r\n")
        while line := (await reader.readline()).decode("latin-1").strip():
            word = line.upper()
            if word.startswith("EHLO"):
                offered = ["250-mail.test", *(["250-STARTTLS"] if self._offers and not post.secured else [])]
                writer.write("\r\n".join([*offered, "250 AUTH PLAIN", ""]).encode())
            elif word == "STARTTLS":
                writer.write(b"220 go\r\n")
                await writer.drain()
                await writer.start_tls(self._context)
                post.secured = True
            elif word.startswith("AUTH PLAIN"):
                post.user = line.split()[-1]
                writer.write(b"235 welcome\r\n")
            elif word.startswith("MAIL FROM"):
                post.sender = line
                writer.write(b"250 ok\r\n")
            elif word.startswith("RCPT TO"):
                post.to = line
                writer.write(b"250 ok\r\n")
            elif word == "DATA":
                writer.write(b"354 go\r\n")
                post.text = (await reader.readuntil(b"\r\n.\r\n")).decode()
                if self.answer.startswith("250"):
                    self.came.append(post)
                writer.write(f"{self.answer}\r\n".encode())
            elif word == "QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"500 what\r\n")
            await writer.drain()
        writer.close()
        await writer.wait_closed()


def _certificate(folder: Path) -> str:
    """Write a key and a certificate for this machine; return the certificate."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "mail.pem").write_bytes(secret + pem)
    return pem.decode()

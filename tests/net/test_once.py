"""One request and its whole answer, without a loop of one's own."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from seawall.net import AddressRefused, TimedOut, TooLong
from seawall.net.once import ask


@contextmanager
def serving() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            said = f"{self.command} {self.path} ".encode() + body
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/")
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = do_DELETE = reply  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join(10)


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("POST", b"hello"), ("DELETE", None)])
def test_a_request_of_any_method_is_answered_whole_and_redirects_are_not_followed(
    method: str, body: bytes | None
) -> None:
    with serving() as url:
        answer = ask(method, f"{url}/there", body=body, private=True)
    assert (answer.status, answer.headers["location"]) == (302, "http://169.254.169.254/")
    assert answer.body == f"{method} /there ".encode() + (body or b"")


def test_inner_addresses_are_refused_unless_meant() -> None:
    with serving() as url, pytest.raises(AddressRefused):
        ask("GET", url)


def test_an_answer_that_is_too_long_or_too_late_is_not_taken() -> None:
    with serving() as url, pytest.raises(TooLong):
        ask("POST", url, body=b"x" * 200, private=True, limit=100)
    # Whoever listens and never takes a connection says nothing.
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TimedOut):
        ask("GET", f"http://127.0.0.1:{silent.getsockname()[1]}", private=True, within_s=0.2)

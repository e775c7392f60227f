"""Send frames to a socket that cannot be talked into reaching inside: UDP, TCP or TLS, one connection a call.

The name is resolved once, every address that it has must be public unless `private` says otherwise, and the connection
goes to those very addresses. Limits: a peer that takes bytes and forgets them is not noticed; TCP has no receipt.
"""

import socket
import ssl
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec

from seawall.net.client import is_public
from seawall.net.errors import AddressRefused, Cut, NetError, TimedOut, TooLong, Unreachable

_Address = tuple[socket.AddressFamily, Any]
Transport = Literal["udp", "tcp", "tls"]
LONGEST_DATAGRAM = 60_000


class Peer(msgspec.Struct, frozen=True, kw_only=True):
    """Where frames go. `authority` are the certificates (PEM) that TLS trusts; empty trusts those of the system."""

    host: str
    port: int
    transport: Transport
    private: bool = False
    authority: str = ""


def send(peer: Peer, frames: Sequence[bytes], *, timeout_s: float = 10.0) -> None:
    """Send frames in order. Raises AddressRefused, Unreachable, TimedOut, Cut, TooLong."""
    addresses = _resolved(peer)
    try:
        if peer.transport == "udp":
            _datagrams(addresses[0], frames)
        else:
            with _connected(peer, addresses, timeout_s) as connection:
                connection.sendall(b"".join(frames))
    except NetError:
        raise
    except TimeoutError:
        raise TimedOut(f"{peer.host} did not take what was sent in time.") from None
    except ssl.SSLError as error:
        raise Cut(f"TLS with {peer.host} failed ({error.reason or type(error).__name__}).") from None
    except OSError as error:
        raise Cut(f"{peer.host} ended the connection early ({type(error).__name__}).") from None


def connected(peer: Peer, timeout_s: float) -> socket.socket:
    """Return a connection to one of the very addresses that a name has. Raises AddressRefused, Unreachable."""
    return _connected(peer, _resolved(peer), timeout_s)


def _resolved(peer: Peer) -> list[_Address]:
    kind = socket.SOCK_DGRAM if peer.transport == "udp" else socket.SOCK_STREAM
    try:
        found = socket.getaddrinfo(peer.host, peer.port, type=kind)
    except OSError:
        raise Unreachable(f"{peer.host} cannot be found.", hint="Is the name right?") from None
    addresses: list[_Address] = [(family, where) for family, _, _, _, where in found]
    if not peer.private and not all(is_public(str(where[0])) for _, where in addresses):
        raise AddressRefused(peer.host)
    return addresses


def _datagrams(address: _Address, frames: Sequence[bytes]) -> None:
    family, where = address
    longest = max(map(len, frames), default=0)
    if longest > LONGEST_DATAGRAM:
        raise TooLong(f"A frame has {longest} bytes, a datagram {LONGEST_DATAGRAM} at most.", hint="Use tcp or tls.")
    with socket.socket(family, socket.SOCK_DGRAM) as sending:
        sending.connect(where)
        for frame in frames:
            sending.send(frame)


def _connected(peer: Peer, addresses: Iterable[_Address], timeout_s: float) -> socket.socket:
    for family, where in addresses:
        connection = socket.socket(family, socket.SOCK_STREAM)
        connection.settimeout(timeout_s)
        try:
            connection.connect(where)
        except OSError:
            connection.close()
            continue
        return _wrapped(peer, connection) if peer.transport == "tls" else connection
    raise Unreachable(f"No connection to {peer.host} could be made.", hint="Is the address right, and is it up?")


def _wrapped(peer: Peer, connection: socket.socket) -> socket.socket:
    context = ssl.create_default_context(cadata=peer.authority or None)
    try:
        return context.wrap_socket(connection, server_hostname=peer.host)
    except BaseException:
        connection.close()
        raise

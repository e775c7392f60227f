"""Sockets to listen on: the sole one of a machine's `seawall up`, or one of several that share a port."""

import errno
import os
import socket
from contextlib import suppress
from pathlib import Path

from seawall.vocabulary.errors import SeawallError

_BACKLOG = 4096


class PortInUse(SeawallError):
    """The address cannot be listened on."""

    code, status = "app.port_in_use", 409

    def __init__(self, host: str, port: int, error: OSError) -> None:
        used = error.errno == errno.EADDRINUSE
        super().__init__(
            f"{shown(host, port)} cannot be listened on: {error.strerror or error}.",
            hint="Stop what listens there, or set SEAWALL_PORT." if used else "Set SEAWALL_HOST and SEAWALL_PORT.",
        )


def sole(host: str, port: int) -> socket.socket:
    """Return the one socket that listens there, for several processes to inherit. Raises PortInUse."""
    return _bound(host, port, shared=False)


def one_of_several(host: str, port: int) -> socket.socket:
    """Return a socket that gateway processes of one user may open side by side. Raises PortInUse."""
    return _bound(host, port, shared=True)


def inherited(file: int) -> socket.socket:
    """Return the socket that the supervisor listens on."""
    return socket.socket(fileno=file)


def local(path: Path) -> socket.socket:
    """Return a socket in a file that nobody but this user may open; one that a dead process left is replaced."""
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listening.bind(str(path))
    except OSError as error:
        listening.close()
        raise PortInUse(str(path), 0, error) from None
    finally:
        os.umask(before)
    listening.listen(_BACKLOG)
    return listening


def shown(host: str, port: int) -> str:
    """Return host and port as they stand in an address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _bound(host: str, port: int, *, shared: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            with suppress(AttributeError):
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise PortInUse(host, port, error) from None
    return listening


def allow_connections() -> None:
    """Let this process have as many connections as the system allows; what is usual is too few for many streams."""
    try:
        import resource
    except ImportError:  # not there on Windows, where there is no such limit
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

"""Where a verifier reads a log from: a directory or a URL. Nothing of the server is imported.

Limits: a URL is fetched with the standard library, follows no redirect and reads at most 16 MiB a file.
"""

import urllib.error
import urllib.request
from http.client import HTTPMessage
from pathlib import Path
from typing import IO

from seawall.ledger.tiles import Read
from seawall.vocabulary.errors import SeawallError

_MOST = 16 * 1024 * 1024


class SourceUnreadable(SeawallError):
    """The log cannot be fetched."""

    code, status = "ledger.source_unreadable", 502


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def reader(source: str, timeout_s: float = 30.0) -> Read:
    """Return a function from a path of the log to its bytes, or None where there is nothing.

    Raises SourceUnreadable, now for a missing directory, later for what goes wrong while reading.
    """
    if source.startswith(("http://", "https://")):
        return _url_reader(source.rstrip("/"), timeout_s)
    folder = Path(source)
    if not folder.is_dir():
        raise SourceUnreadable(f"{source} is neither a directory nor an http(s) address.", hint="Give one of them.")

    def read(path: str) -> bytes | None:
        try:
            return (folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise SourceUnreadable(f"{path} cannot be read: {error.strerror}.") from None

    return read


def _url_reader(base: str, timeout_s: float) -> Read:
    opener = urllib.request.build_opener(_NoRedirect)

    def read(path: str) -> bytes | None:
        try:
            with opener.open(f"{base}/{path}", timeout=timeout_s) as reply:
                held: bytes = reply.read(_MOST + 1)
        except urllib.error.HTTPError as error:
            if error.code in (404, 410):
                return None
            raise SourceUnreadable(f"{base}/{path} answers {error.code}.") from None
        except (OSError, ValueError) as error:
            raise SourceUnreadable(f"{base}/{path} cannot be fetched: {error}", hint="Is the address right?") from None
        if len(held) > _MOST:
            raise SourceUnreadable(f"{base}/{path} is longer than {_MOST} bytes.")
        return held

    return read

"""Logs as JSON lines on standard error. They carry names and counts, never content, keys or end users.

Of other libraries' messages only the place in the code is told, and of exceptions the type and the place: their words
may quote what they choked on. That goes for what nobody caught, too.
"""

import json
import logging
import sys
import threading
from types import TracebackType
from typing import Any

from seawall.vocabulary.errors import SeawallError

_OWN = "seawall"
_STANDARD = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime", "taskName"}
_log = logging.getLogger(__name__)


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as one line."""
        told = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "from": record.name,
        }
        if record.name.partition(".")[0] == _OWN:
            told["message"] = record.getMessage()
            told |= {name: str(value) for name, value in vars(record).items() if name not in _STANDARD}
        else:
            told["place"] = f"{record.filename}:{record.lineno}"
        if record.exc_info and record.exc_info[1] is not None:
            told |= _about(record.exc_info[1])
        return json.dumps(told)


def start(level: str) -> None:
    """Send logs of this process to standard error from a level on, and what nobody catches with them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
    # What they say below a warning is their daily round.
    for chatty in ("alembic", "procrastinate", "uvicorn", "asyncio", "aiohttp", "psycopg"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    sys.excepthook = _uncaught
    threading.excepthook = lambda given: _uncaught(given.exc_type, given.exc_value, given.exc_traceback)
    sys.unraisablehook = lambda given: _uncaught(given.exc_type, given.exc_value, given.exc_traceback)


def _about(error: BaseException) -> dict[str, str]:
    told = {"error": type(error).__name__, "raised": _place(error.__traceback__)}
    if isinstance(error, SeawallError):
        told["code"] = error.code
    return told


def _place(trace: TracebackType | None) -> str:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> Any:
    if not issubclass(kind, KeyboardInterrupt | SystemExit):
        shown = error if error is not None else kind()
        _log.critical("nobody caught an exception", exc_info=(kind, shown, trace))

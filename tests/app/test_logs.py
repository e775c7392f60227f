"""Logs tell names and counts. No word of a person, of another library, or of an exception gets into them."""

import ast
import asyncio
import io
import json
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import seawall
from seawall.app import logs
from seawall.app.settings import BadSettings

CANARY = "canary-b7e2"
SOURCES = sorted(Path(seawall.__file__).parent.rglob("*.py"))


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What this process logs, with the hooks and handlers put back afterwards."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level, sys.excepthook, threading.excepthook, sys.unraisablehook)
    said = io.StringIO()
    monkeypatch.setattr(sys, "stderr", said)
    logs.start("debug")
    yield said
    root.handlers[:], root.level, sys.excepthook, threading.excepthook, sys.unraisablehook = before  # type: ignore[assignment]
    logging.captureWarnings(False)


def _told(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_a_line_of_ours_says_where_it_comes_from_and_what(lines: io.StringIO) -> None:
    logging.getLogger("seawall.gateway").warning("%d were late", 3, extra={"project": "pr_1"})
    (told,) = _told(lines)
    assert (told["level"], told["from"], told["message"], told["project"]) == (
        "warning", "seawall.gateway", "3 were late", "pr_1",
    )  # fmt: skip


def test_of_other_libraries_only_the_place_is_told(lines: io.StringIO) -> None:
    for name in ("uvicorn.error", "psycopg.pool", "sqlalchemy.engine", "procrastinate.worker", "asyncio", "aiohttp"):
        logger = logging.getLogger(name)
        logger.error(f"could not read {CANARY}")
        logger.error("could not read %s", CANARY, extra={"color_message": f"\x1b[31m{CANARY}", "job": {"a": CANARY}})
    assert CANARY not in lines.getvalue()
    assert "\x1b" not in lines.getvalue()
    assert len(_told(lines)) == 12
    assert all(each["place"].startswith("test_logs.py:") for each in _told(lines))


def test_of_an_exception_type_place_and_code_are_told_and_not_its_words(lines: io.StringIO) -> None:
    for error in (ValueError(CANARY), BadSettings(CANARY, hint=CANARY)):
        try:
            raise error
        except Exception:
            logging.getLogger("seawall.app").exception("it failed")
    first, second = _told(lines)
    assert (first["error"], second["error"], second["code"]) == ("ValueError", "BadSettings", "app.bad_settings")
    assert first["raised"].startswith(__file__)
    assert CANARY not in lines.getvalue()


def test_what_nobody_catches_is_told_the_same_way(lines: io.StringIO) -> None:
    def fail() -> None:
        raise ValueError(CANARY)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    sys.excepthook(ValueError, ValueError(CANARY), None)
    assert [each["error"] for each in _told(lines)] == ["ValueError", "ValueError"]
    assert CANARY not in lines.getvalue()


def test_a_task_that_nobody_awaits_and_a_warning_quote_nothing(lines: io.StringIO) -> None:
    async def leave() -> None:
        async def fail() -> None:
            raise ValueError(CANARY)

        task = asyncio.create_task(fail())
        await asyncio.sleep(0)
        del task
        await asyncio.sleep(0)

    asyncio.run(leave())
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(CANARY, stacklevel=1)
    assert "asyncio" in {each["from"] for each in _told(lines)}
    assert CANARY not in lines.getvalue()


def test_a_process_that_falls_over_shows_no_value() -> None:
    program = f"from seawall.app import logs; logs.start('info'); raise ValueError('{CANARY}')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert json.loads(done.stderr)["error"] == "ValueError"


LEVELS = {"debug", "info", "warning", "error", "critical", "exception", "log"}
# What may stand behind a message: names that we made, types, counts. A message or a text of anyone's is none of them.
HARMLESS = {
    "type(error).__name__", "error.code", "pause", "self.name", "self.fate()", "self._pause_s", "len(groups)",
    "classifier.name", "detector.name", "witness.name", "path[:100]", "(type(error).__doc__ or '').strip()",
    # Of an ImportError: a module's name. Of what keeps the accurate tier from starting: our words and path.
    "error.name", "unusable.message", "unusable.code",
    # An exchange's number, one of a judge's few words for why it failed, a worker's number.
    "exchange", "why", "number",
    # An alarm: which request, one of two sentences of ours, how many were told.
    "request", "words[what]", "told",
    # The number of something that leaves the outbox.
    "delivery.id",
}  # fmt: skip


def _log_calls() -> Iterator[tuple[str, ast.Call]]:
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in LEVELS
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in ("log", "_log", "logger", "_logger", "logging")
            ):
                yield f"{source.relative_to(SOURCES[0].parent)}:{node.lineno}", node


def _values(call: ast.Call) -> Iterator[str]:
    yield from (ast.unparse(each) for each in call.args[1:])
    for keyword in call.keywords:
        if isinstance(keyword.value, ast.Dict):
            yield from (ast.unparse(each) for each in keyword.value.values)


def test_every_line_that_is_logged_is_a_constant_with_harmless_values() -> None:
    calls = list(_log_calls())
    made_up = [place for place, call in calls if not isinstance(call.args[0], ast.Constant)]
    assert not made_up, "a message that is put together may quote anything"
    unknown = {place: set(_values(call)) - HARMLESS for place, call in calls if set(_values(call)) - HARMLESS}
    assert not unknown, "are these values harmless? Then add them to HARMLESS"
    assert len(calls) > 10


def test_nothing_is_printed_but_by_commands_and_tools() -> None:
    printing = [
        str(source)
        for source in SOURCES
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        if "demo" not in source.parts and source.name != "__main__.py"
    ]
    assert printing == []

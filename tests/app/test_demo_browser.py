"""The demo opens the hub where somebody sits in front of a screen, and nowhere else."""

import subprocess
import sys
from pathlib import Path

import pytest

from seawall.app.demo.browser import show

ASKS = """
import os, sys
from seawall.app.demo.browser import show
print(show("http://127.0.0.1:9/hub/", os.environ, terminal=sys.argv[1] == "terminal"))
"""


@pytest.mark.parametrize(("where", "opened"), [("terminal", True), ("pipe", False)])
def test_the_browser_that_is_named_gets_the_address_from_a_terminal_alone(
    tmp_path: Path, where: str, opened: bool
) -> None:
    browser, told = tmp_path / "browser", tmp_path / "told"
    browser.write_text(f'#!/bin/sh\necho "$1" > {told}\n')
    browser.chmod(0o755)
    # A process of its own: which browsers there are is found out once.
    done = subprocess.run(
        [sys.executable, "-c", ASKS, where], env={"BROWSER": str(browser)}, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{opened}\n"
    assert (told.read_text() if told.exists() else "") == ("http://127.0.0.1:9/hub/\n" if opened else "")


@pytest.mark.skipif(sys.platform == "darwin", reason="there is always a screen")
def test_without_a_screen_nothing_is_opened() -> None:
    assert not show("http://127.0.0.1:9/hub/", {"DISPLAY": ""}, terminal=True)

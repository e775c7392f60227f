"""Open an address in the browser of whoever sits in front of this machine."""

import sys
import webbrowser
from collections.abc import Mapping

# What says that there is a screen, or which browser is wanted: without any, one of text would take over the terminal.
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


def show(address: str, environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Open an address where somebody is there to see it; tell whether it was opened."""
    if not terminal or not (sys.platform == "darwin" or any(environment.get(name) for name in _SCREENS)):
        return False
    try:
        return webbrowser.open(address)
    except webbrowser.Error:
        return False

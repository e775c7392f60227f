"""Write for people: lines, quiet styles, and on a terminal one line that tells what is going on just now."""

import shutil
import textwrap
from typing import TextIO

import click

WIDTH = 100


class Paper:
    """A stream that a person reads. `live` is true on a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.live = stream.isatty()
        self.width = min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns) if self.live else WIDTH
        self._status = ""

    def line(self, text: str = "") -> None:
        """Write a line."""
        self._wipe()
        click.echo(text, file=self._stream)
        self._draw()

    def warn(self, text: str) -> None:
        """Write a line to standard error, wherever the report goes."""
        self._wipe()
        click.echo(text, err=True)
        self._draw()

    def lines(self, texts: list[str]) -> None:
        """Write lines."""
        for text in texts:
            self.line(text)

    def heading(self, text: str) -> None:
        """Write a heading, with room above it."""
        self.line()
        self.line(click.style(text, bold=True))
        self.line()

    def prose(self, text: str) -> None:
        """Write a paragraph, dimmed and wrapped, with room below it."""
        for part in textwrap.wrap(text, self.width - 4):
            self.line("  " + dim(part))
        self.line()

    def doing(self, text: str = "", *, passing: bool = False) -> None:
        """Tell what is going on: in place on a terminal, elsewhere as a line of its own unless it is `passing`.

        Nothing wipes it away.
        """
        if self.live:
            self._wipe()
            self._status = text
            self._draw()
        elif text and not passing:
            click.echo(dim(f"  … {text}"), file=self._stream)

    def _wipe(self) -> None:
        if self._status:
            click.echo("\r\x1b[2K", nl=False, file=self._stream)

    def _draw(self) -> None:
        if self._status:
            click.echo(dim(shortened(f"  … {self._status}", self.width - 1)), nl=False, file=self._stream)
            self._stream.flush()


def dim(text: str) -> str:
    """Return a text that stands back."""
    return click.style(text, dim=True)


def shortened(text: str, room: int) -> str:
    """Return a text on one line, cut with an ellipsis where it has no room."""
    text = " ".join(text.split()) if "\n" in text else text
    return text if len(text) <= room else text[: max(0, room - 1)].rstrip() + "…"


def good(text: str) -> str:
    """Return a text that tells that something holds."""
    return click.style(text, fg="green")


def bad(text: str) -> str:
    """Return a text that tells that something does not hold."""
    return click.style(text, fg="red", bold=True)

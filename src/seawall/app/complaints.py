"""What the command line says of an error that is not one of ours: the same object as of one that is."""

import os

import click

from seawall.vocabulary.errors import InvalidInput, SeawallError


class WrittenWrongly(InvalidInput):
    """A command was written in a way that cannot be understood."""

    code = "app.usage"


class FileTrouble(SeawallError):
    """A file cannot be read or written."""

    code = "app.file"


class Unexpected(SeawallError):
    """Something that should not happen did."""

    code = "app.unexpected"


def complaint(error: Exception) -> SeawallError:
    """Return the error as one of ours."""
    if isinstance(error, SeawallError):
        return error
    if isinstance(error, click.ClickException):
        where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "seawall"
        return WrittenWrongly(error.format_message(), hint=f"{where} --help")
    if isinstance(error, OSError):
        about = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
        return FileTrouble(f"{about}{error.strerror or type(error).__name__}.")
    return Unexpected(
        f"Something unexpected happened: {type(error).__name__}, {_place(error)}.",
        hint="With SEAWALL_DEBUG=1 all of it is shown. Please report it.",
    )


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else "nowhere"

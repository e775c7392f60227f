"""`seawall demo`: the whole path on this machine, shown, checked, and left up to try."""

import os
import shlex
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from seawall.app.commands.declared import host_only

if TYPE_CHECKING:
    # Only for the type checker: `seawall --help` must not load what the demo needs.
    from seawall.app.demo.opening import Options
    from seawall.app.demo.paper import Paper

_FOLDER = "seawall-demo"
_STOPPED = 130


@click.command()
@host_only("it starts a Seawall of its own and throws it away")
@click.option("--once", is_flag=True, help="End by itself; exit status 1 when something is not as expected.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; the progress goes to standard error.")
@click.option(
    "--file",
    "labelled",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="Replay a labelled set too (JSON lines, plain or gzipped) and show a confusion table.",
)
@click.option("--limit", type=click.IntRange(1), default=500, show_default=True, help="Rows of the labelled set.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed by which they are drawn.")
@click.option("--scripted", is_flag=True, help="A scripted upstream instead of the small model.")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help=f"Where everything is kept; ./{_FOLDER} by default, with --once a temporary directory.",
)
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Port; another one where it is taken.")
@click.pass_context
def demo(
    ctx: click.Context,
    once: bool,
    as_json: bool,
    labelled: Path | None,
    limit: int,
    seed: int,
    scripted: bool,
    data_dir: Path | None,
    port: int | None,
) -> None:
    """Start a whole Seawall with a small model, send it conversations, show what was decided, verify the ledger.

    It is left up until Ctrl-C, with its address and commands to try, and the hub opens in a browser where there is a
    screen. Nothing leaves this machine.
    """
    from seawall.app.demo.opening import Options, require_sdks
    from seawall.app.demo.paper import Paper

    require_sdks()
    paper = Paper(sys.stderr if as_json else sys.stdout)
    options = Options(
        folder=(data_dir or (_temporary() if once else Path(_FOLDER))).absolute(),
        port=port or ctx.obj.settings.port,
        scripted=scripted,
        labelled=labelled,
        limit=limit,
        seed=seed,
    )
    _interrupt_on_signals()
    try:
        with _removed(options.folder) if once and data_dir is None else nullcontext():
            status = _show(options, paper, once=once, as_json=as_json)
    except KeyboardInterrupt:
        status = _STOPPED
    finally:
        paper.doing()
    paper.line("Stopped.")
    raise click.exceptions.Exit(status)


def _show(options: "Options", paper: "Paper", *, once: bool, as_json: bool) -> int:
    """Run the demo and leave it up unless it is to end; return the exit status. Nothing is left behind."""
    from seawall.app.demo import browser, report, report_checks
    from seawall.app.demo.run import perform

    with ExitStack() as stack, _then_undisturbed(paper):
        paper.lines(report.title())
        finished = perform(options, stack, paper)
        if as_json:
            click.echo(msgspec.json.encode(finished.outcome).decode())
        status = 0 if finished.outcome.right else 1
        if not once:
            paper.lines(report_checks.invitation(finished, _command(), _nearby(finished.ready.stage.config)))
            browser.show(finished.outcome.hub.address, os.environ, terminal=sys.stdout.isatty())
            with suppress(KeyboardInterrupt):
                while True:
                    signal.pause()
    return status


def _temporary() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="seawall-demo-"))
    # Where this runs as root, PostgreSQL runs as a user of its own, who must be able to get in.
    folder.chmod(0o755)
    return folder


@contextmanager
def _removed(folder: Path) -> Iterator[None]:
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _interrupt_on_signals() -> None:
    def interrupt(*_: object) -> None:
        # Once: a second Ctrl-C must not keep the processes from being stopped.
        _ignore_signals()
        raise KeyboardInterrupt

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, interrupt)


def _ignore_signals() -> None:
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)


@contextmanager
def _then_undisturbed(paper: "Paper") -> Iterator[None]:
    """What follows this block, the stopping of processes, is not interrupted."""
    try:
        yield
    finally:
        _ignore_signals()
        paper.doing("stopping everything", passing=True)


def _command() -> str:
    """Return the command by which this program can be called from here."""
    beside = Path(sys.executable).with_name("seawall")
    return _nearby(beside) if beside.exists() and shutil.which("seawall") != str(beside) else "seawall"


def _nearby(path: Path) -> str:
    """Return a path as one would write it here."""
    here = Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))

"""`seawall jobs`: what waits and runs, what failed for good, and another try for it."""

from collections.abc import Sequence
from typing import Any

import click
import msgspec

from seawall.store.jobs import DeadLetter, Queued, dead_letters, queued, retry_dead


def _database() -> Any:
    return click.get_current_context().obj.database()


def _list(rows: Sequence[Queued] | Sequence[DeadLetter], as_json: bool, nothing: str) -> None:
    if as_json:
        click.echo(msgspec.json.encode(rows).decode())
    elif not rows:
        click.echo(nothing)
    for row in () if as_json else rows:
        state = f"failed {row.failed_at:%Y-%m-%d %H:%M}" if isinstance(row, DeadLetter) else row.status
        arguments = " ".join(f"{key}={value}" for key, value in row.arguments.items())
        cells = (str(row.id), row.name, state, f"tried {row.attempts} times", row.error, arguments)
        click.echo("  ".join(filter(None, cells)))


@click.group()
def jobs() -> None:
    """Work in the background: what waits, what failed."""


@jobs.command("list")
@click.option("--limit", default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def list_(limit: int, as_json: bool) -> None:
    """List jobs that wait or run."""
    with _database().begin() as tx:
        _list(queued(tx, limit), as_json, "No job waits or runs.")


@jobs.command()
@click.option("--limit", default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def dead(limit: int, as_json: bool) -> None:
    """List jobs that failed after all their retries."""
    with _database().begin() as tx:
        _list(dead_letters(tx, limit), as_json, "No job has failed.")


@jobs.command()
@click.argument("job", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def retry(job: int, as_json: bool) -> None:
    """Queue a failed JOB again."""
    with _database().begin() as tx:
        retry_dead(tx, job)
    click.echo(msgspec.json.encode({"queued": job}).decode() if as_json else f"Job {job} is queued again.")

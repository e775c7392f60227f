"""`seawall ledger`: verify a log, check a proof file, prove, disclose, recover, show the key.

`verify` and `check` need neither the server nor its database.
"""

import getpass
import json
from pathlib import Path
from typing import Any

import click
import msgspec

from seawall.ledger.note import Verifier
from seawall.ledger.source import reader
from seawall.vocabulary.errors import InvalidInput

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


class NoKey(InvalidInput):
    """A log was to be verified without its key."""

    code = "ledger.no_key"


def _instance() -> Any:
    return click.get_current_context().obj


@click.group()
def ledger() -> None:
    """The ledger: verify it, prove from it."""


@ledger.command()
@click.argument("source")
@click.option("--key", default=None, help="The log's verifier key (name+id+base64), from somewhere you trust.")
@click.option("--state", type=click.Path(path_type=Path), default=None, help="File that remembers what was seen last.")
@_JSON
def verify(source: str, key: str | None, state: Path | None, as_json: bool) -> None:
    """Check everything at SOURCE, a directory or an address: signature, tiles, entries, bodies, growth.

    With --state the checkpoint seen last is remembered, and the log must have grown out of it. Exit status 1 when
    anything does not hold.
    """
    from seawall.ledger.verify import Seen, told
    from seawall.ledger.verify import verify as check_log

    seen = msgspec.json.decode(state.read_bytes(), type=Seen) if state and state.exists() else None
    if key is None and seen is None:
        raise NoKey("There is no key to verify with.", hint="Give --key, or --state of an earlier verification.")
    verifier = Verifier.parse(key or (seen.key if seen else ""))
    report = check_log(reader(source), verifier, seen)
    if report.verified and state is not None:
        fresh = state.with_name(state.name + ".new")
        fresh.write_bytes(msgspec.json.encode(report.seen))
        fresh.replace(state)
    if as_json:
        click.echo(json.dumps(told(report)))
    elif report.verified:
        click.echo(f"Verified: {report.origin}, {report.size} entries, {report.bodies} released bodies.")
    else:
        click.echo(f"NOT verified: {report.origin}")
        for problem in report.problems:
            click.echo(f"  {problem.where}: {problem.what}")
    if not report.verified:
        raise click.exceptions.Exit(1)


@ledger.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--key", required=True, help="The log's verifier key (name+id+base64), from somewhere you trust.")
@click.option("--field", type=click.Path(path_type=Path, exists=True), default=None, help="A disclosure to check too.")
@_JSON
def check(file: Path, key: str, field: Path | None, as_json: bool) -> None:
    """Check the proof FILE of one record or exchange, offline."""
    from seawall.ledger.commitment import Disclosure, check_disclosure
    from seawall.ledger.proof import Proof
    from seawall.ledger.proof import check as check_proof

    proven = check_proof(Proof.parse(file.read_text()), Verifier.parse(key))
    told = msgspec.json.decode(field.read_bytes(), type=Disclosure) if field else None
    if told is not None:
        check_disclosure(proven.record, told)
    if as_json:
        click.echo(msgspec.json.encode(proven).decode())
        return
    click.echo(f"Proven: {proven.record['kind']} {proven.record['id']}, entry {proven.index} of {proven.origin}.")
    if proven.exchange is not None:
        click.echo(f"  exchange {proven.exchange['id']}: {proven.exchange['outcome']}, {proven.exchange['measure']}")
    if told is not None:
        click.echo(f"  {told.field} is {told.value!r}")


@ledger.command()
@click.argument("name")
@click.option("--out", type=click.Path(path_type=Path), default=None, help="Default: NAME.tlog-proof; - prints it.")
def prove(name: str, out: Path | None) -> None:
    """Write the proof file of a record (re_…) or an exchange (ex_…)."""
    from seawall.ledger.files import Files
    from seawall.ledger.prove import prove as make

    instance = _instance()
    with instance.database().begin() as tx:
        text = make(tx, Files(instance.ledger_dir), name).encode()
    if str(out) == "-":
        click.echo(text, nl=False)
        return
    path = out or Path(f"{name}.tlog-proof")
    path.write_text(text)
    click.echo(f"{path} is written. Check it with: seawall ledger check {path} --key '{instance.ledger_key()}'")


@ledger.command()
@click.argument("record")
@click.argument("field")
def disclose(record: str, field: str) -> None:
    """Print one private FIELD of RECORD with its salt, as JSON for `check --field`."""
    from seawall.ledger.prove import disclosed

    with _instance().database().begin() as tx:
        click.echo(msgspec.json.encode(disclosed(tx, record, field)).decode())


@ledger.command()
@_JSON
def key(as_json: bool) -> None:
    """Print the verifier key of this log."""
    shown = _instance().ledger_key()
    click.echo(json.dumps({"key": shown}) if as_json else shown)


@ledger.command()
@click.option("--by", default=lambda: f"host:{getpass.getuser()}", show_default="host:<user>", help="Who does this.")
@click.confirmation_option(prompt="Begin a new origin? The old log stays beside it.")
@_JSON
def recover(by: str, as_json: bool) -> None:
    """Begin a new origin after the database was restored from a backup."""
    from seawall.ledger.recover import recover as begin

    instance = _instance()
    done = begin(instance.database(), instance.signer(), instance.ledger_dir, by=by, clock=instance.clock)
    click.echo(
        msgspec.json.encode(done).decode()
        if as_json
        else f"{done.origin} begins; {done.old_origin} with {done.old_size} entries is kept in {done.kept_in}."
    )

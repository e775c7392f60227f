"""`seawall ledger`: verify a log, check a proof file, prove, disclose, recover, show the key.

`verify` and `check` need neither the server nor its database.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from seawall.app.commands.declared import acted, host_only, needs
from seawall.app.commands.options import BY, JSON, instance, say
from seawall.app.commands.remembered import keep, recall
from seawall.ledger.note import Verifier
from seawall.ledger.source import reader
from seawall.vocabulary.errors import InvalidInput

if TYPE_CHECKING:
    from seawall.ledger.commitment import Disclosure
    from seawall.ledger.verify import Seen


class NoKey(InvalidInput):
    """A log was to be verified without its key."""

    code = "ledger.no_key"


class StateUnreadable(InvalidInput):
    """The file that remembers an earlier verification cannot be read."""

    code = "ledger.state_unreadable"


class FileUnreadable(InvalidInput):
    """A proof file or a disclosure cannot be read."""

    code = "ledger.file_unreadable"


@click.group()
def ledger() -> None:
    """The ledger: verify it, prove from it."""


@ledger.command()
@host_only("it checks what anyone may check")
@click.argument("source")
@click.option("--key", default=None, help="The log's verifier key (name+id+base64), from somewhere you trust.")
@click.option("--state", type=click.Path(path_type=Path), default=None, help="File that remembers what was seen last.")
@JSON
def verify(source: str, key: str | None, state: Path | None, as_json: bool) -> None:
    """Check everything at SOURCE, a directory or an address: signature, tiles, entries, bodies, growth.

    With --state the checkpoint seen last is remembered, and the log must have grown out of it. Exit status 1 when
    anything does not hold.
    """
    from seawall.ledger.verify import told
    from seawall.ledger.verify import verify as check_log

    seen = _seen(state)
    if key is None and seen is None:
        raise NoKey("There is no key to verify with.", hint="Give --key, or --state of an earlier verification.")
    verifier = Verifier.parse(key or (seen.key if seen else ""))
    report = check_log(reader(source), verifier, seen)
    if report.verified and state is not None:
        keep(state, report.seen)
    if report.verified:
        sentences = [f"Verified: {report.origin}, {report.size} entries, {report.bodies} released bodies."]
    else:
        sentences = [f"NOT verified: {report.origin}", *(f"  {each.where}: {each.what}" for each in report.problems)]
    say(told(report), as_json, *sentences)
    if not report.verified:
        raise click.exceptions.Exit(1)


def _seen(state: Path | None) -> "Seen | None":
    """Return what an earlier verification remembered. Raises StateUnreadable."""
    from seawall.ledger.verify import Seen

    return recall(state, Seen, StateUnreadable)


@ledger.command()
@host_only("it checks what anyone may check")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--key", required=True, help="The log's verifier key (name+id+base64), from somewhere you trust.")
@click.option("--field", type=click.Path(path_type=Path, exists=True), default=None, help="A disclosure to check too.")
@JSON
def check(file: Path, key: str, field: Path | None, as_json: bool) -> None:
    """Check the proof FILE of one record or exchange, offline."""
    from seawall.ledger.commitment import check_disclosure
    from seawall.ledger.proof import Proof
    from seawall.ledger.proof import check as check_proof

    proven = check_proof(Proof.parse(_text(file)), Verifier.parse(key))
    told = _disclosure(field) if field else None
    if told is not None:
        check_disclosure(proven.record, told)
    sentences = [f"Proven: {proven.record['kind']} {proven.record['id']}, entry {proven.index} of {proven.origin}."]
    if proven.exchange is not None:
        about = proven.exchange
        sentences.append(f"  exchange {about['id']}: {about['outcome']}, {about['measure']}")
    if told is not None:
        sentences.append(f"  {told.field} is {told.value!r}")
    say(proven, as_json, *sentences)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise FileUnreadable(
            f"{file} is no text.", hint="A proof file is what `seawall ledger prove` writes."
        ) from None


def _disclosure(file: Path) -> "Disclosure":
    from seawall.ledger.commitment import Disclosure

    try:
        return msgspec.json.decode(file.read_bytes(), type=Disclosure)
    except msgspec.DecodeError as error:
        raise FileUnreadable(f"{file}: {error}", hint="It is what `seawall ledger disclose` prints.") from None


@ledger.command()
@needs("ledger.operate", host="the published log and its key lie in files here", reads=True)
@click.argument("name")
@click.option("--out", type=click.Path(path_type=Path), default=None, help="Default: NAME.tlog-proof; - prints it.")
@JSON
def prove(name: str, out: Path | None, as_json: bool) -> None:
    """Write the proof file of NAME, a record (re_…) or an exchange (ex_…), for anyone to check offline."""
    from seawall.ledger.files import Files
    from seawall.ledger.prove import prove as make

    here = instance()
    with here.database().begin() as tx:
        text = make(tx, Files(here.ledger_dir), name).encode()
    key = here.ledger_key()
    if str(out) == "-":
        say({"proof": text, "key": key}, as_json, text.removesuffix("\n"))
        return
    path = out or Path(f"{name}.tlog-proof")
    path.write_text(text)
    sentence = f"{path} is written. Check it with: seawall ledger check {path} --key '{key}'"
    say({"file": str(path), "key": key}, as_json, sentence)


@ledger.command()
@needs("audit.export", host="what is private of a record leaves no other way")
@click.argument("record")
@click.argument("field")
@BY
@JSON
def disclose(record: str, field: str, by: str, as_json: bool) -> None:
    """Print one private FIELD of RECORD with its salt: keep it in a file for `check --field`. Always JSON.

    That it was opened is a record of its own.
    """
    from seawall.ledger.prove import disclosed
    from seawall.vocabulary.ids import RecordId
    from seawall.vocabulary.records.audit import FieldDisclosed

    here = instance()
    with here.database().begin() as tx:
        opened = disclosed(tx, record, field)
        here.record(tx, FieldDisclosed(record=RecordId(record), field=field, by=by))
        acted(tx)
    say(opened, as_json=True)


@ledger.command()
@needs("ledger.operate", host="the published log and its key lie in files here", reads=True)
@JSON
def key(as_json: bool) -> None:
    """Print the verifier key of this log."""
    shown = instance().ledger_key()
    say({"key": shown}, as_json, shown)


@ledger.command()
@needs("ledger.operate", host="its database and its files are put together anew here")
@BY
@click.confirmation_option(prompt="Begin a new origin? The old log stays beside it.")
@JSON
def recover(by: str, as_json: bool) -> None:
    """Begin a new origin after the database was restored from a backup. Stop every worker before."""
    from seawall.ledger.recover import recover as begin

    here = instance()
    done = begin(here.database(), here.signer(), here.ledger_dir, by=by, clock=here.clock)
    with here.database().begin() as tx:
        acted(tx)
    sentence = f"{done.origin} begins; {done.old_origin} with {done.old_size} entries is kept in {done.kept_in}."
    say(done, as_json, sentence)

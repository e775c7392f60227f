"""`seawall hub`: build, publish and verify the transparency hub; check and publish documents for the public.

`verify` and `check` need neither the server nor its database.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from seawall.app.commands.declared import acted, host_only, needs, offered, reach
from seawall.app.commands.options import BY, JSON, instance, say
from seawall.ledger.note import Verifier
from seawall.vocabulary.errors import InvalidInput

if TYPE_CHECKING:
    from seawall.hub.deliveries import Delivery
    from seawall.hub.verify import Report, Seen

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


class StateUnreadable(InvalidInput):
    """The file that remembers an earlier verification cannot be read."""

    code = "hub.state_unreadable"


class _Document(msgspec.Struct, frozen=True, kw_only=True):
    document: str
    version: int
    digest: str


class _Edition(msgspec.Struct, frozen=True, kw_only=True):
    edition: int
    digest: str
    files: int


@click.group()
def hub() -> None:
    """The transparency hub: build, publish and verify it; documents for the public."""


@hub.command()
@needs("report.draft", host="it reads the published ledger and writes files here", reads=True)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to show it in.")
@JSON
def build(out: Path, as_json: bool) -> None:
    """Build the site from the published ledger into a folder, whole or not at all. Nothing is published by it.

    The folder becomes a link to the edition; without `hub publish` the site has no proof.
    """
    from seawall.app import hubbing
    from seawall.hub.folder import put

    with instance().database().begin() as tx:
        made = hubbing.built(instance(), tx)
    put(made.files, out.absolute(), made.digest)
    waiting = [f"{each.document} {each.version}" for each in made.waiting]
    sentences = [f"{out}: {len(made.files)} files, manifest {made.digest}."]
    if waiting:
        sentences.append(f"Not shown yet, as the ledger has not released their records: {', '.join(waiting)}.")
    say({"folder": str(out), "files": len(made.files), "digest": made.digest, "waiting": waiting}, as_json, *sentences)


@hub.command()
@offered("report.publish")
@BY
@JSON
def publish(by: str, as_json: bool) -> None:
    """Build an edition and publish it: a record now, and a worker shows it with its proof a moment later."""

    def host(tx: Any) -> _Edition:
        from seawall.app import hubbing

        made = hubbing.drafted(instance(), tx)
        done = hubbing.publish(instance(), tx, made, hubbing.name_of(made), by=by)
        return _Edition(edition=done.edition, digest=done.digest, files=len(made.files))

    done = reach(_Edition, api=lambda there: there.do("report.publish", build=True), host=host)
    sentence = f"Edition {done.edition} ({done.digest[:12]}, {done.files} files) is published; a worker shows it."
    say(done, as_json, sentence)


@hub.command()
@needs("report.draft", host="targets are settings of the host", reads=True)
@JSON
def targets(as_json: bool) -> None:
    """List where editions are published to beside /hub, and which one each target shows."""
    from seawall.app.hubbing import shown
    from seawall.hub.deliveries import every

    here = instance()
    with here.database().begin() as tx:
        known = every(tx)
    found = [_target(each, known.get(each.name), shown(here)) for each in here.settings.hub_targets]
    say(found, as_json, *([_where(each) for each in found] or ["There is none: name `hub_targets` in seawall.toml."]))


@hub.command()
@needs("system.operate", host="it reaches targets with what the host holds for them")
@click.option("--target", default="", help="Only this one.")
@BY
@JSON
def deliver(target: str, by: str, as_json: bool) -> None:
    """Bring the edition that is shown to every target now, without waiting for the next try."""
    from seawall.app.hub_delivering import deliver as bring

    here, done = instance(), []
    with here.database().begin() as tx:
        acted(tx)
    for name in [target] if target else [each.name for each in here.settings.hub_targets]:
        done.append({"target": name, "digest": bring(here, name)})
    lines = [f"{each['target']} shows {each['digest'][:12]}." for each in done]
    say(done, as_json, *(lines or ["There is no target: name `hub_targets` in seawall.toml."]))


def _target(given: Any, known: "Delivery | None", shown: str) -> dict[str, Any]:
    told = {"target": given.name, "kind": type(given).__struct_config__.tag, "shown": None, "delivered_at": None}
    if known is not None:
        told |= {"shown": known.shown, "delivered_at": known.delivered_at}
    current = known is not None and known.shown == shown and known.begun is None
    return told | {"current": bool(shown) and current, "begun": known is not None and known.begun is not None}


def _where(each: dict[str, Any]) -> str:
    state = (
        "shows the newest edition" if each["current"] else f"shows {each['shown'][:12] if each['shown'] else 'none'}"
    )
    begun = "; a delivery goes on, or broke off" if each["begun"] else ""
    return f"{each['target']}  {each['kind']}  {state}{begun}"


@hub.command()
@offered("document.publish")
@click.argument("file", type=_FILE)
@BY
@JSON
def add(file: Path, by: str, as_json: bool) -> None:
    """Publish the document in FILE, Markdown with front matter, as the next version of what it is."""
    source = file.read_bytes()
    _checked(file)

    def host(tx: Any) -> _Document:
        from seawall.hub import publishing

        digest = publishing.stage(tx, source)
        here = instance()
        made = publishing.publish(tx, digest, by=by, record=here.record, clock=here.clock)
        return _Document(document=made.document, version=made.version, digest=made.digest)

    done = reach(_Document, api=lambda there: there.do("document.publish", text=source.decode()), host=host)
    say(done, as_json, f"Version {done.version} of {done.document} is published. The next edition of the hub shows it.")


@hub.command()
@host_only("it reads files here")
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@JSON
def check(path: Path, as_json: bool) -> None:
    """Say everything that is wrong with the documents of PATH, a file or a folder; ends with 1 if anything is."""
    from seawall.hub.documents import DocumentInvalid, read_folder

    try:
        found = read_folder(path) if path.is_dir() else (_checked(path),)
    except DocumentInvalid as error:
        say({"ok": False, "problems": error.problems}, as_json, error.message)
        raise click.exceptions.Exit(1) from None
    shown = [{"document": each.document, "version": each.version, "kind": each.kind} for each in found]
    lines = [f"{each.document} {each.version}: {each.title} ({each.kind}, {each.date:%Y-%m-%d})" for each in found]
    say({"ok": True, "documents": shown}, as_json, *lines, f"{len(found)} documents are in order.")


def _checked(file: Path) -> Any:
    from seawall.hub.documents import read

    return read(file.read_bytes(), file.name)


@hub.command()
@host_only("it checks what anyone may check")
@click.argument("source")
@click.option("--key", default=None, help="The ledger's verifier key (name+id+base64), from somewhere you trust.")
@click.option("--state", type=click.Path(path_type=Path), default=None, help="File that remembers what was seen last.")
@JSON
def verify(source: str, key: str | None, state: Path | None, as_json: bool) -> None:
    """Check everything at SOURCE, a folder or an address: manifest, files, records, numbers, growth.

    Without --key it is the key that the site states itself, which shows that the site is whole, not whose it is.
    With --state the edition seen last is remembered. Exit status 1 when anything does not hold.
    """
    from seawall.hub import folder
    from seawall.hub.doors import entered
    from seawall.hub.verify import own_key
    from seawall.hub.verify_doors import verify_place
    from seawall.ledger.source import reader

    read, seen = reader(source), _seen(state)
    trusted = key or (seen.key if seen else None)
    verifier = Verifier.parse(trusted) if trusted else own_key(entered(read))
    paths = None if source.startswith(("http://", "https://")) else folder.paths(Path(source))
    report = verify_place(read, verifier, paths=paths, seen=seen)
    if report.verified and state is not None:
        fresh = state.with_name(state.name + ".new")
        fresh.write_bytes(msgspec.json.encode(report.seen))
        fresh.replace(state)
    told = msgspec.to_builtins(report) | {"key": str(verifier), "own_key": trusted is None}
    say(told, as_json, *_sentences(report, trusted is None))
    if not report.verified:
        raise click.exceptions.Exit(1)


def _sentences(report: "Report", own: bool) -> list[str]:
    if not report.verified:
        return ["NOT verified:", *(f"  {each.where}: {each.what}" for each in report.problems)]
    counted = f"{report.files} files, {report.records} records, {report.numbers} numbers"
    said = [f"Verified: edition {report.edition} of {report.name}, as of {report.as_of}: {counted}."]
    return [*said, "By the site's own key: compare it with one from elsewhere."] if own else said


def _seen(state: Path | None) -> "Seen | None":
    from seawall.hub.verify import Seen

    if state is None or not state.exists():
        return None
    try:
        return msgspec.json.decode(state.read_bytes(), type=Seen)
    except (msgspec.DecodeError, OSError):
        raise StateUnreadable(
            f"{state} is not what an earlier verification wrote.", hint="Remove it to begin anew with --key."
        ) from None

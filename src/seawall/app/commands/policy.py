"""`seawall policy`: write a usage policy, see what is wrong with it, try it on the past, publish it."""

import getpass
import shutil
from collections.abc import Callable, Iterable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import msgspec

from seawall import policy as room
from seawall.policy.documents import Documents
from seawall.policy.replay import StoredDecision
from seawall.vocabulary.errors import Conflict

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_DIRECTORY = click.argument("directory", type=click.Path(path_type=Path))


class DirectoryInUse(Conflict):
    """A policy would overwrite files."""

    code = "policy.directory_in_use"


def _instance() -> Any:
    return click.get_current_context().obj


def _person() -> str:
    return f"host:{getpass.getuser()}"


def _detectors() -> frozenset[str]:
    """Return the names that rules may listen to."""
    from seawall.screen.detectors import DETECTORS

    # The classifiers are named, not loaded: their weights are not needed to know them.
    return frozenset({"linear", "encoder", "judge.*", *map("judge.{}".format, _judges()), *(d.name for d in DETECTORS)})


def _judges() -> frozenset[str]:
    """Return the names of the judges in the settings; none where the command runs without an instance."""
    instance = _instance()
    return frozenset() if instance is None else frozenset(each.name for each in instance.settings.judges)


def _print(shown: Any, as_json: bool, lines: Callable[[], Iterable[str]]) -> None:
    if as_json:
        click.echo(msgspec.json.encode(shown).decode())
        return
    for line in lines():
        click.echo(line)


@click.group()
def policy() -> None:
    """The usage policy: documents, versions, what a change would do."""


@policy.command()
@_DIRECTORY
@_JSON
def init(directory: Path, as_json: bool) -> None:
    """Copy the default policy to DIRECTORY, to be changed there."""
    if directory.exists() and any(directory.iterdir()):
        raise DirectoryInUse(f"{directory} is not empty.", hint="Name a directory that does not exist yet.")
    shutil.copytree(room.DEFAULT, directory, dirs_exist_ok=True)
    names = sorted(each.name for each in directory.iterdir())
    _print({"directory": str(directory), "files": names}, as_json, lambda: [f"{directory}: {', '.join(names)}"])


@policy.command()
@_DIRECTORY
@_JSON
def check(directory: Path, as_json: bool) -> None:
    """Say everything that is wrong with the policy in DIRECTORY; ends with 1 if anything is. Needs no database."""
    try:
        documents = room.read(directory, detectors=_detectors(), judges=_judges())
    except room.PolicyInvalid as error:
        message = error.message
        _print({"ok": False, "problems": error.problems}, as_json, lambda: [message])
        raise click.exceptions.Exit(1) from None
    edition = room.compile_documents(documents)
    enforced = sum(rule.enforced for rule in edition.base.rules)
    shown = {
        "ok": True,
        "problems": (),
        "name": edition.base.name,
        "digest": edition.digest,
        "categories": len(documents.categories),
        "enforced": enforced,
        "monitored": len(documents.rules) - enforced,
        "overlays": sorted(documents.overlays),
    }
    told = (
        f"{edition.base.name} is in order: {len(documents.categories)} categories, {enforced} rules enforced, "
        f"{len(documents.rules) - enforced} monitored, {len(documents.overlays)} overlays. {edition.digest}"
    )
    _print(shown, as_json, lambda: [told])


@policy.command()
@_DIRECTORY
@click.option("--by", default=_person, show_default="host:<user>", help="Who publishes it.")
@_JSON
def publish(directory: Path, by: str, as_json: bool) -> None:
    """Put the policy in DIRECTORY into force, in every process."""
    instance = _instance()
    with instance.database().begin() as tx:
        version = room.publish(
            tx, directory, by=by, record=instance.record, clock=instance.clock, detectors=_detectors(), judges=_judges()
        )
    told = "is in force" if version.changed else "was in force already; nothing is published"
    _print(version, as_json, lambda: [f"Version {version.version} ({version.digest[:12]}, {version.name}) {told}."])


@policy.command("list")
@click.option("--limit", default=100, show_default=True)
@_JSON
def list_(limit: int, as_json: bool) -> None:
    """List what was published, newest first."""
    with _instance().database().begin() as tx:
        found = room.versions(tx, limit)
    shown = (f"{v.version:>4}  {v.digest[:12]}  {v.published_at:%Y-%m-%d %H:%M}  {v.name}  by {v.by}" for v in found)
    _print(found, as_json, lambda: list(shown) or ["No policy was published yet."])


@policy.command()
@click.argument("version", default="")
@_JSON
def show(version: str, as_json: bool) -> None:
    """Show VERSION (number, digest or directory; what is in force by default): categories, rules, ladder."""
    documents = _documents(version)
    _print(documents, as_json, lambda: _page(documents))


def _page(documents: Documents) -> Iterable[str]:
    edition = room.compile_documents(documents)
    yield f"{documents.policy.name}  {edition.digest}"
    for category, document in documents.categories.items():
        yield f"\n{document.title} ({category.value}, {document.severity})\n  {document.prohibited}"
        for rule in (rule for rule in documents.rules if rule.category is category):
            where = ", ".join(surface.value for surface in rule.surfaces)
            mode = "" if rule.mode == "enforce" else "  (monitored)"
            yield f"  {rule.id:<36} {rule.measure.value:<9} on {where}{mode}"
    yield "\nLadder"
    for step in documents.ladder.steps:
        lasting = "until lifted" if step.for_ is None else f"for {step.for_}"
        yield f"  at {step.at_weight:g}: {step.state.value} {lasting}"
    for exemption in documents.exemptions:
        whom = " ".join(filter(None, (exemption.project, exemption.key, exemption.account)))
        yield f"Exempt: {whom} from {', '.join(exemption.rules)} until {exemption.expires:%Y-%m-%d}"


def _documents(wanted: str) -> Documents:
    if wanted and Path(wanted).is_dir():
        return room.read(Path(wanted))
    with _instance().database().begin() as tx:
        return room.load_documents(tx, wanted)


@policy.command()
@click.argument("before")
@click.argument("after")
@_JSON
def diff(before: str, after: str, as_json: bool) -> None:
    """Show what changed from BEFORE to AFTER; each is a number, a digest or a directory."""
    found = room.diff(_documents(before), _documents(after))
    _print(found, as_json, lambda: [str(each) for each in found] or ["Nothing changed."])


@policy.command("try")
@_DIRECTORY
@click.option("--days", default=7.0, show_default=True, help="Decisions of how many days back.")
@click.option("--limit", default=10_000, show_default=True, help="At most so many decisions.")
@_JSON
def try_(directory: Path, days: float, limit: int, as_json: bool) -> None:
    """Decide past exchanges again under the draft in DIRECTORY, and show what would change."""
    edition = room.compile_documents(room.read(directory, detectors=_detectors(), judges=_judges()))
    instance = _instance()
    # Loaded here: no other command needs the gateway.
    stored = import_module("seawall.gateway.replay").stored
    with instance.database().begin() as tx:
        past: Iterable[StoredDecision] = stored(tx, since=instance.clock() - timedelta(days=days), limit=limit)
        trial = room.try_draft(edition, past)
    _print(trial, as_json, lambda: _told(trial))


def _told(trial: room.Trial) -> Iterable[str]:
    yield f"{trial.differing} of {trial.tried} decisions would differ."
    for change, count in trial.counts.items():
        yield f"  {count:>6}  {change}"
    yield f"Strikes: {trial.strikes_before} then, {trial.strikes_after} under the draft."
    for rule, count in trial.would_have.items():
        yield f"  {count:>6}  {rule} (monitored) would have acted"
    for each in trial.changed:
        because = ", ".join(each.because) or "no rule"
        yield f"  {each.exchange}  {each.before.value} -> {each.after.value}  {because}  ({', '.join(each.what)})"

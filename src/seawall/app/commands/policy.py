"""`seawall policy`: write a usage policy, see what is wrong with it, try it on the past, publish it."""

import shutil
from collections.abc import Callable, Iterable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from seawall import policy as room
from seawall.app.commands.declared import host_only, needs, offered, reach, reach_page
from seawall.app.commands.options import BY, JSON, instance, paged, say, say_page, texts
from seawall.app.listeners import detector_names, judge_names
from seawall.app.remote import path, query
from seawall.policy.documents import Documents
from seawall.policy.replay import StoredDecision
from seawall.vocabulary.errors import Conflict

_MOST_VERSIONS = 1_000_000
_DIRECTORY = click.argument("directory", type=click.Path(path_type=Path))


class DirectoryInUse(Conflict):
    """A policy would overwrite files."""

    code = "policy.directory_in_use"


def _detectors() -> frozenset[str]:
    """Return the names that rules may listen to."""
    return detector_names(_judges())


def _judges() -> frozenset[str]:
    """Return the names of the judges in the settings; none where the command runs without an instance."""
    here = instance()
    return frozenset() if here is None else judge_names(here.settings)


def _print(shown: Any, as_json: bool, lines: Callable[[], Iterable[str]]) -> None:
    say(shown, as_json, *(() if as_json else lines()))


@click.group()
def policy() -> None:
    """The usage policy: documents, versions, what a change would do."""


@policy.command()
@host_only("it writes files here")
@_DIRECTORY
@JSON
def init(directory: Path, as_json: bool) -> None:
    """Copy the default policy to DIRECTORY, to be changed there."""
    if directory.exists() and any(directory.iterdir()):
        raise DirectoryInUse(f"{directory} is not empty.", hint="Name a directory that does not exist yet.")
    shutil.copytree(room.DEFAULT, directory, dirs_exist_ok=True)
    names = sorted(each.name for each in directory.iterdir())
    _print({"directory": str(directory), "files": names}, as_json, lambda: [f"{directory}: {', '.join(names)}"])


@policy.command()
@host_only("it reads files here")
@_DIRECTORY
@JSON
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
@offered("policy.publish")
@_DIRECTORY
@BY
@JSON
def publish(directory: Path, by: str, as_json: bool) -> None:
    """Put the policy in DIRECTORY into force, in every process."""
    here = instance()

    def host(tx: Any) -> "room.PolicyVersion":
        ours = {"by": by, "record": here.record, "clock": here.clock}
        return room.publish(tx, directory, detectors=_detectors(), judges=_judges(), **ours)

    version = reach(
        room.PolicyVersion,
        api=lambda there: there.do("policy.publish", files=texts(directory)),
        host=host,
        changed=lambda done: done.changed,
    )
    told = "is in force" if version.changed else "was in force already; nothing is published"
    _print(version, as_json, lambda: [f"Version {version.version} ({version.digest[:12]}, {version.name}) {told}."])


@policy.command("list")
@offered("policy.read", reads=True)
@paged
@JSON
def list_(after: str | None, limit: int, as_json: bool) -> None:
    """List what was published, newest first: version, digest, when, name, by whom."""
    found = reach_page(
        room.PolicyVersion,
        api=lambda there: there.pages(path("policies"), "versions", after=after, limit=limit),
        host=lambda tx: room.versions(tx, _MOST_VERSIONS),
        name=lambda each: str(each.version),
        after=after,
        limit=limit,
    )
    nothing = "No policy was published yet."
    say_page(found, as_json, _line, nothing=nothing, limit=limit, name=lambda each: str(each.version))


def _line(v: "room.PolicyVersion") -> str:
    return f"{v.version:>4}  {v.digest[:12]}  {v.published_at:%Y-%m-%d %H:%M}  {v.name}  by {v.by}"


@policy.command()
@offered("policy.read", reads=True)
@click.argument("version", default="")
@JSON
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
    where = f"{path('policies', 'documents')}?{query({'version': wanted})}"
    return reach(Documents, api=lambda there: there.call("GET", where), host=lambda tx: room.load_documents(tx, wanted))


@policy.command()
@offered("policy.read", reads=True)
@click.argument("before")
@click.argument("after")
@JSON
def diff(before: str, after: str, as_json: bool) -> None:
    """Show what changed from BEFORE to AFTER; each is a number, a digest or a directory."""
    found = room.diff(_documents(before), _documents(after))
    _print(found, as_json, lambda: [str(each) for each in found] or ["Nothing changed."])


@policy.command("try")
@needs("policy.draft", host="it decides again what the database holds", reads=True)
@_DIRECTORY
@click.option(
    "--days", type=click.FloatRange(0, 36_500), default=7.0, show_default=True, help="Decisions of how many days back."
)
@click.option(
    "--limit", type=click.IntRange(1, 1_000_000), default=10_000, show_default=True, help="At most so many decisions."
)
@JSON
def try_(directory: Path, days: float, limit: int, as_json: bool) -> None:
    """Decide past exchanges again under the draft in DIRECTORY, and show what would change."""
    edition = room.compile_documents(room.read(directory, detectors=_detectors(), judges=_judges()))
    here = instance()
    # Loaded here: no other command needs the gateway.
    stored = import_module("seawall.gateway.replay").stored
    with here.database().begin() as tx:
        past: Iterable[StoredDecision] = stored(tx, since=here.clock() - timedelta(days=days), limit=limit)
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

"""`seawall activities`: what people did for a practice; record it, list it, take it from a file, withdraw it."""

from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
import msgspec

from seawall.app.commands.declared import offered, reach
from seawall.app.commands.options import BY, JSON, instance, page, paged, say, say_page
from seawall.app.remote import path
from seawall.commitments import activities as room
from seawall.commitments.activities import Activity, ActivityKind, BadActivity, Entry, Withdrawal
from seawall.commitments.importing import Line, preview, take

_DAY = click.DateTime(("%Y-%m-%d",))


@click.group()
def activities() -> None:
    """What people did for a practice: a membership, a consultation, a grant, a course, a position."""


@activities.command()
@offered("activity.record")
@click.argument("practice")
@click.option("--kind", type=click.Choice([each.value for each in ActivityKind]), required=True, help="What it was.")
@click.option("--title", required=True, help="What was done, in a few words; it may be published.")
@click.option("--begins", type=_DAY, required=True, help="The day on which it was, or began.")
@click.option("--ends", type=_DAY, default=None, help="The day on which it ended.")
@click.option(
    "--expires", type=_DAY, default=None, help="Until when it counts; as the practice's cadence says, without."
)
@click.option("--document", type=click.Path(path_type=Path, exists=True, dir_okay=False), default=None,
              help="The document; its digest is worked out here, and it stays where it is.")  # fmt: skip
@click.option("--document-digest", default="", help="The document's SHA-256, in the place of --document.")
@click.option("--people", default="", help="Who took part. Kept, and not published.")
@click.option("--notes", default="", help="What else there is to say. Kept, and not published.")
@BY
@JSON
def add(
    practice: str, kind: str, title: str, begins: datetime, ends: datetime | None, expires: datetime | None,
    document: Path | None, document_digest: str, people: str, notes: str, by: str, as_json: bool,
) -> None:  # fmt: skip
    """State that something was done for PRACTICE."""
    entry = Entry(
        practice=practice,
        kind=ActivityKind(kind),
        title=title,
        begins=begins.date(),
        ends=_day(ends),
        expires=_day(expires),
        document_digest=_digest(document, document_digest),
        document_name=document.name if document is not None else "",
        people=people,
        notes=notes,
    )
    here = instance()
    made = reach(
        Activity,
        api=lambda there: there.call("POST", path("activities"), msgspec.to_builtins(entry)),
        host=lambda tx: room.add(tx, here.book(), entry, by=by, record=here.record, clock=here.clock),
    )
    say(made, as_json, f"{made.id} counts for {made.practice} until {made.expires_at:%Y-%m-%d}.")


@activities.command("list")
@offered("commitment.read", reads=True)
@click.option("--practice", default="", help="Only those for this practice.")
@paged
@JSON
def list_(practice: str, after: str | None, limit: int, as_json: bool) -> None:
    """List activities, newest first."""
    found = reach(
        list[Activity],
        api=lambda there: there.pages(path("activities"), "activities", after=after, limit=limit, practice=practice),
        host=lambda tx: list(page(room.every(tx, practice), lambda each: each.id, after, limit)),
    )
    nothing = "Nobody stated anything yet: seawall activities add"
    say_page(found, as_json, _line, nothing=nothing, limit=limit, name=lambda each: each.id)


@activities.command("import")
@offered("activity.record")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--preview", "only_look", is_flag=True, help="Say what would become of every line, and keep nothing.")
@BY
@JSON
def import_(file: Path, only_look: bool, by: str, as_json: bool) -> None:
    """Take every line of FILE, which is CSV, as an activity; or none, where one of them is wrong."""
    here, given = instance(), {"text": _text(file)}
    if only_look:
        lines = reach(
            list[dict[str, Any]],
            api=lambda there: there.call("POST", path("activities", "preview"), given),
            host=lambda tx: [_shown(each) for each in preview(here.book(), given["text"], here.clock())],
            changed=lambda _: False,
        )
        say(lines, as_json, *map(_told, lines))
        if any(each["problem"] for each in lines):
            raise click.exceptions.Exit(1)
        return
    made = reach(
        list[Activity],
        api=lambda there: there.call("POST", path("activities", "import"), given),
        host=lambda tx: take(tx, here.book(), given["text"], by=by, record=here.record, clock=here.clock),
    )
    say(made, as_json, f"{len(made)} activities were recorded.", *map(_line, made))


@activities.command()
@offered("activity.record")
@click.argument("activity")
@click.option("--reason-code", type=click.Choice([each.value for each in Withdrawal]), required=True, help="Why.")
@BY
@JSON
def withdraw(activity: str, reason_code: str, by: str, as_json: bool) -> None:
    """Let ACTIVITY count no more."""
    here, reason = instance(), Withdrawal(reason_code)
    done = reach(
        Activity,
        api=lambda there: there.call("POST", path("activities", activity, "withdraw"), {"reason_code": reason_code}),
        host=lambda tx: room.withdraw(tx, activity, reason=reason, by=by, record=here.record, clock=here.clock),
    )
    say(done, as_json, f"{done.id} does not count any more.")


def _digest(document: Path | None, stated: str) -> str:
    if (document is None) is (not stated):
        raise BadActivity("An activity has either --document or --document-digest.", hint="Name the file.")
    return stated if document is None else sha256(document.read_bytes()).hexdigest()


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise BadActivity(f"{file} is not in UTF-8.", hint="Save it as CSV in UTF-8.") from None


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()


def _shown(each: Line) -> dict[str, Any]:
    entry = each.entry
    told: dict[str, Any] = {"practice": "", "kind": "", "title": ""}
    if entry is not None:
        told = {"practice": entry.practice, "kind": entry.kind.value, "title": entry.title}
    return {"line": each.line, **told, "expires_at": each.expires_at, "problem": each.problem, "hint": each.hint}


def _told(each: dict[str, Any]) -> str:
    if each["problem"]:
        return f"line {each['line']}: {each['problem']} {each['hint']}".rstrip()
    return (
        f"line {each['line']}: {each['practice']} {each['kind']}, until {str(each['expires_at'])[:10]}: {each['title']}"
    )


def _line(each: Activity) -> str:
    gone = "withdrawn" if each.withdrawn_at is not None else f"until {each.expires_at:%Y-%m-%d}"
    return f"{each.id}  {each.practice}  {each.kind.value}  {gone}  by {each.by}  {each.title}"

"""`seawall privacy`: what is stored of somebody, export, correction, deletion, opting out; how long it is kept."""

from pathlib import Path
from typing import Any

import click
import msgspec

from seawall.access import keys, projects
from seawall.access import privacy as rooms
from seawall.access.people.model import Profile
from seawall.access.privacy import Checked, Request, Whose, Wish
from seawall.access.privacy.retention import Class
from seawall.app import acting
from seawall.app.commands.declared import offered, reach, reach_page
from seawall.app.commands.options import BY, JSON, instance, paged, say, say_page
from seawall.app.commands.privacy_words import answer, line, stocked
from seawall.app.holders import archive
from seawall.app.labels import write_private
from seawall.app.remote import Remote, path
from seawall.store import Transaction
from seawall.vault import sweep
from seawall.vocabulary.errors import SeawallError


class Held(Request, frozen=True, kw_only=True):
    """A request with how much is held where, how much of it is on hold, and who opted out."""

    held: dict[str, int]
    on_hold: dict[str, int]
    opted_out: tuple[str, ...]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """For how long what is kept."""

    classes: tuple[Class, ...]
    backups_kept_days: int


@click.group()
def privacy() -> None:
    """Privacy requests: what is stored of somebody, export, correction, deletion, opting out."""


@privacy.command()
@offered("privacy.answer")
@click.option("--wish", type=click.Choice([each.value for each in Wish]), required=True, help="What is asked for.")
@click.option("--account", "accounts", multiple=True, help="An account (ac_…, or a whole key key_…); may be repeated.")
@click.option("--user", default=None, help="The end user as requests name them, with --project: all their accounts.")
@click.option("--project", default=None, help="With --user, where they are; alone, the project itself.")
@click.option("--person", default=None, help="A person who works here, by id.")
@BY
@JSON
def request(
    wish: str,
    accounts: tuple[str, ...],
    user: str | None,
    project: str | None,
    person: str | None,
    by: str,
    as_json: bool,
) -> None:
    """Take a request in. Its answer is due within thirty days."""
    here, whose = instance(), _whose(accounts, user, project, person)

    def api(there: Remote) -> Any:
        given: dict[str, Any] = {"wish": wish, "kind": whose.value, "subjects": [person] if person else accounts}
        if user is not None:
            given |= {"project": project, "end_user": user}
        elif project is not None:
            given |= {"subjects": [there.call("GET", path("projects", project))["id"]]}
        return there.call("POST", _AT, given)

    def host(tx: Transaction) -> Request:
        subjects = [person] if person else list(accounts) or _of_project(tx, project or "", user)
        return rooms.take(tx, here.edges(), Wish(wish), whose, subjects, by=by)

    made = reach(Request, api=api, host=host)
    say(made, as_json, made.id, f"Due {made.due_at:%d %B %Y}. Next: seawall privacy check {made.id} --how signed_in")


@privacy.command("list")
@offered("privacy.read", reads=True)
@click.option("--open", "only_open", is_flag=True, help="Only those that wait, by when they are due.")
@paged
@JSON
def list_(only_open: bool, after: str | None, limit: int, as_json: bool) -> None:
    """List requests: id, wish, whose data, state, when due."""
    found = reach_page(
        Request,
        api=lambda there: there.pages(_AT, "requests", after=after, limit=limit, only_open=only_open),
        host=lambda tx: rooms.every(tx, only_open=only_open),
        name=lambda each: each.id,
        after=after,
        limit=limit,
    )
    say_page(found, as_json, line, nothing="Nobody asked for anything.", limit=limit, name=lambda each: each.id)


@privacy.command()
@offered("privacy.read", reads=True)
@click.argument("request")
@JSON
def show(request: str, as_json: bool) -> None:
    """Show REQUEST, how much is held of whoever asks and where, and what was answered."""
    here = instance()

    def host(tx: Transaction) -> Held:
        found = rooms.find(tx, request)
        return Held(**msgspec.structs.asdict(found), **msgspec.structs.asdict(rooms.stock(tx, archive(here), found)))

    found = reach(Held, api=lambda there: there.call("GET", _at(request)), host=host)
    checked = f"  checked by {found.checked_by}: {found.checked}" if found.checked else "  nobody has checked who asks"
    told = stocked(found.held, found.on_hold)
    say(found, as_json, line(found), checked, *told, *answer(found))


@privacy.command()
@offered("privacy.answer")
@click.argument("request")
@click.option("--how", type=click.Choice([each.value for each in Checked]), required=True, help="How it was found out.")
@BY
@JSON
def check(request: str, how: str, by: str, as_json: bool) -> None:
    """Say that whoever asks in REQUEST is who they say. Somebody else answers."""
    here = instance()
    found = reach(
        Request,
        api=lambda there: there.call("POST", _at(request, "check"), {"how": how}),
        host=lambda tx: rooms.check(tx, here.edges(), request, how=Checked(how), by=by),
    )
    say(found, as_json, line(found))


@privacy.command()
@offered("privacy.answer")
@click.argument("request")
@click.argument("file", type=click.Path(path_type=Path))
@BY
@JSON
def export(request: str, file: Path, by: str, as_json: bool) -> None:
    """Answer REQUEST with a new FILE of JSON Lines that only its owner can read."""
    here = instance()

    def api(there: Remote) -> Any:
        # Made first: an answer is given once, and without a file it would be lost.
        write_private(file, b"")
        try:
            file.write_bytes(there.answer("POST", _at(request, "export")).body)
        except SeawallError:
            file.unlink()
            raise
        return there.call("GET", _at(request))

    def host(tx: Transaction) -> Request:
        found, body = rooms.export(tx, here.edges(), archive(here), request, by=by)
        # Last, inside the transaction: without a file nothing was answered.
        write_private(file, body)
        return found

    found = reach(Request, api=api, host=host)
    say(found, as_json, f"{file} is written.", *answer(found))


@privacy.command()
@offered("privacy.answer")
@click.argument("request")
@click.confirmation_option(prompt="Delete what may be deleted? It cannot be brought back.")
@BY
@JSON
def delete(request: str, by: str, as_json: bool) -> None:
    """Answer REQUEST by deleting: content, places, profile; say what stays and why."""
    here = instance()
    found = reach(
        Request,
        api=lambda there: there.call("POST", _at(request, "delete")),
        host=lambda tx: rooms.delete_all(tx, here.edges(), archive(here), request, by=by),
    )
    if acting.there() is None:
        sweep(here.vault(), here.database(), here.clock)
    say(found, as_json, line(found), *answer(found))


@privacy.command()
@offered("privacy.answer")
@click.argument("request")
@click.option("--name", default=None, help="What a person here is called from now on.")
@click.option("--address", default="", help="Their e-mail address from now on.")
@click.option("--note", default=None, help="What an account says is wrong in what is on record of it.")
@BY
@JSON
def correct(request: str, name: str | None, address: str, note: str | None, by: str, as_json: bool) -> None:
    """Answer REQUEST by correcting a person's profile, or by keeping a note beside an account."""
    here = instance()
    if (name is None) == (note is None):
        raise click.UsageError("Give --name (and --address) of a person, or --note of an account.")

    def host(tx: Transaction) -> Request:
        if name is None:
            return rooms.contest(tx, here.edges(), request, note or "", by=by)
        return rooms.correct_person(tx, here.edges(), request, Profile(name=name, address=address), by=by)

    given = {"note": note} if name is None else {"name": name, "address": address}
    found = reach(Request, api=lambda there: there.call("POST", _at(request, "correct"), given), host=host)
    say(found, as_json, line(found))


@privacy.command("opt-out")
@offered("privacy.answer")
@click.argument("request")
@BY
@JSON
def opt_out(request: str, by: str, as_json: bool) -> None:
    """Answer REQUEST: nothing is learned from it or analysed of it any more (or, where it asks so, again)."""
    here = instance()
    found = reach(
        Request,
        api=lambda there: there.call("POST", _at(request, "opt-out")),
        host=lambda tx: rooms.opt_out(tx, here.edges(), request, by=by),
    )
    say(found, as_json, line(found))


@privacy.command()
@offered("privacy.answer")
@click.argument("request")
@click.option("--reason-code", required=True, help="A code such as not_who_they_say; a text belongs elsewhere.")
@BY
@JSON
def refuse(request: str, reason_code: str, by: str, as_json: bool) -> None:
    """Refuse REQUEST, with a reason that can be told."""
    here = instance()
    found = reach(
        Request,
        api=lambda there: there.call("POST", _at(request, "refuse"), {"reason_code": reason_code}),
        host=lambda tx: rooms.refuse(tx, here.edges(), request, reason_code=reason_code, by=by),
    )
    say(found, as_json, line(found))


@privacy.command()
@offered("privacy.read", reads=True)
@JSON
def retention(as_json: bool) -> None:
    """Show for how long each class of content is kept."""
    here = instance()

    def host(tx: Transaction) -> Kept:
        classes = tuple(rooms.classes(here.periods()))
        return Kept(classes=classes, backups_kept_days=here.settings.backups_kept_days)

    kept = reach(Kept, api=lambda there: there.call("GET", path("privacy", "retention")), host=host)
    lines = [f"{each.name}  {each.shown()}  {each.holds}" for each in kept.classes]
    say(kept, as_json, *lines, f"Backups are kept for {kept.backups_kept_days} days.")


_AT = path("privacy", "requests")


def _at(request: str, *what: str) -> str:
    return path("privacy", "requests", request, *what)


def _whose(accounts: tuple[str, ...], user: str | None, project: str | None, person: str | None) -> Whose:
    given = [bool(accounts), user is not None or project is not None, person is not None]
    if sum(given) != 1 or (user is not None and project is None):
        raise click.UsageError("Give --account, or --user and --project, or --project, or --person.")
    if person is not None:
        return Whose.PERSON
    return Whose.ACCOUNT if accounts or user is not None else Whose.PROJECT


def _of_project(tx: Transaction, project: str, user: str | None) -> list[str]:
    if user is None:
        return [projects.find(tx, project).id]
    return [instance().account(each.key, user) for each in keys.list_keys(tx, project)]

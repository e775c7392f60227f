"""`seawall filers`: who is warned or not heard because of what they file, and taking that back."""

from datetime import datetime
from typing import TYPE_CHECKING

import click
import msgspec

from seawall.app.commands.declared import offered, reach
from seawall.app.commands.options import BY, JSON, instance, page, paged, say, say_page
from seawall.app.remote import path

if TYPE_CHECKING:
    # Only for the type checker: help need not load PostgreSQL.
    from seawall.store import Transaction


class Filer(msgspec.Struct, frozen=True, kw_only=True):
    """A warning or a suspension."""

    id: str
    filer: str
    kind: str
    what: str
    at: datetime
    until: datetime | None
    settled: int
    unfounded: int
    lifted_at: datetime | None


@click.group()
def filers() -> None:
    """Whoever keeps filing what is manifestly unfounded: warnings, suspensions, taking them back."""


@filers.command("list")
@offered("account.read", reads=True)
@paged
@JSON
def list_(after: str | None, limit: int, as_json: bool) -> None:
    """List warnings and suspensions, newest first."""

    def here(tx: "Transaction") -> list[Filer]:
        from seawall.cases import filers as room

        return [_filer(each) for each in room.every(tx)]

    every = reach(list[Filer], api=lambda there: there.call("GET", path("filers")), host=here)
    found = page(every, lambda each: each.id, after, limit)
    say_page(found, as_json, _line, nothing="Nobody was warned.", limit=limit, name=lambda each: each.id)


def _acting(name: str, what: str, done: str, helped: str) -> None:
    """Make the command that does one thing to somebody who files."""

    @filers.command(name, help=helped)
    @offered("account.change_standing")
    @click.argument("filer")
    @click.option("--files", type=click.Choice(["notices", "appeals"]), required=True, help="For which they are.")
    @click.option("--reason-code", required=True, help="Why, as a code such as insults.")
    @BY
    @JSON
    def act(filer: str, files: str, reason_code: str, by: str, as_json: bool) -> None:
        def here(tx: "Transaction") -> Filer:
            from seawall.app.casework import office
            from seawall.cases import filing
            from seawall.cases.filers import Files, What

            ours = {"reason_code": reason_code, "by": by}
            return _filer(filing.act(tx, office(instance()), filer, Files(files), What(what), **ours))

        given = {"filer": filer, "files": files, "what": what, "reason_code": reason_code}
        made = reach(Filer, api=lambda there: there.call("POST", path("filers"), given), host=here)
        say(made, as_json, f"{made.id}: {done}")


_acting("warn", "warned", "they are warned, and told.", "Warn FILER, who files what is unfounded.")
_acting("suspend", "suspended", "they are told.", "Process nothing more of FILER for a while, who was warned before.")


@filers.command()
@offered("account.change_standing")
@click.argument("act")
@click.option("--reason-code", required=True, help="Why, as a code such as wrong_mark.")
@BY
@JSON
def lift(act: str, reason_code: str, by: str, as_json: bool) -> None:
    """Take the warning or suspension ACT back."""

    def here(tx: "Transaction") -> Filer:
        from seawall.app.casework import office
        from seawall.cases import filers as room

        return _filer(room.lift(tx, office(instance()), act, reason_code=reason_code, by=by))

    given = {"reason_code": reason_code}
    done = reach(Filer, api=lambda there: there.call("POST", path("filers", act, "lift"), given), host=here)
    say(done, as_json, f"{done.id} is taken back.")


def _filer(found: object) -> Filer:
    return Filer(**{name: getattr(found, name) for name in Filer.__struct_fields__})


def _line(each: Filer) -> str:
    until = f" until {each.until:%d %b %Y}" if each.until else ""
    gone = "  taken back" if each.lifted_at else ""
    return f"{each.id}  {each.filer}  {each.kind}  {each.what}{until}  {each.unfounded} of {each.settled}{gone}"

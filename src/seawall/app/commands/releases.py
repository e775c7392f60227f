"""`seawall releases`: propose a release, read what it rests on, sign it off with others, refuse, withdraw."""

from base64 import b64encode
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from seawall.app.commands.declared import offered, reach, reach_page
from seawall.app.commands.legal_shapes import Moment, values
from seawall.app.commands.options import BY, JSON, instance, paged, say, say_page
from seawall.app.labels import write_private
from seawall.app.remote import Remote, path
from seawall.app.risks import board
from seawall.risk import Shown, every, find, shown
from seawall.risk import attach as attach_document
from seawall.risk import propose as propose_release
from seawall.risk import refuse as refuse_release
from seawall.risk import sign_off as sign_release_off
from seawall.risk import withdraw as withdraw_release
from seawall.risk.errors import BadRelease
from seawall.risk.model import Applies, Brought, Part, Plan, Refusal, Risk, Withdrawal
from seawall.risk.reading import read
from seawall.risk.signing import stated
from seawall.store import Transaction

RELEASE = click.argument("release")


@click.group()
def releases() -> None:
    """Releases of models: propose, sign off with others, refuse, withdraw."""


@releases.command("list")
@offered("release.read", reads=True)
@paged
@JSON
def list_(after: str | None, limit: int, as_json: bool) -> None:
    """List releases, newest first: id, model, version, where to, state, until when."""
    found = reach_page(
        Shown,
        api=lambda there: there.pages(path("releases"), "releases", after=after, limit=limit),
        host=lambda tx: [shown(each) for each in every(tx, board(instance()))],
        name=lambda each: each.id,
        after=after,
        limit=limit,
    )
    nothing = "No release was proposed. `seawall releases propose` proposes one."
    say_page(found, as_json, _line, nothing=nothing, limit=limit, name=lambda each: each.id)


@releases.command()
@offered("release.read", reads=True)
@RELEASE
@JSON
def show(release: str, as_json: bool) -> None:
    """Show RELEASE with its documents, its conditions and what is missing."""
    found = reach(
        Shown,
        api=lambda there: there.call("GET", path("releases", release)),
        host=lambda tx: shown(find(tx, board(instance()), release)),
    )
    say(found, as_json, *_page(found))


@releases.command()
@offered("release.propose")
@click.argument("model")
@click.argument("version")
@click.option("--for", "applies", type=click.Choice(values(Applies)), required=True, help="What kind of release.")
@click.option("--risk", type=click.Choice(values(Risk)), required=True, help="What is determined of the thresholds.")
@click.option("--expires", type=Moment(), required=True, help="When a sign-off would lapse, such as 2027-03-01.")
@click.option("--document", "files", type=(click.Choice(values(Part)), click.Path(path_type=Path, exists=True)),
              multiple=True,
              help="What a document is for, and its file; one is the determination. Again for more.")  # fmt: skip
@click.option("--public", type=(click.Choice(values(Part)), str), multiple=True,
              help="What a document is for, and the digest of one that the hub publishes.")  # fmt: skip
@click.option("--condition", "conditions", multiple=True, help="Under which condition; published. Again for more.")
@BY
@JSON
def propose(
    model: str, version: str, applies: str, risk: str, expires: datetime, files: tuple[tuple[str, Path], ...],
    public: tuple[tuple[str, str], ...], conditions: tuple[str, ...], by: str, as_json: bool,
) -> None:  # fmt: skip
    """Propose to release VERSION of MODEL."""
    given = [*(_brought(part, file) for part, file in files), *(_named(part, digest) for part, digest in public)]
    plan = Plan(model=model, version=version, applies=Applies(applies), risk=Risk(risk), expires_at=expires,
                documents=tuple(given), conditions=conditions)  # fmt: skip
    made = reach(
        Shown,
        api=lambda there: there.call("POST", path("releases"), _sent(plan)),
        host=lambda tx: shown(propose_release(tx, board(instance()), plan, by=by)),
    )
    say(made, as_json, *_page(made), f"Next, others: seawall releases sign-off {made.id}{_lacking(made)}")


@releases.command()
@offered("release.propose")
@RELEASE
@click.argument("part", type=click.Choice(values(Part)))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--title", default="", help="What it is called; its file's name without it.")
@BY
@JSON
def attach(release: str, part: str, file: Path, title: str, by: str, as_json: bool) -> None:
    """Hand FILE in as PART of a proposed RELEASE, or in the place of a document of the same title."""
    given = msgspec.structs.replace(_brought(part, file), title=title or file.name)
    made = reach(
        Shown,
        api=lambda there: there.call("PUT", path("releases", release, "documents"), _document(given)),
        host=lambda tx: shown(attach_document(tx, board(instance()), release, given, by=by)),
    )
    say(made, as_json, *_page(made))


@releases.command()
@offered("release.read")
@RELEASE
@click.argument("digest")
@click.argument("file", type=click.Path(path_type=Path))
@BY
@JSON
def document(release: str, digest: str, file: Path, by: str, as_json: bool) -> None:
    """Write the document of RELEASE that has DIGEST into a new FILE; that it was read is recorded."""
    content = reach(
        bytes,
        api=lambda there: b64encode(there.answer("GET", path("releases", release, "documents", digest)).body).decode(),
        host=lambda tx: read(tx, board(instance()), release, digest, by=by),
    )
    write_private(file, content)
    say({"file": str(file), "bytes": len(content)}, as_json, f"{file} is written.")


@releases.command("sign-off")
@offered("release.sign_off")
@RELEASE
@click.option("--lacking", multiple=True, help="What you know to be missing, as `show` names it; again for more.")
@BY
@JSON
def sign_off(release: str, lacking: tuple[str, ...], by: str, as_json: bool) -> None:
    """Sign RELEASE off, naming all that is missing. Others agree to exactly its statement."""
    here = instance()

    def api(there: Remote) -> Any:
        there.do("release.sign_off", release=release, lacking=list(lacking))
        return there.call("GET", path("releases", release))

    def host(tx: Transaction) -> Shown:
        made = stated(tx, board(here), release, lacking)
        return shown(sign_release_off(tx, board(here), release, made.sha256, lacking, by=by, agreed=()))

    found = reach(Shown, api=api, host=host)
    say(found, as_json, *_page(found))


@releases.command()
@offered("release.refuse")
@RELEASE
@click.option("--reason-code", type=click.Choice(values(Refusal)), required=True, help="Why, as a code.")
@click.option("--reason", required=True, help="Why, for whoever proposed it. Kept in the vault.")
@BY
@JSON
def refuse(release: str, reason_code: str, reason: str, by: str, as_json: bool) -> None:
    """Refuse a proposed RELEASE."""
    given = {"reason_code": reason_code, "reason": reason}
    found = reach(
        Shown,
        api=lambda there: there.call("POST", path("releases", release, "refuse"), given),
        host=lambda tx: shown(
            refuse_release(tx, board(instance()), release, code=Refusal(reason_code), reason=reason, by=by)
        ),
    )
    say(found, as_json, *_page(found))


@releases.command()
@offered("release.withdraw")
@RELEASE
@click.option("--reason-code", type=click.Choice(values(Withdrawal)), required=True, help="Why, as a code.")
@BY
@JSON
def withdraw(release: str, reason_code: str, by: str, as_json: bool) -> None:
    """Take a proposed RELEASE back, or end its sign-off before its time."""
    found = reach(
        Shown,
        api=lambda there: there.call("POST", path("releases", release, "withdraw"), {"reason_code": reason_code}),
        host=lambda tx: shown(withdraw_release(tx, board(instance()), release, code=Withdrawal(reason_code), by=by)),
    )
    say(found, as_json, *_page(found))


def _brought(part: str, file: Path) -> Brought:
    return Brought(part=Part(part), title=file.name, content=file.read_bytes())


def _named(part: str, digest: str) -> Brought:
    return Brought(part=Part(part), public=digest)


def _sent(plan: Plan) -> dict[str, Any]:
    told = msgspec.structs.asdict(plan)
    told |= {"expires_at": plan.expires_at.isoformat(), "documents": [_document(each) for each in plan.documents]}
    return told


def _document(given: Brought) -> dict[str, Any]:
    if given.content is not None and not given.content:
        raise BadRelease(f"{given.title!r} is empty.", hint="Hand in what it says.")
    told: dict[str, Any] = msgspec.to_builtins(given)
    return told


def _lacking(found: Shown) -> str:
    return "".join(f" --lacking {each.code}" for each in found.missing)


def _page(found: Shown) -> list[str]:
    told = [_line(found)]
    told += [f"  document ({each.part}): {each.title}  {each.sha256}" for each in found.documents]
    told += [f"  condition: {each}" for each in found.conditions]
    told += [f"  missing: {each.code}  {each.says}" for each in found.missing]
    return told


def _line(found: Shown) -> str:
    until = f"until {found.expires_at:%Y-%m-%d}"
    return f"{found.id}  {found.model} {found.version}  {found.applies}  {found.state}  {found.risk}  {until}"

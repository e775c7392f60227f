"""`seawall feedback`: what people say of commitments by the form on the hub; read it, answer it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
import msgspec

from seawall.app.commands.declared import offered, reach
from seawall.app.commands.options import BY, JSON, instance, page, paged, say, say_page
from seawall.app.remote import path

if TYPE_CHECKING:
    # Only for the type checker: help need not load PostgreSQL.
    from seawall.cases.feedback import Feedback
    from seawall.store import Transaction


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """Feedback without its words."""

    id: str
    framework: str
    about: str
    title: str
    received_at: datetime
    answered_at: datetime | None
    answered_by: str | None
    published: bool
    record: str | None


class Opened(Said, frozen=True, kw_only=True):
    """Feedback with its words."""

    words: str | None
    contact: str | None
    answer: str | None
    public: str | None


@click.group()
def feedback() -> None:
    """Feedback on commitments: what came in by the form on the hub, and the answers."""


@feedback.command("list")
@offered("feedback.read", reads=True)
@click.option("--open", "only_open", is_flag=True, help="Only what waits for an answer, oldest first.")
@paged
@JSON
def list_(only_open: bool, after: str | None, limit: int, as_json: bool) -> None:
    """List feedback, newest first, without its words."""

    def here(tx: "Transaction") -> list[Said]:
        from seawall.cases.feedback import reading

        return [_said(each) for each in page(reading.every(tx, only_open=only_open), lambda one: one.id, after, limit)]

    found = reach(
        list[Said],
        api=lambda there: there.pages(
            path("feedback"), "feedback", after=after, limit=limit, only_open="true" if only_open else "false"
        ),
        host=here,
    )
    nothing = "Nothing waits for an answer." if only_open else "Nobody wrote yet."
    say_page(found, as_json, _line, nothing=nothing, limit=limit, name=lambda each: each.id)


@feedback.command()
@offered("feedback.read", reads=True)
@click.argument("name", metavar="FEEDBACK")
@JSON
def show(name: str, as_json: bool) -> None:
    """Show FEEDBACK with its words."""

    def here(tx: "Transaction") -> Opened:
        from seawall.cases.feedback import reading

        return _opened(tx, reading.find(tx, name))

    found = reach(Opened, api=lambda there: there.call("GET", path("feedback", name)), host=here)
    say(found, as_json, *_whole(found))


@feedback.command()
@offered("feedback.answer")
@click.argument("name", metavar="FEEDBACK")
@click.option("--words", required=True, help="The answer, for whoever wrote.")
@click.option("--public", default="", help="What of it the hub shows to everybody, signed and for good.")
@BY
@JSON
def answer(name: str, words: str, public: str, by: str, as_json: bool) -> None:
    """Answer FEEDBACK in words, once."""

    def here(tx: "Transaction") -> Opened:
        from seawall.app.casework import office
        from seawall.cases.feedback import Answer, answering

        return _opened(tx, answering.answer(tx, office(instance()), name, Answer(words=words, public=public), by=by))

    given = {"words": words, "public": public}
    done = reach(Opened, api=lambda there: there.call("POST", path("feedback", name, "answer"), given), host=here)
    shown = " The next edition of the hub shows the public part." if done.published else ""
    say(done, as_json, f"{done.id} is answered.{shown}")


def _said(found: "Feedback") -> Said:
    return Said(**_told(found))


def _opened(tx: "Transaction", found: "Feedback") -> Opened:
    from seawall.app.casework import office
    from seawall.cases.feedback import reading

    said = reading.opened(tx, office(instance()), found)
    return Opened(**_told(found), **msgspec.structs.asdict(said))


def _told(found: "Feedback") -> dict[str, Any]:
    from seawall.web.promised import named

    promise = named(instance().book(), found.about)
    told: dict[str, Any] = {
        name: getattr(found, name) for name in Said.__struct_fields__ if name not in ("title", "published")
    }
    return told | {
        "title": found.about if promise is None else promise.shown,
        "published": found.public is not None,
    }


def _line(each: Said) -> str:
    state = f"answered {each.answered_at:%Y-%m-%d}" if each.answered_at else "waits"
    return f"{each.id}  {each.about}  {each.received_at:%Y-%m-%d}  {state}{'  in public' if each.published else ''}"


def _whole(each: Opened) -> list[str]:
    lines = [_line(each), each.title, "", each.words or "It is kept no more."]
    lines += ["", f"Reached at {each.contact}."] if each.contact else []
    lines += ["", "Answer:", each.answer or "It is kept no more."] if each.answered_at else []
    return lines + (["", "For everybody:", each.public or "It was erased."] if each.published else [])

"""In which language the portal speaks to somebody: what they choose, what is stored of them, what their browser asks.

A choice is part of the address and nothing is kept of it. What a link leads to is stored with a language where the
product, or whoever reported something, gave one. What reviewers and operators wrote is shown as they wrote it.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from seawall.cases import contacts
from seawall.cases.links import Link, Opens, follow
from seawall.cases.speaking import FIRST, LANGUAGES, Say, saying, translations, understood
from seawall.cases.speaking import marked as _
from seawall.store import Transaction
from seawall.vocabulary.errors import SeawallError
from seawall.web.console.assets import asset
from seawall.web.console.forms import Field, Wrong, wrong
from seawall.web.console.times import iso
from seawall.web.offices import office_of
from seawall.web.portal.moments import absolute

CHOICE = "language"
_HERE = Path(__file__).parent
# What is said of an error in other languages than that of the code: without its values.
_REFUSED = {
    "case.bad_words": _("What you wrote is empty, too long, or holds characters that cannot be kept."),
    "case.bad_address": _("This is no e-mail address."),
    "case.appealed_already": _("This decision was appealed already."),
    "case.appeal_too_late": _("The time to appeal is over."),
    "case.not_appealable": _("This decision cannot be appealed, or not any more."),
    "case.filing_suspended": _("What you send is not processed at the moment. You were told until when."),
    "web.nothing_chosen": _("Nothing was chosen."),
    "web.open_too_long": _("This form was open for too long."),
    "web.bad_fields": _("Something is missing, or does not fit."),
    "web.too_many_attempts": _("That was too often. Wait a little, and try again."),
}
_OTHERWISE = _("This could not be done.")


def entered(request: Request, tx: Transaction, token: str, *kinds: Opens) -> Link:
    """Return the link of a token, and speak from now on as suits whom it leads to. Raises LinkRefused."""
    link = follow(tx, office_of(request), token, *kinds)
    request.state.language = chosen(request) or contacts.language_of(tx, link) or _asked(request)
    return link


def language(request: Request) -> str:
    """Return the language of a page."""
    known: str | None = getattr(request.state, "language", None)
    return known or chosen(request) or _asked(request)


def say_in(request: Request) -> Say:
    """Return what says a message in the language of a page."""
    return saying(language(request))


def chosen(request: Request) -> str | None:
    """Return the language that the address names; None where it names none that is spoken here."""
    given = request.query_params.get(CHOICE, "")
    return given if given in LANGUAGES else None


def onward(request: Request, path: str) -> str:
    """Return a path of the portal that keeps the language which somebody chose."""
    given = chosen(request)
    return path if given is None else f"{path}?{CHOICE}={given}"


def spoken(fields: tuple[Field, ...], say: Say) -> tuple[Field, ...]:
    """Return the fields of a form in a language."""
    return tuple(
        msgspec.structs.replace(
            each,
            label=say(each.label),
            hint=say(each.hint) if each.hint else "",
            options=tuple((value, say(label)) for value, label in each.options),
        )
        for each in fields
    )


def refused(request: Request, error: SeawallError, fields: tuple[Field, ...]) -> Wrong:
    """Return what went wrong, at its field; in the language of the page."""
    found, spoken_in = wrong(error, fields), language(request)
    if spoken_in == FIRST:
        return found
    return Wrong(message=said_of(error, saying(spoken_in)), at=found.at)


def said_of(error: SeawallError, say: Say) -> str:
    """Return what is said of an error in another language than that of the code."""
    return say(_REFUSED.get(error.code, _OTHERWISE))


@lru_cache(maxsize=8)
def templates(spoken_in: str) -> Environment:
    """Return the templates of the portal, in a language. Everything is escaped."""
    made = Environment(
        # The blocks of forms are those of the console.
        loader=FileSystemLoader([_HERE / "templates", _HERE.parent / "console" / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translations(spoken_in), newstyle=True)  # type: ignore[attr-defined]
    say = saying(spoken_in)

    def moment(at: Any) -> str:
        return absolute(at, say)

    made.globals.update(asset=asset, absolute=moment, iso=iso, say=say)
    return made


def _asked(request: Request) -> str:
    return understood(request.headers.get("accept-language", "")) or FIRST

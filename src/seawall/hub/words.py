"""The words of the hub in its language: standard gettext catalogues, `<language>/LC_MESSAGES/seawall_hub.mo`."""

import gettext
from datetime import UTC, date, datetime
from pathlib import Path

DOMAIN = "seawall_hub"
SHIPPED = Path(__file__).parent / "locale"
Words = gettext.NullTranslations


def _(text: str) -> str:
    # Marks a text for the catalogue.
    return text


MONTHS = (
    _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"), _("August"), _("September"),
    _("October"), _("November"), _("December"),
)  # fmt: skip


# What templates say of practices and commitments by the names of their states.
STATES = (
    _("kept"), _("lapsing"), _("lapsed"), _("not started"), _("not applicable"), _("recorded only"),
)  # fmt: skip


def words_of(language: str, catalogues: Path | None = None) -> Words:
    """Return the catalogue of a language, an operator's before the one that is shipped; English where there is none."""
    found = gettext.translation(DOMAIN, catalogues or SHIPPED, languages=[language], fallback=True)
    if catalogues is not None:
        found.add_fallback(gettext.translation(DOMAIN, SHIPPED, languages=[language], fallback=True))
    return found


def day(words: Words, at: date | datetime) -> str:
    """Return a day as people read it."""
    shown = at.astimezone(UTC) if isinstance(at, datetime) else at
    return words.gettext("%(day)d %(month)s %(year)d") % {
        "day": shown.day,
        "month": words.gettext(MONTHS[shown.month - 1]),
        "year": shown.year,
    }


def duration(words: Words, seconds: int) -> str:
    """Return how long a time is, as people say it: in days, or in hours where it is less than two days."""
    days, hours = seconds / 86_400, seconds / 3600
    if days >= 2:
        return words.gettext("%(days)s days") % {"days": f"{days:.1f}"}
    return words.gettext("%(hours)s hours") % {"hours": f"{hours:.1f}"}


def moment(words: Words, at: datetime) -> str:
    """Return a moment in full, in UTC."""
    return words.gettext("%(day)s, %(time)s UTC") % {
        "day": day(words, at),
        "time": f"{at.astimezone(UTC):%H:%M}",
    }

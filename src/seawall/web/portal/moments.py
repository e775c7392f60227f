"""Moments as the portal says them, in the language of whoever reads. All of them are UTC, and say so."""

from datetime import UTC, datetime

from seawall.cases.speaking import Say
from seawall.cases.speaking import marked as _

_MONTHS = (
    _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"), _("August"), _("September"),
    _("October"), _("November"), _("December"),
)  # fmt: skip
_FORM = _("{day} {month} {year}, {time} UTC")


def absolute(at: datetime, say: Say) -> str:
    """Return a moment in full."""
    there = at.astimezone(UTC)
    return say(_FORM).format(
        day=there.day, month=say(_MONTHS[there.month - 1]), year=there.year, time=f"{there:%H:%M:%S}"
    )

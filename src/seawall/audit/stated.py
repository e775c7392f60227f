"""What a search or an export was asked for, as records say it: kinds, identifiers, a period. Pure.

What is no identifier was perhaps a name or an address that somebody typed. It finds nothing, and the ledger keeps what
it holds for good, so it is told as `other`.
"""

import re

import msgspec

from seawall.audit.search import Filter
from seawall.vocabulary.records import KINDS

OTHER = "other"
# Ids as `vocabulary.ids` makes them, and who acts without one.
_NAMED = re.compile(r"[a-z]{2,10}_[0-9a-v]{26}|(host|directory|provider):[A-Za-z0-9_.-]{1,64}|seawall|nobody")


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """A filter as records hold it."""

    kinds: tuple[str, ...]
    actor: str
    subject: str
    since: str
    until: str


def stated(wanted: Filter) -> Stated:
    """Return what of a filter goes into the ledger."""
    return Stated(
        kinds=tuple(kind if _known(kind) else OTHER for kind in wanted.kinds),
        actor=_named(wanted.actor),
        subject=_named(wanted.subject),
        since=wanted.since.isoformat() if wanted.since else "",
        until=wanted.until.isoformat() if wanted.until else "",
    )


def _known(kind: str) -> bool:
    begins = kind.removesuffix("*")
    return kind in KINDS or (kind.endswith(".*") and any(each.startswith(begins) for each in KINDS))


def _named(value: str) -> str:
    return value if not value or _NAMED.fullmatch(value) else OTHER

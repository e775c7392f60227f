"""What a scope lets out, and why; what it keeps in, and why. Pure: pieces in, a division out.

Each piece is either given with its reason, or counted under the first reason that keeps it.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

from seawall.cases.legal.kinds import Data, Kind, Tier
from seawall.cases.legal.model import Scope
from seawall.vocabulary.ids import AccountId
from seawall.vocabulary.producible import Piece


class Kept(StrEnum):
    """Why something is left out."""

    BEYOND_TIER = "beyond_tier"
    NOT_ASKED = "not_asked"
    NARROWED = "narrowed"
    OUT_OF_DATES = "out_of_dates"
    NOT_KEPT = "not_kept"
    ZERO_RETENTION = "zero_retention"


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A piece that a scope lets out."""

    account: AccountId
    data: Data
    piece: Piece


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a category is left out for a reason."""

    data: Data
    why: Kept
    count: int


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """How far a request reaches: its kind and tier, what was asked, and what the review let stand."""

    kind: Kind
    tier: Tier
    asked: Scope
    granted: Scope


def divide(reach: Reach, found: Iterable[tuple[AccountId, Piece]]) -> tuple[list[Given], list[LeftOut]]:
    """Return what is given, in a fixed order, and what is left out, counted."""
    given, left = list[Given](), Counter[tuple[Data, Kept]]()
    for account, piece in found:
        data = Data(piece.category)
        why = _kept(reach, account, data, piece)
        if why is None:
            given.append(Given(account=account, data=data, piece=piece))
        else:
            left[data, why] += 1
    given.sort(key=_place)
    return given, [LeftOut(data=data, why=why, count=count) for (data, why), count in sorted(left.items())]


def why_in(reach: Reach, each: Given) -> str:
    """Return why a piece is given, in a sentence."""
    kind = reach.kind.value.replace("_", " ")
    named = f"{each.account} is named, {each.data.value} data is asked for, and a {kind} reaches it"
    when = "" if each.piece.at is None else f"; {moment(each.piece.at)} lies within the time"
    return f"{named}{when}."


def moment(at: datetime) -> str:
    """Return a moment the same way, in whichever zone the database gives it."""
    return at.astimezone(UTC).isoformat()


def _kept(reach: Reach, account: AccountId, data: Data, piece: Piece) -> Kept | None:
    if not reach.tier.reaches(data.tier):
        return Kept.BEYOND_TIER
    if not _in(reach.granted, account, data, piece):
        if not _names(reach.asked, account, data):
            return Kept.NOT_ASKED
        return Kept.NARROWED if _in(reach.asked, account, data, piece) else Kept.OUT_OF_DATES
    return Kept(piece.gone) if piece.gone else None


def _names(scope: Scope, account: AccountId, data: Data) -> bool:
    return account in scope.accounts and data in scope.categories


def _in(scope: Scope, account: AccountId, data: Data, piece: Piece) -> bool:
    in_time = piece.at is None or scope.since <= piece.at < scope.until
    return in_time and _names(scope, account, data)


def _place(each: Given) -> tuple[str, int, str, str]:
    at = "" if each.piece.at is None else moment(each.piece.at)
    return each.account, tuple(Data).index(each.data), at, each.piece.id

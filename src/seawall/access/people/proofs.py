"""What a person has proven, by what and when; and the refusal that is returned so that its count is committed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from seawall.store import Database, Transaction
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.ids import PersonId


class Way(StrEnum):
    """How something was proven."""

    LINK = "link"
    PASSWORD = "password"  # noqa: S105 - a word, not one
    CODE = "code"
    RECOVERY = "recovery"
    PASSKEY = "passkey"
    PROVIDER = "provider"


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """A person proved who they are. `verified` tells that the device checked the person, by PIN or body.

    `vouched_by` is set where somebody else made the means, as with a link that another person issued.
    """

    person: PersonId
    way: Way
    at: datetime
    factor: str = ""
    verified: bool = False
    vouched_by: PersonId | None = None


_AGAIN = "Try again, or use another way. After several failures a way is closed for a while."


class SignInRefused(SeawallError):
    """Somebody could not prove who they are. It never tells whether the person exists."""

    code, status = "access.sign_in_refused", 401

    def __init__(self, message: str = "That does not match.", *, hint: str = _AGAIN) -> None:
        super().__init__(message, hint=hint)


class StepUpNeeded(SeawallError):
    """What was proven is too long ago, or too weak, for this."""

    code, status = "access.step_up_needed", 403


Attempted = Proof | SignInRefused


def settled(database: Database, attempt: Callable[[Transaction], Attempted]) -> Proof:
    """Make an attempt in a transaction that is kept either way. Raises SignInRefused after it was."""
    with database.begin() as tx:
        outcome = attempt(tx)
    if isinstance(outcome, SignInRefused):
        raise outcome
    return outcome


def age(proofs: tuple[Proof, ...], now: datetime, *ways: Way, verified: bool = False) -> timedelta | None:
    """Return how long ago the latest proof of these ways was; None where there is none."""
    found = [now - proof.at for proof in proofs if proof.way in ways and (proof.verified or not verified)]
    return min(found, default=None)


def require_passkey(proofs: tuple[Proof, ...], now: datetime, within: timedelta) -> None:
    """Ask for a passkey that verified the person lately. Raises StepUpNeeded."""
    last = age(proofs, now, Way.PASSKEY, verified=True)
    if last is None or last > within:
        was = "has not been used in this session" if last is None else f"was used {int(last.total_seconds())} s ago"
        raise StepUpNeeded(
            f"This asks for a passkey within {int(within.total_seconds())} s; yours {was}.",
            hint="Use the passkey again, then repeat this.",
        )

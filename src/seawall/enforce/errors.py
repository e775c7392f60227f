"""What can be wrong with an act on an account."""

from datetime import datetime

from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound
from seawall.vocabulary.ids import AccountId, DecisionId


class NoSuchAccount(NotFound):
    """Nothing was ever held against an account of that id."""

    code = "account.unknown"

    def __init__(self, account: AccountId) -> None:
        super().__init__(
            f"No account {account!r} is known here.",
            hint="`seawall accounts list` shows those that are; `seawall accounts meet KEY` makes one known.",
        )


class NoSuchDecision(NotFound):
    """Nothing followed from a decision of that id."""

    code = "decision.nothing_followed"

    def __init__(self, decision: DecisionId) -> None:
        super().__init__(
            f"Nothing followed for any account from a decision {decision!r}.",
            hint="seawall accounts show ACCOUNT lists the decisions held against an account.",
        )


class DecisionAlreadyReversed(Conflict):
    """The decision was taken back before."""

    code = "decision.already_reversed"

    def __init__(self, decision: DecisionId, at: datetime, by: str) -> None:
        super().__init__(
            f"Decision {decision!r} was reversed by {by} on {at:%Y-%m-%d %H:%M} UTC.",
            hint="There is nothing left to undo.",
        )


class DecisionOfAnother(Conflict):
    """One decision is to be applied to two accounts."""

    code = "decision.of_another_account"

    def __init__(self, decision: DecisionId) -> None:
        super().__init__(
            f"Decision {decision!r} was applied to another account before.",
            hint="A decision is about one exchange, and so about one account: give each its own id.",
        )


class AccountIsGood(Conflict):
    """Somebody reinstates an account that nothing is held against."""

    code = "account.is_good"

    def __init__(self, account: AccountId) -> None:
        super().__init__(
            f"Account {account!r} is in good standing and has no active strikes.", hint="There is nothing to lift."
        )


class UntilPassed(InvalidInput):
    """A restriction or suspension would end before it begins."""

    code = "account.until_passed"

    def __init__(self, until: datetime) -> None:
        super().__init__(
            f"{until.isoformat()} is not in the future.", hint="Name a later time with its offset from UTC, or none."
        )


class BadRate(InvalidInput):
    """A rate that nobody could use."""

    code = "account.bad_rate"

    def __init__(self, per_minute: int) -> None:
        super().__init__(
            f"{per_minute} requests per minute is no rate.", hint="Allow 1 or more; to refuse everything, suspend."
        )


class NothingRestricted(InvalidInput):
    """A restriction that restricts nothing."""

    code = "account.nothing_restricted"

    def __init__(self) -> None:
        super().__init__(
            "The restriction restricts nothing.", hint="Name a rate, models, tools or media that are to be held back."
        )


class NoSuchLabel(NotFound):
    """The account has no such label now."""

    code = "account.no_such_label"

    def __init__(self, account: str, name: str) -> None:
        super().__init__(
            f"Account {account!r} has no label {name!r} now.", hint="seawall accounts show ACCOUNT lists its labels."
        )


class BadLabel(InvalidInput):
    """A label's name is a text."""

    code = "account.bad_label"

    def __init__(self) -> None:
        # Not shown: it may be what a person wrote.
        super().__init__(
            "The label is no label.", hint="Use at most 40 lower-case letters, digits and underscores: see_with_care."
        )


class BadReference(InvalidInput):
    """A reference cannot be used."""

    code = "account.bad_reference"

    def __init__(self, why: str) -> None:
        super().__init__(f"The reference {why}.", hint="Give one of payment and device, of 6 to 200 characters.")


class BadReasonCode(InvalidInput):
    """A reason code that is a text."""

    code = "account.bad_reason_code"

    def __init__(self) -> None:
        # The value is not shown: it may be what a person wrote.
        super().__init__(
            "The reason code is not a code.",
            hint="Use lower-case letters, digits and underscores, such as appeal_upheld; a text belongs in the vault.",
        )


class AccountSecretTooShort(InvalidInput):
    """The secret behind account ids could be guessed."""

    code = "account.secret_too_short"

    def __init__(self, length: int) -> None:
        super().__init__(
            f"The secret behind account ids has {length} bytes.", hint="It has 32 random bytes or more, kept for good."
        )

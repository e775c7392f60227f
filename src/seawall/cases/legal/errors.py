"""What can be wrong with what somebody wants to do with a legal request."""

from datetime import datetime

from seawall.cases.legal.kinds import Kind, State, Tier
from seawall.cases.legal.model import LegalRequest
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError


class NoSuchLegalRequest(NotFound):
    """There is no such request."""

    code = "legal.unknown"

    def __init__(self, request: str) -> None:
        super().__init__(f"There is no legal request {request!r}.", hint="`seawall legal list` shows all.")


class BadRequest(InvalidInput):
    """A request cannot be as it was given."""

    code = "legal.bad_request"


class BadScope(InvalidInput):
    """A scope reaches for nothing, or for what it cannot."""

    code = "legal.bad_scope"


class BeyondTier(InvalidInput):
    """A request reaches deeper than its kind may."""

    code = "legal.beyond_tier"

    def __init__(self, kind: Kind, wanted: Tier, reaches: Tier) -> None:
        super().__init__(
            f"A {kind.value} reaches {reaches.value} data at most, and this asks for {wanted.value}.",
            hint="Take it in with the tier that it reaches; the rest takes another instrument, and they are told so.",
        )


class Unverified(Conflict):
    """Nothing goes on before the sender was called back."""

    code = "legal.unverified"

    def __init__(self, request: str) -> None:
        super().__init__(
            f"Nobody has called back whoever sent {request}.",
            hint=f"Find a number elsewhere, call it, then: seawall legal call-back {request}",
        )


class NotIndependent(InvalidInput):
    """The number that was called is the one that the request itself gives."""

    code = "legal.not_independent"

    def __init__(self) -> None:
        super().__init__(
            "That is the number that the request itself gives.",
            hint="Call one that was found elsewhere: a switchboard.",
        )


class NotNow(Conflict):
    """A step does not fit to where the request is."""

    code = "legal.not_now"

    def __init__(self, request: LegalRequest, *states: State) -> None:
        super().__init__(
            f"{request.id} is {_said(request.state)}.",
            hint=f"This is for one that is {' or '.join(map(_said, states))}." if states else "Nothing more is done.",
        )


class SameHuman(SeawallError):
    """Whoever reviewed it would approve it too, by whichever of their accounts."""

    code, status = "legal.same_human", 403

    def __init__(self, request: str) -> None:
        super().__init__(
            f"You reviewed {request}, under this account or another of yours.", hint="Somebody else approves it."
        )


class PeopleDecide(SeawallError):
    """A service account, or nobody, would decide on a legal request."""

    code, status = "legal.people_decide", 403

    def __init__(self, who: str) -> None:
        super().__init__(f"{who} is nobody who decides on legal requests.", hint="People do: sign in as a person.")


class PreservedAlready(Conflict):
    """Of one request there is one snapshot."""

    code = "legal.preserved_already"

    def __init__(self, request: str, preservation: str) -> None:
        super().__init__(f"{request} was preserved before, as {preservation}.", hint="It can be renewed, once.")


class NotPreserved(NotFound):
    """Nothing is preserved under a request."""

    code = "legal.not_preserved"

    def __init__(self, request: str) -> None:
        super().__init__(f"Nothing is preserved under {request}.", hint=f"First: seawall legal preserve {request}")


class RenewedAlready(Conflict):
    """A preservation is renewed once."""

    code = "legal.renewed_already"

    def __init__(self, preservation: str) -> None:
        super().__init__(f"{preservation} was renewed before.", hint="A new request can ask for a new snapshot.")


class PreservationOver(Conflict):
    """A preservation has run out."""

    code = "legal.preservation_over"

    def __init__(self, preservation: str, at: datetime) -> None:
        super().__init__(f"{preservation} ran out on {at:%d %B %Y, %H:%M} UTC.", hint="A new request can ask anew.")


class NothingPrepared(Conflict):
    """Nothing was prepared that could be handed over."""

    code = "legal.nothing_prepared"

    def __init__(self, request: str) -> None:
        super().__init__(
            f"Nothing is prepared for {request}, or there is nothing to hand over.",
            hint=f"seawall legal prepare {request}; where nothing is found: seawall legal close --outcome none_no_data",
        )


class ManifestChanged(Conflict):
    """What would be handed over is not what was agreed to."""

    code = "legal.manifest_changed"

    def __init__(self, request: str) -> None:
        super().__init__(
            f"What {request} reaches is not what was prepared and agreed to.", hint="Prepare it anew, and ask anew."
        )


class EncryptOrSayWhy(InvalidInput):
    """A file would go in clear without a reason, or both encrypted and in clear."""

    code = "legal.encrypt_or_say_why"

    def __init__(self) -> None:
        super().__init__(
            "A file is encrypted to a recipient's public key of age, or it is said why it goes in clear: one of both.",
            hint="Ask whoever gets it for their key (age1…), by another way than the request came.",
        )


class NoticeDue(Conflict):
    """The person concerned must be told first, and have their time."""

    code = "legal.notice_due"

    def __init__(self, request: str, from_: datetime | None) -> None:
        when = f"nothing is handed over before {from_:%d %B %Y, %H:%M} UTC" if from_ else "they are not told yet"
        super().__init__(
            f"The people concerned by {request} are told first: {when}.",
            hint="Where an order, a child's safety or an emergency forbids telling them: seawall legal bar",
        )


class ToldAlready(Conflict):
    """What is to be kept from somebody was told them."""

    code = "legal.told_already"

    def __init__(self, request: str) -> None:
        super().__init__(f"The people concerned by {request} were told already.", hint="It cannot be taken back.")


class AloneOnlyInEmergencies(SeawallError):
    """Somebody would hand data over alone where no emergency was taken in."""

    code, status = "legal.alone_only_in_emergencies", 403

    def __init__(self, request: str) -> None:
        super().__init__(f"{request} is no emergency.", hint="Ask others: seawall approvals ask legal.produce")


class BadOutcome(InvalidInput):
    """A request cannot be closed like that."""

    code = "legal.bad_outcome"


class BadPeriod(InvalidInput):
    """Numbers cannot be closed for a period."""

    code = "legal.bad_period"


def _said(state: State) -> str:
    return state.value.replace("_", " ")

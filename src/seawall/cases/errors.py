"""What can be wrong with what somebody wants to do in a case."""

from datetime import datetime

from seawall.cases.model import Case
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError


class NoSuchCase(NotFound):
    """There is no such case, or none that this person may know of."""

    code = "case.unknown"

    def __init__(self, case: str) -> None:
        super().__init__(f"There is no case {case!r} that you may see.", hint="`seawall cases list` shows those.")


class NoSuchExchange(NotFound):
    """There is no such exchange, or none of this project."""

    code = "case.no_such_exchange"

    def __init__(self, exchange: str) -> None:
        super().__init__(
            f"There is no exchange {exchange!r} in this project.",
            hint="It stands in the header `seawall-exchange` of the answer; a moment after it, the row is there.",
        )


class NoSuchQueue(NotFound):
    """The routing rules have no such queue."""

    code = "case.no_such_queue"

    def __init__(self, queue: str, known: tuple[str, ...]) -> None:
        super().__init__(f"There is no queue {queue!r}.", hint=f"There are: {', '.join(known)}.")


class CaseClosed(Conflict):
    """The case is settled, or was merged into another one."""

    code = "case.closed"

    def __init__(self, case: Case) -> None:
        where = f" into {case.merged_into}" if case.merged_into else ""
        super().__init__(
            f"Case {case.id} is {case.state.value}{where}.", hint=f"`seawall cases show {case.id}` tells how."
        )


class CaseOpen(Conflict):
    """Something is to be done with a settled case, and this one is not."""

    code = "case.open"

    def __init__(self, case: Case) -> None:
        super().__init__(f"Case {case.id} is {case.state.value}.", hint="Settle it first.")


class CaseTaken(Conflict):
    """Another reviewer has the case."""

    code = "case.taken"

    def __init__(self, case: Case) -> None:
        until = f" until {case.claim_until:%H:%M:%S} UTC" if case.claim_until else ""
        super().__init__(f"{case.claimed_by} has case {case.id}{until}.", hint="Take another: seawall cases next")


class NotYours(Conflict):
    """A step takes a claim that this person does not hold, or not any more."""

    code = "case.not_claimed"

    def __init__(self, case: Case) -> None:
        super().__init__(
            f"Case {case.id} is not yours at this moment.", hint=f"Claim it: seawall cases claim {case.id}"
        )


class CaseWaits(Conflict):
    """The case waits for something outside."""

    code = "case.waits"

    def __init__(self, case: Case) -> None:
        super().__init__(
            f"Case {case.id} waits and its clock stands still.", hint=f"Let it go on: seawall cases resume {case.id}"
        )


class SealedStays(Conflict):
    """A case about child safety would leave its queue, or be settled with others."""

    code = "case.sealed_stays"

    def __init__(self, case: Case) -> None:
        super().__init__(f"Case {case.id} is about child safety and stays where it is.", hint="Settle it by itself.")


class NotExportable(Conflict):
    """A case cannot be handed over to an authority as it is."""

    code = "case.not_exportable"

    def __init__(self, case: Case) -> None:
        what = "is about something else than child safety" if not case.sealed else f"is {case.state.value}"
        super().__init__(f"Case {case.id} {what}.", hint="A case about child safety is exported once it is decided.")


class PackageChanged(Conflict):
    """What would be handed over is not what was agreed to."""

    code = "case.package_changed"

    def __init__(self, case: str) -> None:
        super().__init__(f"What {case} holds is not what was agreed to.", hint="Ask anew for what it holds now.")


class NobodyCouldTake(Conflict):
    """An escalation would put a case where nobody can see it."""

    code = "case.nobody_could_take"

    def __init__(self, queue: str, roles: tuple[str, ...]) -> None:
        super().__init__(
            f"Nobody who is active could settle a case in {queue!r}, so it stays where it is, open.",
            hint=f"Give somebody one of the roles {', '.join(roles)}.",
        )


class NotCarriedOut(SeawallError):
    """What was decided could not be done; nothing of it was, and the case stays open."""

    code, status = "case.not_carried_out", 500

    def __init__(self, case: str, why: str) -> None:
        super().__init__(
            f"The decision on case {case} could not be carried out ({why}). Nothing followed; the case is open.",
            hint="Try again; the trail of the case has each failure.",
        )
        self.why = why


class CaseNotWaiting(Conflict):
    """A case is to go on that does not wait."""

    code = "case.not_waiting"

    def __init__(self, case: Case) -> None:
        super().__init__(f"Case {case.id} is {case.state.value}; its clock runs.", hint="There is nothing to resume.")


class SameHuman(SeawallError):
    """Somebody would look at their own work, by whichever of their accounts."""

    code, status = "case.same_human", 403

    def __init__(self, case: Case) -> None:
        super().__init__(
            f"You took part in what case {case.id} is about, under this account or another of yours.",
            hint="Somebody else looks at it.",
        )


class ReviewersAreHuman(SeawallError):
    """A service account would settle a case."""

    code, status = "case.reviewers_are_human", 403

    def __init__(self, who: str) -> None:
        super().__init__(f"{who} is a service account; people settle cases.", hint="Sign in as a person.")


class BadRuling(InvalidInput):
    """A case cannot be settled like that."""

    code = "case.bad_ruling"


class BadWords(InvalidInput):
    """A note, a reason or a report has no words, or too many."""

    code = "case.bad_words"

    def __init__(self, what: str, length: int, longest: int) -> None:
        super().__init__(f"The {what} has {length} characters.", hint=f"1 to {longest} that can be read.")


class BadMerge(InvalidInput):
    """Cases are not the same thing and cannot be settled together."""

    code = "case.bad_merge"


class BadReaders(InvalidInput):
    """The readers of a case cannot be these."""

    code = "case.bad_readers"


class AppealTooLate(Conflict):
    """An appeal came after the time that the rules grant."""

    code = "case.appeal_too_late"

    def __init__(self, decision: str, until: datetime) -> None:
        super().__init__(
            f"Decision {decision!r} could be appealed until {until:%d %B %Y, %H:%M:%S} UTC.",
            hint="A senior reviewer can still reopen its case: seawall cases reopen",
        )


class AppealedAlready(Conflict):
    """A decision is appealed once."""

    code = "case.appealed_already"

    def __init__(self, decision: str, appeal: str) -> None:
        super().__init__(f"Decision {decision!r} was appealed before, as {appeal}.", hint="Its outcome is final here.")


class NothingToAppeal(NotFound):
    """No decision of that id was made about anybody of this project."""

    code = "case.nothing_to_appeal"

    def __init__(self, decision: str) -> None:
        super().__init__(
            f"No decision {decision!r} was made here that could be appealed.",
            hint="It stands in the notice, or in the header `seawall-decision`: then name the exchange too.",
        )


class NotAppealable(Conflict):
    """A decision took nothing from anybody, or answers an appeal itself."""

    code = "case.not_appealable"

    def __init__(self, decision: str) -> None:
        super().__init__(
            f"Decision {decision!r} took nothing from the account, or is the answer to an appeal.",
            hint="There is nothing to give back.",
        )


class BulkMoved(Conflict):
    """What a preview showed is not so any more."""

    code = "case.bulk_moved"


class NoSuchBulk(NotFound):
    """There is no such preview, or it is somebody else's."""

    code = "case.no_such_bulk"

    def __init__(self, bulk: str) -> None:
        super().__init__(f"There is no preview {bulk!r} of yours.", hint="Make one: seawall cases preview")


class NoSuchNotice(NotFound):
    """There is no such notice for this project."""

    code = "case.no_such_notice"

    def __init__(self, notice: str) -> None:
        super().__init__(f"There is no notice {notice!r} here.", hint="The list of notices shows those that wait.")


class NothingToDo(NotFound):
    """No case waits that this person could take."""

    code = "case.nothing_to_do"

    def __init__(self) -> None:
        super().__init__("No case waits that you could take.", hint="Look again later, or at another queue.")


class FilingSuspended(SeawallError):
    """What somebody files is not processed for a while."""

    code, status = "case.filing_suspended", 403

    def __init__(self, until: datetime) -> None:
        super().__init__(
            f"What you file is not processed until {until:%d %B %Y, %H:%M} UTC.",
            hint="Too much of it was manifestly unfounded, after a warning. The notice says how to object.",
        )


class NoSuchFiler(NotFound):
    """Nobody filed anything under that."""

    code = "case.no_such_filer"

    def __init__(self, filer: str) -> None:
        super().__init__(f"Nobody filed anything as {filer[:60]!r}.", hint="`seawall filers list` shows who files.")


class FilerNotWarned(Conflict):
    """Somebody who files is to be suspended without a warning before."""

    code = "case.filer_not_warned"

    def __init__(self) -> None:
        super().__init__("They were not warned yet.", hint="Warn them first: the suspension is for who goes on.")


class NoSuchFilerAct(NotFound):
    """No warning or suspension of that id stands."""

    code = "case.no_such_filer_act"

    def __init__(self, act: str) -> None:
        super().__init__(f"There is no {act!r} that stands.", hint="`seawall filers list` shows all.")

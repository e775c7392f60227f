"""What can be wrong with what somebody wants to do with a release."""

from collections.abc import Iterable

from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError


class NoSuchRelease(NotFound):
    """There is no such release."""

    code = "risk.no_such_release"

    def __init__(self, release: str) -> None:
        super().__init__(f"There is no release {release!r}.", hint="`seawall releases list` shows all.")


class NoSuchDocument(NotFound):
    """A release has no such document, or nothing public has such a digest."""

    code = "risk.no_such_document"


class BadRelease(InvalidInput):
    """A release cannot be proposed like that."""

    code = "risk.bad_release"


class ProposedAlready(Conflict):
    """The same release is proposed and not decided."""

    code = "risk.proposed_already"

    def __init__(self, model: str, version: str, applies: str) -> None:
        super().__init__(
            f"{model} {version} is proposed for {applies} already.", hint="Settle that proposal, or withdraw it."
        )


class ReleaseState(Conflict):
    """A step does not fit to where the release is."""

    code = "risk.release_state"

    def __init__(self, release: str, state: str) -> None:
        super().__init__(f"{release} is {state.replace('_', ' ')}.", hint=f"See it: seawall releases show {release}")


class StatementChanged(Conflict):
    """What would be signed off is not what others agreed to."""

    code = "risk.statement_changed"

    def __init__(self, release: str) -> None:
        super().__init__(
            f"What {release} rests on is not what was agreed to.",
            hint="Read it again, and ask anew for its statement as it is now.",
        )


class DocumentChanged(Conflict):
    """A document is not the one that was handed in."""

    code = "risk.document_changed"

    def __init__(self, title: str) -> None:
        super().__init__(
            f"The document {title!r} is not there as it was handed in.", hint="Hand it in again, and ask anew."
        )


class MissingUnnamed(InvalidInput):
    """Whoever signs off does not name what is missing, or names something else."""

    code = "risk.missing_unnamed"

    def __init__(self, wanted: Iterable[str], named: Iterable[str]) -> None:
        self.wanted = tuple(wanted)
        told, said = ", ".join(self.wanted) or "nothing", ", ".join(named) or "nothing"
        super().__init__(
            f"Missing is: {told}. Named as missing is: {said}.",
            hint="A sign-off names exactly what is missing. What was not measured is no pass.",
        )


class SameHuman(SeawallError):
    """Whoever proposed a release would sign it off too, by whichever of their accounts."""

    code, status = "risk.same_human", 403

    def __init__(self, release: str) -> None:
        super().__init__(
            f"Whoever proposed {release} has no say in its sign-off.",
            hint="Two other people sign it off: one who asks, one who agrees.",
        )

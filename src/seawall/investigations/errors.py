"""What can be wrong with what somebody wants to do in an investigation, or with a screening of the past."""

from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError


class NoSuchInvestigation(NotFound):
    """There is no such investigation, or none that this person may know of."""

    code = "investigation.unknown"

    def __init__(self, investigation: str) -> None:
        super().__init__(
            f"There is no investigation {investigation!r} that you may see.",
            hint="`seawall investigations list` shows those.",
        )


class NoSuchSearch(NotFound):
    """There is no such search in this investigation."""

    code = "investigation.no_such_search"

    def __init__(self, search: str) -> None:
        super().__init__(f"There is no search {search!r} in this investigation.", hint="Its page lists all.")


class NotRetained(NotFound):
    """Nothing is kept of an exchange, or nothing that this person may see."""

    code = "investigation.not_retained"

    def __init__(self, exchange: str) -> None:
        super().__init__(
            f"Of exchange {exchange!r} nothing is kept that could be seen here.",
            hint="It is not indexed yet, its time has passed, it was erased, or nothing of it was ever kept.",
        )


class InvestigationClosed(Conflict):
    """The investigation is over."""

    code = "investigation.closed"

    def __init__(self, investigation: str) -> None:
        super().__init__(f"Investigation {investigation} is closed.", hint="Reopen it, or open another one.")


class InvestigationOpen(Conflict):
    """The investigation is under way, so there is nothing to reopen."""

    code = "investigation.open"

    def __init__(self, investigation: str) -> None:
        super().__init__(f"Investigation {investigation} is open.", hint="Go on in it.")


class BadSearch(InvalidInput):
    """What is looked for cannot be looked for."""

    code = "investigation.bad_search"


class BadPattern(InvalidInput):
    """A pattern cannot be used. The error never repeats it."""

    code = "investigation.bad_pattern"


class NoSimilarity(SeawallError):
    """This database cannot compare vectors."""

    code, status = "investigation.no_similarity", 503

    def __init__(self, why: str) -> None:
        super().__init__(
            f"Searching by similarity is not available: {why}.",
            hint="Everything else works. docs/investigations.md says how pgvector is added.",
        )


class BadReaders(InvalidInput):
    """Who is to read an investigation cannot."""

    code = "investigation.bad_readers"


class BadWords(InvalidInput):
    """What somebody wrote cannot be kept. The error never repeats it."""

    code = "investigation.bad_words"

    def __init__(self, what: str, length: int, longest: int) -> None:
        super().__init__(
            f"The {what} has {length} characters, or signs that cannot be read.", hint=f"1 to {longest}, in plain text."
        )


class NoSuchRescreening(NotFound):
    """There is no such screening of the past."""

    code = "rescreening.unknown"

    def __init__(self, rescreening: str) -> None:
        super().__init__(f"There is no rescreening {rescreening!r}.", hint="`seawall rescreen list` shows all.")


class BadPeriod(InvalidInput):
    """A period is none."""

    code = "rescreening.bad_period"

    def __init__(self) -> None:
        super().__init__("`since` must be before `until`.", hint="Such as 2026-01-01 up to 2026-02-01.")


class StillScreening(Conflict):
    """A screening of the past is not over yet."""

    code = "rescreening.still_running"

    def __init__(self, rescreening: str) -> None:
        super().__init__(
            f"Rescreening {rescreening} is not over yet.", hint="Wait for its end, or stop it: what it showed stays."
        )


class RescreeningOver(Conflict):
    """A screening of the past is over already."""

    code = "rescreening.over"

    def __init__(self, rescreening: str) -> None:
        super().__init__(f"Rescreening {rescreening} is over already.", hint="Start another one.")


class NothingChosen(InvalidInput):
    """No exchange was chosen in which anything newly appeared."""

    code = "rescreening.nothing_chosen"

    def __init__(self) -> None:
        super().__init__(
            "None of these exchanges newly shows anything.", hint="Choose from the list of those that newly do."
        )

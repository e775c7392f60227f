"""What the ledger refuses to do, and what to do then."""

from seawall.vocabulary.errors import Conflict, NotFound


class BehindPublished(Conflict):
    """The database has fewer records than were published: it was restored from a backup, or lost some."""

    code = "ledger.behind_published"

    def __init__(self, published: int, held: int) -> None:
        super().__init__(
            f"{published} records were published under this origin, the database has {held} of them. "
            "Signing now would fork the log.",
            hint="Restore the newer database, or begin a new origin that says so: seawall ledger recover.",
        )


class PublishedDiffers(Conflict):
    """What is published is not what the database holds."""

    code = "ledger.published_differs"

    def __init__(self, size: int) -> None:
        super().__init__(
            f"The published log of {size} records is not the one in the database: the files or the rows were changed.",
            hint="Check the files with `seawall ledger verify`; restore what was changed, or `seawall ledger recover`.",
        )


class ReleaseLost(Conflict):
    """A file of released bodies is gone and cannot be made again."""

    code = "ledger.release_lost"

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path} is missing, and where it ended is not known: releasing more would sign a list without it.",
            hint="Put the file back from a copy of the published log: anybody who mirrors it has one.",
        )


class KeyNotPublished(Conflict):
    """The newest key has signed no published checkpoint yet, so the ones before are still needed."""

    code = "ledger.key_not_published"

    def __init__(self, version: int) -> None:
        super().__init__(
            f"Key {version} has signed no published checkpoint yet.",
            hint="Let a worker publish first (`seawall work`); then give verifiers the key: seawall ledger key.",
        )


class NotSequenced(NotFound):
    """There is nothing to prove yet, or nothing of that name."""

    code = "ledger.not_sequenced"

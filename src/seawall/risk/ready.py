"""What a release lacks before anybody could say that it passes. Missing is never a pass: a sign-off names all of it.

Gates of later come in here: each is one more question to `ready`, and an answer that something is missing, stale or
failed to run.
"""

from collections.abc import Iterator

import msgspec

from seawall.risk.model import WANTS_SAFEGUARDS, Part, Release


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is missing: its code, which a sign-off names, and what that means."""

    code: str
    says: str


_NOT_MEASURED = (
    Missing(code="thresholds", says="No capability threshold is defined here, so none was held against this model."),
    Missing(code="evaluations", says="No evaluation of this model is on record here."),
    Missing(code="safeguards", says="No evidence is on record here that the safeguards of this release work."),
)


def ready(release: Release) -> tuple[Missing, ...]:
    """Return what is missing; nothing only where everything was measured and holds."""
    return (*_NOT_MEASURED, *_documents(release))


def _documents(release: Release) -> Iterator[Missing]:
    parts = {each.part for each in release.documents}
    if Part.CAPABILITY_REPORT not in parts:
        yield Missing(code="capability_report", says="No report says what this model can do.")
    if release.risk in WANTS_SAFEGUARDS and Part.SAFEGUARDS_REPORT not in parts:
        says = "A threshold is reached or cannot be ruled out, and no report says which safeguards answer that."
        yield Missing(code="safeguards_report", says=says)

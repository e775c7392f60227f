"""The form by which a case is settled: its fields for this very case, and what was entered as the room takes it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel
from pydantic import Field as Bound

from seawall.cases import Outcome, Ruling
from seawall.cases.deciding import LONGEST_REASON
from seawall.cases.model import Case, Origin
from seawall.web.console.cases import words
from seawall.web.console.forms import Field, read

_WORST_LAST = tuple((each.value, words.OUTCOMES[each]) for each in Outcome)
_APPEAL = (("", "Choose"), ("yes", "It stands"), ("no", "It was wrong: take it back, with all that followed"))
_MACHINE = (
    ("", "I do not say"),
    ("yes", "It was right"),
    ("no", "It was wrong: take it back, with all that followed"),
)


class RulingEntered(BaseModel):
    """A ruling as a form has it: an end in days, words for whether a decision was right."""

    outcome: Outcome
    reason_code: str = Bound(max_length=40)
    reason: str = Bound(max_length=20_000)
    days: float | None = Bound(default=None, gt=0, le=3650)
    per_minute: int | None = None
    about_right: Literal["yes", "no"] | None = None

    def ruling(self, now: datetime) -> Ruling:
        """Return it as the room takes it."""
        return Ruling(
            outcome=self.outcome,
            reason_code=self.reason_code,
            reason=self.reason,
            until=None if self.days is None else now + timedelta(days=self.days),
            per_minute=self.per_minute,
            about_right=None if self.about_right is None else self.about_right == "yes",
        )


def fields(case: Case | None) -> tuple[Field, ...]:
    """Return the fields for a case; for many at once without one."""
    about = () if case is None or case.about is None else (_about(case),)
    return (
        *about,
        Field(
            name="outcome",
            label="What is done to the account",
            kind="select",
            options=_WORST_LAST,
            words=("outcome", "no milder", "needs no other"),
        ),
        Field(
            name="days",
            label="For how many days",
            hint="A suspension has an end; a warning or a restriction may have one.",
            inputmode="decimal",
            longest=8,
            words=("has an end", "has no end", "in the future"),
        ),
        Field(
            name="per_minute",
            label="Requests a minute",
            hint="Of a restriction: how many still pass.",
            inputmode="numeric",
            longest=7,
            words=("rate",),
        ),
        Field(
            name="reason_code",
            label="Reason, as a code",
            hint="For the record and the numbers: small letters, such as repeated.",
            required=True,
            longest=40,
            suggest=words.REASONS,
            words=("reason code",),
        ),
        Field(
            name="reason",
            label="Reason, for the person",
            hint="They read this in the notice: what they did, and which rule it breaks. Name nobody else.",
            kind="area",
            required=True,
            longest=LONGEST_REASON,
            words=("the reason has",),
        ),
    )


def entered(given: Mapping[str, str], now: datetime) -> Ruling:
    """Return the ruling of a form. Raises BadFields."""
    names = RulingEntered.model_fields
    filled = {name: given[name].strip() for name in names if given.get(name, "").strip()}
    return read(RulingEntered, filled).ruling(now)


def _about(case: Case) -> Field:
    appeal = case.origin is Origin.APPEAL
    return Field(
        name="about_right",
        label="The decision that is contested" if appeal else "The machine's decision",
        hint="" if appeal else "Right or wrong, it is learned from. A wrong one is taken back.",
        kind="select",
        options=_APPEAL if appeal else _MACHINE,
        words=("whether the decision was right", "decision is in question"),
    )

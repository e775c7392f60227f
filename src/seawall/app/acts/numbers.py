"""Close the public numbers of a period: exactly those whose digest was agreed on."""

from typing import Any

import msgspec

from seawall.access.approvals import Act
from seawall.access.approvals.acts import Given
from seawall.access.rights import Resource
from seawall.app.instance import Instance
from seawall.metrics import closing
from seawall.metrics.period import period
from seawall.metrics.reading import closed
from seawall.metrics.showing import NOTHING, rows, shown
from seawall.store import Transaction
from seawall.vocabulary.ids import PersonId


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which period, such as 2026-01 or 2026-H1, and whether what was closed of it is to be corrected."""

    period: str
    correct: bool = False


class Numbers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of which period, which numbers by their digest, and how many records closed it before."""

    of: str
    digest: str
    correct: bool
    closed_before: int


def acts(instance: Instance) -> tuple[Act, ...]:
    """Return the act."""
    clock = instance.clock

    def staged(tx: Transaction, given: Wanted) -> Numbers:
        whole = period(given.period)
        found = closing.ready(tx, whole, clock=clock, correct=given.correct)
        before = len(closed(tx, whole.name))
        return Numbers(of=whole.name, digest=closing.digest(found), correct=given.correct, closed_before=before)

    def about(tx: Transaction, given: Numbers) -> Resource:
        whole = period(given.of)
        # Agreed to once, done once: a request for what was closed meanwhile is none for a correction of it.
        if len(closed(tx, whole.name)) != given.closed_before:
            raise closing.NumbersMoved(whole)
        return Resource(kind="Publication", id=f"metrics:{given.of}")

    def says(tx: Transaction, given: Numbers) -> str:
        found = closing.ready(tx, period(given.of), clock=clock, correct=given.correct)
        if closing.digest(found) != given.digest:
            raise closing.NumbersMoved(found.period)
        told = shown(found.period, found.definitions.digest, found.numbers)
        lines = [_line(each.title, each.part, each.value, each.state) for each in rows(told)]
        verb = "Corrects" if given.correct else "Closes"
        first = f"{verb} the public numbers of {given.of}, for good, from {found.records} records."
        return "\n".join([first, *lines])

    def carry_out(tx: Transaction, by: PersonId, given: Numbers) -> Given:
        made, new = closing.close(
            tx,
            period(given.of),
            agreed=given.digest,
            correct=given.correct,
            by=by,
            record=instance.record,
            clock=clock,
        )
        done: dict[str, Any] = {"record": made.record, "period": made.period, "corrects": made.corrects, "new": new}
        return done

    return (
        Act(
            action="metrics.close",
            takes=Numbers,
            about=about,
            says=says,
            carry_out=carry_out,
            hands_in=Wanted,
            staged=staged,
        ),
    )


def _line(title: str, part: str, value: int | None, state: str) -> str:
    name = f"{title}, {part.replace('_', ' ')}" if part not in ("", "total") else title
    return f"{name}: {value if value is not None else NOTHING if state == NOTHING else 'left out'}"

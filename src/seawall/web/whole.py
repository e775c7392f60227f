"""One case whole, as whoever may see it sees it: trail, decisions, what reviewers said once it no longer matters.

Whoever may have to say how they would have decided sees nothing of how it was: `blind` names the decision.
"""

from typing import Any

import msgspec

from seawall.access.people import Person
from seawall.cases import Office, claims, samples, working
from seawall.cases.decided import Decided, of_case, reversed_by
from seawall.cases.deciding import Proposal, said_in
from seawall.cases.finding import merged_into
from seawall.cases.model import UNSETTLED, Case, Stage
from seawall.cases.permits import Step, permit
from seawall.cases.rows import Event, events_of, find
from seawall.cases.working import Seen
from seawall.store import Transaction
from seawall.vocabulary.ids import DecisionId
from seawall.web.offices import known, shown


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """A decision of a case, and the one by which it was taken back."""

    decided: Decided
    reversed_by: str | None


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """A case with all that belongs to it."""

    case: Case
    trail: tuple[Event, ...]
    merged: tuple[str, ...]
    decisions: tuple[Settled, ...]
    proposals: tuple[Proposal, ...]
    blind: DecisionId | None


def whole(tx: Transaction, office: Office, name: str, reader: Person, *, sealed: bool) -> Whole:
    """Return a case for whoever reads it; to whoever has it, it is left for longer. Raises NoSuchCase."""
    case = find(tx, known(tx, name, sealed=sealed))
    permit(tx, office, case, Step.READ, reader.id)
    case = claims.renew(tx, office, case, by=reader.id)
    blind, trail = samples.waits_for(tx, case.id, reader.human), events_of(tx, case.id)
    if blind is not None:
        trail = [
            msgspec.structs.replace(each, told={}, item=None) if each.what == "decided" else each for each in trail
        ]
    # Whoever looks second does so by themselves: what the first one said is shown once it no longer matters.
    open_ = blind is None and (case.stage is Stage.SETTLE or case.state not in UNSETTLED)
    made = [] if blind is not None else of_case(tx, case.id)
    return Whole(
        case=case,
        trail=tuple(trail),
        merged=tuple(merged_into(tx, case.id)),
        decisions=tuple(Settled(decided=each, reversed_by=reversed_by(tx, each.id)) for each in made),
        proposals=tuple(said_in(tx, case)) if open_ else (),
        blind=blind,
    )


def looked(tx: Transaction, office: Office, name: str, reader: Person, *, sealed: bool) -> Seen:
    """Show what was written in and around a case, which is recorded. Raises NoSuchCase."""
    case = find(tx, known(tx, name, sealed=sealed))
    blind = samples.waits_for(tx, case.id, reader.human)
    written = [each for each in events_of(tx, case.id) if each.item]
    notes = [each.item or "" for each in written if not (blind is not None and each.what == "decided")]
    return working.look(tx, office, case.id, notes=notes, by=reader.id)


def told(office: Office, found: Whole) -> dict[str, Any]:
    """Return a case as the API tells it. Which human is behind an account is nobody's business here."""
    made = shown(office, found.case)
    made |= {"trail": msgspec.to_builtins(found.trail), "merged": list(found.merged)}
    made["decisions"] = [
        {**msgspec.to_builtins(each.decided), "reversed_by": each.reversed_by} for each in found.decisions
    ]
    made["proposals"] = msgspec.to_builtins(found.proposals)
    for each in made["decisions"]:
        del each["humans"]
    for each in made["proposals"]:
        del each["human"]
    return made | ({"blind": True} if found.blind is not None else {})

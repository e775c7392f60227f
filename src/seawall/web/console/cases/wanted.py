"""What a list of cases is asked for by its address: read leniently, as anything else falls back to what there is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from seawall.cases import Origin, Priority, State, finding
from seawall.cases.finding import Asked, Urgency, place_of
from seawall.cases.model import Case
from seawall.store import Transaction

PAGE = 50
SORTS = (("urgent", "Most urgent first"), ("due", "Due first"), ("newest", "Newest first"))
_KEYS = ("queue", "state", "priority", "origin", "mine", "late", "sort")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which cases, in which order. Without a state it is what is to be done."""

    queue: str = ""
    state: State | None = None
    priority: Priority | None = None
    origin: Origin | None = None
    mine: bool = False
    late: bool = False
    sort: str = "urgent"

    @property
    def asked(self) -> dict[str, str]:
        """Return it as an address has it."""
        told = {
            "queue": self.queue,
            "state": self.state or "",
            "priority": "" if self.priority is None else self.priority.name.lower(),
            "origin": self.origin or "",
            "mine": "yes" if self.mine else "",
            "late": "yes" if self.late else "",
            "sort": "" if self.sort == "urgent" else self.sort,
        }
        return {name: str(value) for name, value in told.items() if value}

    @property
    def narrowed(self) -> bool:
        """Tell whether anything is left out that is to be done."""
        return bool(set(self.asked) - {"sort"})

    @property
    def by_work(self) -> bool:
        """Tell whether the list is in the order in which it is worked, and not by age."""
        to_do = self.state in (None, State.OPEN) and self.origin is None and not self.mine
        return to_do and (self.late or self.sort != "newest")

    @property
    def by_due(self) -> bool:
        """Tell whether what is due first comes first."""
        return self.late or self.sort == "due"

    def link(self, path: str, **changed: str) -> str:
        """Return the address of this list with something changed; what is empty is left out."""
        told = {name: value for name, value in {**self.asked, **changed}.items() if value}
        return f"{path}?{urlencode(told)}" if told else path


def read(asked: Mapping[str, str], queues: Sequence[str]) -> Wanted:
    """Return what an address asks for."""
    given = {name: asked.get(name, "") for name in _KEYS}
    return Wanted(
        queue=given["queue"] if given["queue"] in queues else "",
        state=State(given["state"]) if given["state"] in set(State) else None,
        priority=Priority.__members__.get(given["priority"].upper()),
        origin=Origin(given["origin"]) if given["origin"] in set(Origin) else None,
        mine=bool(given["mine"]),
        late=bool(given["late"]),
        sort=given["sort"] if given["sort"] in dict(SORTS) else "urgent",
    )


def found(
    tx: Transaction,
    wanted: Wanted,
    *,
    reader: str,
    now: datetime,
    sealed: bool,
    after: str = "",
    limit: int = PAGE,
) -> tuple[list[Case], str]:
    """Return a page of cases and the `after` of the next one, empty where this is the last. Raises BadPage."""
    if wanted.by_work:
        urgency = Urgency(
            queue=wanted.queue or None,
            state=wanted.state,
            priority=wanted.priority,
            late_at=now if wanted.late else None,
            by_due=wanted.by_due,
        )
        cases = finding.work(tx, urgency, reader=reader, sealed=sealed, after=after, limit=limit + 1)
        shown = cases[:limit]
        return shown, place_of(shown[-1], by_due=wanted.by_due) if len(cases) > limit else ""
    asked = Asked(
        state=State.CLAIMED if wanted.mine else wanted.state,
        origin=wanted.origin,
        queue=wanted.queue or None,
        priority=wanted.priority,
        claimed_by=reader if wanted.mine else None,
    )
    cases = finding.newest(tx, asked, reader=reader, sealed=sealed, after=after, limit=limit + 1)
    return cases[:limit], cases[limit - 1].id if len(cases) > limit else ""

"""What the hub shows of commitments and numbers: the register and the definitions as the hub's own values.

A framework is shown once the organisation has adopted it. Of practices those are shown that an adopted framework asks
for, and those of which there is evidence: a register that nobody looked at promises nothing.
"""

from datetime import datetime

from seawall.commitments import Book, Register, register
from seawall.commitments.model import State
from seawall.commitments.register import FrameworkShown, PracticeShown
from seawall.hub.inputs import Definition, Framework, Item, Practice
from seawall.hub.inputs import State as Told
from seawall.metrics.definitions import newest
from seawall.store import Transaction

_STATES: dict[State, Told] = {
    State.KEPT: "kept",
    State.LAPSING: "lapsing",
    State.LAPSED: "lapsed",
    State.NOT_STARTED: "not started",
    State.NOT_APPLICABLE: "not applicable",
    State.RECORDED_ONLY: "recorded only",
}
# Sections that the hub shows under another theme than their own, and themes of the register by those of the hub.
_SECTIONS = {"post_deployment": "monitoring", "information_sharing": "information-sharing"}
_THEMES = {
    "risk_assessment_and_mitigation": "risk",
    "cybersecurity_privacy": "security-and-privacy",
    "public_awareness": "public-awareness",
    "societal_impact": "societal-impact",
    "system_safeguard_commitments": "safeguards",
}
_ELSEWHERE = "public-awareness"


def promised(tx: Transaction, book: Book, now: datetime) -> tuple[tuple[Practice, ...], tuple[Framework, ...]]:
    """Return the practices and the adopted frameworks as the hub shows them."""
    whole = register(tx, book, now)
    adopted = [each for each in whole.frameworks if each.adopted is not None]
    asked = {name for each in adopted for item in each.items for name in item.status.practices}
    shown = [each for each in whole.practices if each.practice.id in asked or _evident(each)]
    return tuple(_practice(whole, each) for each in shown), tuple(map(_framework, adopted))


def defined() -> tuple[Definition, ...]:
    """Return what each public number means, by the newest edition."""
    return tuple(
        Definition(id=each.id, title=each.title, says=each.counts, unit=each.unit) for each in newest().metrics
    )


def _evident(each: PracticeShown) -> bool:
    return each.status.state not in (State.NOT_STARTED, State.NOT_APPLICABLE)


def _practice(whole: Register, each: PracticeShown) -> Practice:
    known, found = each.practice, each.status
    section = next(one for one in whole.sections if one.id == known.section)
    changed = (each.changed.record,) if each.changed is not None else ()
    return Practice(
        id=known.id,
        theme=_SECTIONS.get(section.id) or _THEMES.get(section.theme, _ELSEWHERE),
        title=known.name,
        says=known.does,
        state=_STATES[found.state],
        lapses_at=found.lapses_at,
        attested=found.rests_on == "activity",
        records=(*found.records, *changed),
    )


def _framework(each: FrameworkShown) -> Framework:
    known = each.framework
    items = tuple(
        Item(
            id=one.item.id,
            says=one.item.says,
            number=one.item.number,
            official=one.item.official,
            practices=one.status.practices,
            state=_STATES[one.status.state],
        )
        for one in each.items
    )
    return Framework(
        id=known.id,
        title=known.name,
        publisher=known.issuer,
        date=known.date,
        address=known.url,
        certainty=known.uncertain,
        items=items,
    )

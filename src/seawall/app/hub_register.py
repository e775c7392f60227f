"""Turn the register of commitments and the definitions of numbers into what a hub shows. Pure.

Only frameworks that the organisation stands by are shown as commitments. Owners stay inside.
"""

from collections.abc import Iterable, Mapping

from seawall.cases.feedback import Public
from seawall.commitments import Register, State
from seawall.commitments.register import FrameworkShown, ItemShown, PracticeShown
from seawall.hub.inputs import Answered, Definition, Framework, Item, Practice
from seawall.hub.inputs import State as Shown
from seawall.metrics.definitions import Definitions

_THEMES = {
    "rsp": "risk",
    "risk_identification": "risk",
    "risk_assessments": "risk",
    "post_deployment": "monitoring",
    "information_sharing": "information-sharing",
    "cybersecurity": "security-and-privacy",
    "external_testing_security": "security-and-privacy",
    "personal_data": "security-and-privacy",
    "technical_standards": "public-awareness",
    "public_report": "public-awareness",
    "ai_generation": "public-awareness",
    "public_benefit": "societal-impact",
    "economic_impact": "societal-impact",
    "education": "societal-impact",
    "model_access": "societal-impact",
    "policy_prohibitions": "safeguards",
    "ibsa": "safeguards",
    "elections": "safeguards",
    "tvec": "safeguards",
}
# What an operator adds, and sections about the whole, are told to everybody.
_ELSEWHERE = "public-awareness"
_STATES: dict[State, Shown] = {
    State.KEPT: "kept",
    State.LAPSING: "lapsing",
    State.LAPSED: "lapsed",
    State.NOT_STARTED: "not started",
    State.RECORDED_ONLY: "recorded only",
    State.NOT_APPLICABLE: "not applicable",
}


def practices_of(register: Register) -> tuple[Practice, ...]:
    """Return practices with where they stand and the records that carry it.

    Those are shown that an adopted framework asks for, and those of which there is evidence: of the rest nothing is
    promised.
    """
    adopted = [each for each in register.frameworks if each.adopted is not None]
    asked = {name for each in adopted for item in each.items for name in item.status.practices}
    return tuple(_practice(each) for each in register.practices if each.practice.id in asked or _evident(each))


def _evident(each: PracticeShown) -> bool:
    return each.status.state not in (State.NOT_STARTED, State.NOT_APPLICABLE)


def frameworks_of(register: Register, forms: str, public: Iterable[Public] = ()) -> tuple[Framework, ...]:
    """Return the frameworks that the organisation stands by, with answers to feedback that are for everybody.

    `forms` is the address below which feedback is given: of what is still promised, as whatever else has no form.
    """
    answers: dict[str, tuple[Answered, ...]] = {}
    for each in public:
        told = Answered(at=each.at, words=each.words, record=each.record)
        answers[each.about] = (*answers.get(each.about, ()), told)
    today = register.at.date().isoformat()
    return tuple(
        _framework(each, forms if each.adopted.until is None or each.adopted.until > today else "", answers)
        for each in register.frameworks
        if each.adopted is not None
    )


def definitions_of(definitions: Definitions) -> tuple[Definition, ...]:
    """Return what each public number means."""
    return tuple(
        Definition(id=each.id, title=each.title, says=each.counts, unit=each.unit) for each in definitions.metrics
    )


def _practice(each: PracticeShown) -> Practice:
    stated = (each.changed.record,) if each.changed is not None else ()
    return Practice(
        id=each.practice.id,
        theme=_THEMES.get(each.practice.section, _ELSEWHERE),
        title=each.practice.name,
        says=each.practice.does,
        state=_STATES[each.status.state],
        lapses_at=each.status.lapses_at,
        attested=bool(each.activities),
        records=tuple(dict.fromkeys((*each.status.records, *(one.record for one in each.activities), *stated))),
    )


def _framework(each: FrameworkShown, forms: str, answers: Mapping[str, tuple[Answered, ...]]) -> Framework:
    told = each.framework
    return Framework(
        id=told.id,
        title=told.name,
        publisher=told.issuer,
        date=told.date,
        address=told.url,
        certainty=f"Certain: {told.certain} Not certain: {told.uncertain}",
        items=tuple(_item(one, answers.get(one.item.id, ())) for one in each.items),
        feedback=forms,
        answers=answers.get(told.id, ()),
    )


def _item(each: ItemShown, answers: tuple[Answered, ...]) -> Item:
    return Item(
        id=each.item.id,
        says=each.item.says,
        number=each.item.number,
        official=each.item.official,
        practices=each.status.practices,
        state=_STATES[each.status.state],
        answers=answers,
    )

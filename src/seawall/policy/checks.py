"""What no single field can show: references to nothing, measures without what they need, parts that contradict."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import msgspec

from seawall.policy.compile import changed, ladder
from seawall.policy.documents import BannerDoc, Documents, RuleDoc
from seawall.policy.problems import Place, Problem, nearest, problem
from seawall.policy.shaping import Path
from seawall.policy.tiers import tiers
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Surface
from seawall.vocabulary.ladder import MalformedLadder
from seawall.vocabulary.measures import Measure

_INCOMING = {Surface.INPUT, Surface.TOOL_RESULT, Surface.DOCUMENT}
_OUTGOING = {Surface.OUTPUT, Surface.TOOL_CALL}
_AGAINST_ACCOUNT = {Measure.RESTRICT, Measure.SUSPEND, Measure.BAN}
_RESERVED = ("standing.",)

Said = tuple[str, str, str]  # the field at fault, the message, the hint


def contradictions(
    documents: Documents,
    places: Mapping[Path, Place],
    detectors: frozenset[str] | None = None,
    judges: frozenset[str] | None = None,
) -> list[Problem]:
    """Return every problem between the parts of documents that are each well formed."""

    def at(*path: str | int) -> Place:
        # The nearest place that was written: a field that is missing is a problem of what it is missing from.
        return next((places[path[:cut]] for cut in range(len(path), -1, -1) if path[:cut] in places), Place("policy"))

    literals = {f"literals.{each.name}" for each in documents.policy.literals}
    known = None if detectors is None else detectors | literals
    found: list[Problem] = []
    for section in (_rules, _overlays, _banners, _exemptions, _main, _ladder):
        found += section(documents, at, known)
    return [*found, *tiers(documents, at, judges)]


_At = Callable[..., Place]
_Detectors = frozenset[str] | None


def _rules(documents: Documents, at: _At, detectors: _Detectors) -> Iterator[Problem]:
    places = _entries(documents.rules, at, "rules", "id")
    for rule, place in zip(documents.rules, places, strict=True):
        for field, message, hint in _rule(rule, documents, detectors):
            yield problem(place(field), f"Rule {rule.id!r} {message}", hint)
    yield from _twice(((rule.id, place("id")) for rule, place in zip(documents.rules, places, strict=True)), "rules")


def _entries(entries: tuple[object, ...], at: _At, section: str, name: str) -> list[Callable[[str], Place]]:
    """Return for every entry where its fields stand."""

    def of(number: int) -> Callable[[str], Place]:
        return lambda field: at(section, number, field)

    return [of(number) for number in range(len(entries))]


def _twice(named: Iterator[tuple[str, Place]], what: str) -> Iterator[Problem]:
    counted: Counter[str] = Counter()
    for name, place in named:
        counted[name] += 1
        if counted[name] == 2:
            yield problem(place, f"Two {what} are called {name!r}.", "Give each a name of its own.")


def _rule(rule: RuleDoc, documents: Documents, detectors: _Detectors) -> Iterator[Said]:
    yield from _names_of_rule(rule, documents, detectors)
    yield from _measure(rule)
    surfaces = set(rule.surfaces)
    if rule.strike is not None and Surface.INPUT not in surfaces:
        yield "strike", "counts strikes, but not on input.", "Strikes follow from input only: people's own words."
    if rule.buffer == "full" and not surfaces & _OUTGOING:
        yield "buffer", "holds back a stream, but not on output or tool_call.", "Remove buffer, or add a surface."
    if rule.when.input and surfaces - _OUTGOING:
        yield "when", "asks for the input's categories on the input itself.", "Give it output or tool_call only."


def _names_of_rule(rule: RuleDoc, documents: Documents, detectors: _Detectors) -> Iterator[Said]:
    if rule.id.startswith(_RESERVED):
        yield "id", "has a name that is kept for decisions by standing.", "Choose another beginning."
    if rule.category not in documents.categories:
        yield "category", f"speaks of {rule.category.value!r}, which no category document describes.", _describe(rule)
    names = {banner.name for banner in documents.banners}
    dated = {banner.name: banner for banner in documents.banners}
    for name in rule.banners:
        if name not in names:
            yield "banners", f"shows a banner {name!r} that does not exist.", nearest(name, names)
        elif rule.category is Category.ELECTIONS and _lacking(dated[name]):
            lacking = " and ".join(_lacking(dated[name]))
            yield "banners", f"shows the election banner {name!r}, which has no {lacking}.", "Add it in banners.yaml."
    for field in ("detectors", "except_detectors"):
        for name in getattr(rule, field):
            if detectors is not None and not _known(name, detectors):
                yield field, f"listens to {name!r}, but no detector has that name.", nearest(name, detectors)


def _describe(rule: RuleDoc) -> str:
    return f"Add {rule.category.value} to the categories: title, prohibited, severity."


def _known(name: str, detectors: frozenset[str]) -> bool:
    return any(each.startswith(name[:-1]) for each in detectors) if name.endswith(".*") else name in detectors


def _lacking(banner: BannerDoc) -> list[str]:
    wanted = {"country": banner.country, "source": banner.source, "first day": banner.from_, "last day": banner.to}
    return [name for name, value in wanted.items() if not value]


def _measure(rule: RuleDoc) -> Iterator[Said]:
    measure, name = rule.measure, rule.measure.value
    surfaces = set(rule.surfaces)
    if measure is Measure.ALLOW:
        yield "measure", "allows, which needs no rule.", "To watch without acting write `mode: monitor`."
    if measure is Measure.STEER and not rule.steer:
        yield "measure", "steers without saying how.", "Add `steer:` with the instruction for the model."
    if measure is Measure.STEER and surfaces - _INCOMING:
        yield (
            "surfaces",
            "steers an answer that was given already.",
            "Steering works on input, document and tool_result.",
        )
    if rule.steer and measure is not Measure.STEER:
        yield "steer", f"has an instruction, but its measure is {name!r}.", "Remove steer, or write `measure: steer`."
    if rule.mask and measure is not Measure.REWRITE:
        yield "mask", f"has a mask, but its measure is {name!r}.", "Remove mask, or write `measure: rewrite`."
    if (measure is Measure.WARN or measure.refuses) and not rule.message:
        yield "measure", f"has the measure {name!r} but tells nobody why.", "Add `message:` in plain words."
    if measure in _AGAINST_ACCOUNT and surfaces != {Surface.INPUT}:
        yield "surfaces", f"would {name} an account for what is not its own words.", "Give it the surface input only."


def _overlays(documents: Documents, at: _At, detectors: _Detectors) -> Iterator[Problem]:
    by_id = {rule.id: rule for rule in documents.rules}
    for project, overlay in documents.overlays.items():
        for identity, change in overlay.rules.items():
            here = ("overlays", project, "rules", identity)
            if identity not in by_id:
                yield problem(at(*here), f"No rule is called {identity!r}.", nearest(identity, by_id))
                continue
            # What was wrong before the change is told where the rule stands.
            before = {message for _, message, _ in _rule(by_id[identity], documents, detectors)}
            for field, message, hint in _rule(changed(by_id[identity], change), documents, detectors):
                if message not in before:
                    yield problem(at(*here, field), f"Rule {identity!r}, as changed for {project}, {message}", hint)


def _banners(documents: Documents, at: _At, _: _Detectors) -> Iterator[Problem]:
    places = _entries(documents.banners, at, "banners", "name")
    for banner, place in zip(documents.banners, places, strict=True):
        if banner.from_ and banner.to and banner.to < banner.from_:
            yield problem(
                place("to"), f"Banner {banner.name!r} ends on {banner.to} before it begins.", "Swap the days."
            )
    named = ((banner.name, place("name")) for banner, place in zip(documents.banners, places, strict=True))
    yield from _twice(named, "banners")


def _exemptions(documents: Documents, at: _At, _: _Detectors) -> Iterator[Problem]:
    known = {rule.id for rule in documents.rules}
    for number, exemption in enumerate(documents.exemptions):
        if not (exemption.project or exemption.key or exemption.account):
            yield problem(at("exemptions", number), "The exemption is for nobody.", "Add project, key or account.")
        for place, name in enumerate(exemption.rules):
            if name not in known:
                yield problem(
                    at("exemptions", number, "rules", place), f"No rule is called {name!r}.", nearest(name, known)
                )


def _main(documents: Documents, at: _At, _: _Detectors) -> Iterator[Problem]:
    literals = documents.policy.literals
    places = _entries(literals, lambda *path: at("policy", *path), "literals", "name")
    yield from _twice(((each.name, place("name")) for each, place in zip(literals, places, strict=True)), "literals")
    described = documents.categories
    for each, place in zip(literals, places, strict=True):
        if each.category not in described:
            yield problem(
                place("category"),
                f"The literals {each.name!r} belong to {each.category.value!r}, which no category document describes.",
                f"Add {each.category.value} to the categories.",
            )


def _ladder(documents: Documents, at: _At, _: _Detectors) -> Iterator[Problem]:
    for count in range(len(documents.ladder.steps) + 1):
        try:
            ladder(msgspec.structs.replace(documents.ladder, steps=documents.ladder.steps[:count]))
        except MalformedLadder as error:
            hint = "A step has at_weight, state, and where they apply for, per_minute and within."
            # The last step that was taken in is the one that made it malformed.
            yield problem(at("ladder", "steps", count - 1), error.message, hint)
            return

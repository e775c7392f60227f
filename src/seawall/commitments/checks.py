"""What a register must be beyond its form: names that exist, rules that can be asked of public fields of records."""

from collections.abc import Iterable, Iterator

from seawall.commitments.documents import Framework, Item, Outline, Overlay, Pick, Practice, Rule
from seawall.commitments.problems import nearest
from seawall.vocabulary.records import KINDS, Audience

# Where in its part, what is wrong, the next step.
Complaint = tuple[str, str, str]


def outline_complaints(outline: Outline, frameworks: Iterable[str]) -> Iterator[Complaint]:
    """Give what is wrong with themes and sections."""
    themes, known = [each.id for each in outline.themes], list(frameworks)
    for number, section in enumerate(outline.sections):
        yield from _known(section.theme, themes, f".sections[{number}].theme", "theme")
        for at, name in enumerate(section.related):
            yield from _known(name, known, f".sections[{number}].related[{at}]", "framework")


def framework_complaints(framework: Framework, sections: Iterable[str]) -> Iterator[Complaint]:
    """Give what is wrong with a framework."""
    groups, sources = [each.id for each in framework.groups], [each.id for each in framework.sources]
    known, seen = list(sections), set[str]()
    for number, item in enumerate(framework.items):
        at = f".items[{number}]"
        if not item.id.startswith(f"{framework.id}."):
            yield f"{at}.id", f"{item.id!r} does not begin with {framework.id + '.'!r}.", "Name it for its framework."
        if item.id in seen:
            yield f"{at}.id", f"{item.id!r} stands here twice.", "Every commitment has an id of its own."
        seen.add(item.id)
        yield from _item(item, at, groups, sources, known)


def _item(item: Item, at: str, groups: list[str], sources: list[str], known: list[str]) -> Iterator[Complaint]:
    if item.group:
        yield from _known(item.group, groups, f"{at}.group", "group")
    for place, name in enumerate(item.sources):
        yield from _known(name, sources, f"{at}.sources[{place}]", "source")
    for place, name in enumerate(item.sections):
        yield from _known(name, known, f"{at}.sections[{place}]", "section")


def practice_complaints(practice: Practice, outline: Outline, items: Iterable[str]) -> Iterator[Complaint]:
    """Give what is wrong with a practice and its rules."""
    known = list(items)
    yield from _known(practice.section, [each.id for each in outline.sections], ".section", "section")
    yield from _known(practice.capability, [each.id for each in outline.capabilities], ".capability", "capability")
    for place, name in enumerate(practice.commitments):
        yield from _known(name, known, f".commitments[{place}]", "commitment")
    seen = set[str]()
    for place, rule in enumerate(practice.rules):
        at = f".rules[{place}]"
        if not rule.id.startswith(f"{practice.id}.") or rule.id in seen:
            yield f"{at}.id", f"{rule.id!r} is no new name that begins with {practice.id + '.'!r}.", "Name it so."
        seen.add(rule.id)
        yield from _rule(rule, at)


def overlay_complaints(
    overlay: Overlay, frameworks: Iterable[str], practices: Iterable[str], items: Iterable[str]
) -> Iterator[Complaint]:
    """Give what an operator's document speaks of and nobody knows."""
    for kind, names, known, at in (
        ("framework", overlay.adopts, list(frameworks), ".adopts"),
        ("practice", overlay.off.practices, list(practices), ".off.practices"),
        ("commitment", overlay.off.commitments, list(items), ".off.commitments"),
    ):
        for name in names:
            yield from _known(name, known, f"{at}.{name}", kind)


def _rule(rule: Rule, at: str) -> Iterator[Complaint]:
    if (rule.count is None) is (rule.every is None):
        yield at, "A rule has either `count` or `every`.", "docs/commitments.md shows both."
        return
    if rule.count is not None:
        for place, pick in enumerate(rule.count.of):
            yield from _pick(pick, f"{at}.count.of[{place}]")
    if rule.every is not None:
        every = rule.every
        yield from _pick(every.of, f"{at}.every.of")
        for place, pick in enumerate(every.has):
            yield from _pick(pick, f"{at}.every.has[{place}]")
        for pick in (every.of, *every.has):
            yield from _field(pick.kind, every.same, f"{at}.every.same")


def _pick(pick: Pick, at: str) -> Iterator[Complaint]:
    if pick.kind not in KINDS:
        yield f"{at}.kind", f"There is no kind of record {pick.kind!r}.", nearest(pick.kind, KINDS)
        return
    if KINDS[pick.kind].audience is Audience.SEALED:
        yield f"{at}.kind", f"{pick.kind!r} is sealed, so nobody may learn of it here.", "Take another kind."
    for name in pick.where:
        yield from _field(pick.kind, name, f"{at}.where.{name}")


def _field(kind: str, name: str, at: str) -> Iterator[Complaint]:
    known = KINDS.get(kind)
    if known is None:
        return
    if name in known.private:
        yield at, f"{name!r} of {kind!r} is private: evidence rests on what anyone can check.", "Take another field."
    elif name not in known.__struct_fields__:
        shown = [each for each in known.__struct_fields__ if each not in known.private]
        yield at, f"{kind!r} has no field {name!r}.", nearest(name, shown)


def _known(name: str, known: Iterable[str], at: str, kind: str) -> Iterator[Complaint]:
    if name not in known:
        yield at, f"There is no {kind} {name!r}.", nearest(name, known)

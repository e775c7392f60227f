"""The register in force, ready to be looked things up in; and the states that practices and commitments are in."""

from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import TypeVar

import msgspec

from seawall.commitments.documents import Adopted, Framework, Item, Outline, Practice, Rule
from seawall.commitments.problems import NoSuchName

T = TypeVar("T")


class State(StrEnum):
    """Where a practice or a commitment is. The order is that of `worst`: what weighs most comes first."""

    LAPSED = "lapsed"
    NOT_STARTED = "not_started"
    LAPSING = "lapsing"
    RECORDED_ONLY = "recorded_only"
    KEPT = "kept"
    NOT_APPLICABLE = "not_applicable"


MEANS = {
    State.KEPT: "The records that its rules ask for are there, and fresh.",
    State.LAPSING: "Its evidence runs out soon.",
    State.LAPSED: "Its evidence ran out, or something that was due is missing.",
    State.NOT_STARTED: "There is no evidence yet.",
    State.RECORDED_ONLY: "A named person recorded it, with a document's digest and an end; no rule checks it.",
    State.NOT_APPLICABLE: "It does not apply here, for the reason that is given.",
}
_ORDER = tuple(State)


def worst(states: list[State]) -> State:
    """Return the state that weighs most; what does not apply weighs nothing."""
    return min(states, key=_ORDER.index, default=State.NOT_APPLICABLE)


class Book:
    """A register: what is promised and by which practices it is kept. It does not change once it is made."""

    def __init__(
        self,
        outline: Outline,
        frameworks: tuple[Framework, ...],
        practices: tuple[Practice, ...],
        adopts: dict[str, Adopted],
        off: dict[str, str],
    ) -> None:
        self.outline, self.adopts = outline, adopts
        self.frameworks = {each.id: each for each in frameworks}
        self.practices = {each.id: each for each in practices}
        self.sections = {each.id: each for each in outline.sections}
        self.themes = {each.id: each for each in outline.themes}
        self.capabilities = {each.id: each for each in outline.capabilities}
        self.items: dict[str, Item] = {item.id: item for each in frameworks for item in each.items}
        self.framework_of = {item.id: each.id for each in frameworks for item in each.items}
        self.rules: dict[str, Rule] = {rule.id: rule for each in practices for rule in each.rules}
        self.off = {item.id: item.not_applicable for item in self.items.values() if item.not_applicable} | off
        self.switched_off = off

    @cached_property
    def serving(self) -> dict[str, tuple[str, ...]]:
        """Return by commitment the practices that serve it."""
        found: dict[str, list[str]] = {name: [] for name in self.items}
        for practice in self.practices.values():
            for name in practice.commitments:
                found[name].append(practice.id)
        return {name: tuple(each) for name, each in found.items()}

    @cached_property
    def digest(self) -> str:
        """Return the name of exactly this register."""
        whole = (
            self.outline,
            list(self.frameworks.values()),
            list(self.practices.values()),
            self.adopts,
            self.switched_off,
        )
        return sha256(msgspec.json.encode(whole, order="sorted")).hexdigest()

    def practice(self, name: str) -> Practice:
        """Return a practice. Raises NoSuchName."""
        return _found(self.practices, name)

    def item(self, name: str) -> Item:
        """Return a commitment. Raises NoSuchName."""
        return _found(self.items, name)

    def framework(self, name: str) -> Framework:
        """Return a framework. Raises NoSuchName."""
        return _found(self.frameworks, name)

    def related(self, practice: Practice) -> tuple[str, ...]:
        """Return the frameworks that the practice's section names as related."""
        return self.sections[practice.section].related


def _found(known: dict[str, T], name: str) -> T:
    if name not in known:
        raise NoSuchName(name, known)
    return known[name]

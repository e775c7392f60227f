"""Routing rules: which queue a case goes to, how soon it is due, and when two people must look.

    read(text) -> Rules.route(facts) -> Routed

A document of an operator's replaces ours as a whole. It is read once, at the start; what is wrong in it is named with
its place, and nothing starts on it.
"""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import msgspec
import yaml

from seawall.cases.model import SEALED_QUEUE, Origin, Outcome, Priority
from seawall.vocabulary.categories import Category
from seawall.vocabulary.errors import InvalidInput
from seawall.vocabulary.ids import RuleId

DEFAULT = Path(__file__).parent / "default" / "rules.yaml"
_LONGEST = 200_000
_Hours = Annotated[float, msgspec.Meta(gt=0, le=8760)]
_Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class BadRules(InvalidInput):
    """Routing rules cannot be used."""

    code = "case.bad_rules"


class _Given(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands in the document; names of priorities are words there."""


class When(_Given, frozen=True, kw_only=True):
    """What a case must be for a rule to fit: each that is given, and of each any."""

    origin: tuple[Origin, ...] = ()
    category: tuple[Category, ...] = ()
    project: tuple[str, ...] = ()
    rule: tuple[str, ...] = ()

    def fits(self, facts: "Facts") -> bool:
        """Tell whether a case is such."""
        asked = ((self.origin, facts.origin), (self.category, facts.category), (self.project, facts.project))
        return all(not any_of or given in any_of for any_of, given in (*asked, (self.rule, facts.rule)))

    @property
    def anything(self) -> bool:
        """Tell whether every case is such."""
        return not (self.origin or self.category or self.project or self.rule)


class Service(_Given, frozen=True, kw_only=True):
    """How soon, and which outcomes take a second reviewer."""

    within_hours: _Hours
    second_review: tuple[Outcome, ...] = ()


class Rule(Service, frozen=True, kw_only=True):
    """One rule."""

    queue: _Name
    priority: str
    when: When = When()


class Document(_Given, frozen=True, kw_only=True):
    """The whole document."""

    queues: dict[_Name, Annotated[str, msgspec.Meta(min_length=1, max_length=200)]]
    rules: Annotated[tuple[Rule, ...], msgspec.Meta(min_length=1, max_length=500)]
    child_safety: Service
    appeal_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 183
    claim_minutes: Annotated[int, msgspec.Meta(ge=1, le=1440)] = 30
    sample: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.05


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a case is routed by."""

    origin: Origin
    project: str
    category: Category | None = None
    rule: RuleId | None = None


class Routed(msgspec.Struct, frozen=True, kw_only=True):
    """Where a case goes."""

    queue: str
    priority: Priority
    within: timedelta


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """The rules in force; `digest` names them."""

    document: Document
    digest: str

    @property
    def queues(self) -> tuple[str, ...]:
        """Return the queues that cases may be moved to."""
        return tuple(self.document.queues)

    @property
    def appeal_for(self) -> timedelta:
        """Return for how long a decision may be appealed."""
        return timedelta(days=self.document.appeal_days)

    @property
    def claim_for(self) -> timedelta:
        """Return for how long a reviewer has a case."""
        return timedelta(minutes=self.document.claim_minutes)

    def route(self, facts: Facts, *, sealed: bool) -> Routed:
        """Return where a case goes; one that is sealed goes nowhere else."""
        if sealed:
            within = timedelta(hours=self.document.child_safety.within_hours)
            return Routed(queue=SEALED_QUEUE, priority=Priority.URGENT, within=within)
        rule = self._rule(facts)
        within = timedelta(hours=rule.within_hours)
        return Routed(queue=rule.queue, priority=Priority[rule.priority.upper()], within=within)

    def wants_second(self, facts: Facts, outcome: Outcome, *, sealed: bool) -> bool:
        """Tell whether somebody else must agree before this follows."""
        service: Service = self.document.child_safety if sealed else self._rule(facts)
        return outcome in service.second_review

    def _rule(self, facts: Facts) -> Rule:
        # The last rule fits everything: `read` saw to it.
        return next(rule for rule in self.document.rules if rule.when.fits(facts))


def load(path: Path | None = None) -> Rules:
    """Return the rules of a file; ours without one. Raises BadRules."""
    try:
        return read((path or DEFAULT).read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadRules(f"{path} cannot be read: {type(error).__name__}.", hint="Name a YAML file.") from None


def read(text: str) -> Rules:
    """Return the rules of a document. Raises BadRules."""
    document = _converted(_parsed(text))
    _check(document)
    return Rules(document=document, digest=sha256(text.encode()).hexdigest())


def _parsed(text: str) -> Any:
    if len(text) > _LONGEST:
        raise BadRules(f"The rules have {len(text)} characters.", hint=f"At most {_LONGEST}.")
    try:
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BadRules(f"Line {line} is no YAML: {error.problem}.", hint="Look at the indentation there.") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise BadRules(f"The rules are no YAML: {type(error).__name__}.", hint="Is this the file?") from None


def _converted(given: Any) -> Document:
    try:
        return msgspec.convert(given, Document)
    except msgspec.ValidationError as error:
        told, _, place = str(error).partition(" - at `$")
        where = place.strip("`.") or "the document"
        raise BadRules(f"{where}: {told}.", hint="docs/cases.md explains every key.") from None


def _check(document: Document) -> None:
    if SEALED_QUEUE in document.queues:
        raise BadRules(f"queues: {SEALED_QUEUE!r} is Seawall's own.", hint="Take another name.")
    for place, rule in enumerate(document.rules):
        where = f"rules[{place}]"
        if rule.queue not in document.queues:
            known = ", ".join(document.queues)
            raise BadRules(f"{where}: there is no queue {rule.queue!r}.", hint=f"Under `queues` there are: {known}.")
        if rule.priority.upper() not in Priority.__members__:
            known = ", ".join(each.name.lower() for each in Priority)
            raise BadRules(f"{where}: {rule.priority!r} is no priority.", hint=f"There are: {known}.")
        if rule.when.anything and place < len(document.rules) - 1:
            raise BadRules(f"{where} fits everything, so no rule after it does.", hint="Put it last.")
    if not document.rules[-1].when.anything:
        raise BadRules("The last rule does not fit everything.", hint="End with one that has no `when`.")

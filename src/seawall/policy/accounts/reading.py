"""A file of rules becomes a set that can be asked, or the list of everything that is wrong with it."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import msgspec

from seawall.policy.accounts.calls import ANY, FUNCTIONS, UNSURE, Call, Counter, calls, window
from seawall.policy.accounts.documents import FileDoc, RuleDoc
from seawall.policy.accounts.expressions import MOST_COUNTERS, VARIABLES, Compiled, Refused, check, compiled, every
from seawall.policy.problems import Place, PolicyInvalid, Problem, nearest, problem
from seawall.policy.shaping import BROKEN, Shaper
from seawall.policy.yaml_lines import parse
from seawall.vocabulary.categories import Category

FILE = "account-rules.yaml"
_CATEGORIES = frozenset({ANY, *(each.value for each in Category)})
_LONGEST, _LONGEST_OF_KEY = timedelta(days=30), timedelta(days=1)
_OF_KEY = frozenset(name for name in FUNCTIONS if name.startswith("key_"))
_HARD = frozenset({"restrict", "suspend", "ban"})
_EXAMPLE = 'Such as count("jailbreak", "10m") >= 3 && age < duration("24h").'
Said = tuple[str, str, str]


class Rule(msgspec.Struct, frozen=True):
    """A rule and its expression, ready to be asked."""

    document: RuleDoc
    asks: Compiled

    @property
    def name(self) -> str:
        """Return its name."""
        return self.document.name


class RuleSet(msgspec.Struct, frozen=True, kw_only=True):
    """Rules in their order, under the digest of the file that they came from."""

    document: FileDoc
    digest: str
    body: str
    rules: tuple[Rule, ...]

    @property
    def counters(self) -> tuple[Counter, ...]:
        """Return the counters that all rules together ask for."""
        return every(each.asks for each in self.rules)


class RulesInvalid(PolicyInvalid):
    """The file of rules cannot be used; `problems` has everything, in the order of lines."""

    code = "account_rules.invalid"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.message = self.message.replace("The policy has", "The rules have", 1)
        self.hint = "seawall rules check FILE shows them again after a change."


def read(text: str, file: str = FILE) -> RuleSet:
    """Return the rules of a file. Raises RulesInvalid."""
    node, problems = parse(text, file)
    shaper = Shaper()
    if node is None:
        empty = problem(Place(file), "The file is empty.", "`rules: []` is a file without rules.")
        raise RulesInvalid(problems or [empty])
    document = shaper.shape(node, FileDoc, file)
    found = list(shaper.problems)
    if document is not BROKEN:
        found += _contradictions(document, shaper, file)
    if found:
        raise RulesInvalid(found)
    return ready(document)


def ready(document: FileDoc) -> RuleSet:
    """Return checked rules, ready to be asked."""
    body = msgspec.json.encode(document, order="sorted")
    rules = tuple(Rule(each, compiled(each.when)) for each in document.rules)
    return RuleSet(document=document, digest=hashlib.sha256(body).hexdigest(), body=body.decode(), rules=rules)


def stored(body: str) -> RuleSet:
    """Return the rules of a body that was kept. Raises msgspec.ValidationError where this release cannot read it."""
    return ready(msgspec.json.decode(body, type=FileDoc))


def _contradictions(document: FileDoc, shaper: Shaper, file: str) -> Iterator[Problem]:
    names = [each.name for each in document.rules]
    counted = set[object]()
    for number, rule in enumerate(document.rules):
        for where, message, hint in _wrong(rule):
            place = shaper.places.get(("rules", number, where), shaper.places.get(("rules", number), Place(file)))
            yield problem(place, f"Rule {rule.name!r} {message}", hint)
        if names.index(rule.name) < number:
            place = shaper.places.get(("rules", number, "name"), Place(file))
            yield problem(place, f"Two rules are called {rule.name!r}.", "Give each a name of its own.")
        counted.update((each.function, each.arguments) for each in calls(rule.when))
    if len(counted) > MOST_COUNTERS:
        yield problem(
            Place(file), f"The rules count {len(counted)} things.", f"At most {MOST_COUNTERS}: share windows."
        )


def _wrong(rule: RuleDoc) -> Iterator[Said]:
    measures, used = rule.then.measures, [*calls(rule.when)]
    if len(measures) > 1:
        yield "then", f"has {' and '.join(measures)} at once.", "Choose one; labels and a case may stand beside it."
    if not (measures or rule.then.labels or rule.then.case):
        yield "then", "does nothing.", "Give it labels, warn, restrict, suspend, ban or case."
    if rule.then.restrict is not None and _idle(rule):
        yield "then", "restricts nothing.", "Name per_minute, tools: false, media: false or without_models."
    unsure = sorted({each.function for each in used} & UNSURE)
    if unsure and set(measures) & _HARD:
        hint = "Let it label, warn or open a case, or count with count(…)."
        yield "when", f"would {measures[0]} somebody on {unsure[0]}(…), which counts what is not sure.", hint
    if rule.against == "key" and not {each.function for each in used} & _OF_KEY:
        yield "against", "is against a whole key and counts nothing of it.", "Use key_count(…) or key_accounts(…)."
    broken = [said for call in used for said in _call(call)]
    yield from broken
    if not broken:
        yield from _expression(rule.when)


def _idle(rule: RuleDoc) -> bool:
    given = rule.then.restrict
    return given is not None and given.per_minute is None and given.tools and given.media and not given.without_models


def _call(call: Call) -> Iterator[Said]:
    if call.arguments is None:
        yield "when", f"calls {call.function} with something other than two texts.", _EXAMPLE
        return
    category, within = call.arguments
    if category not in _CATEGORIES:
        yield "when", f"counts {category!r}, which is no category.", nearest(category, _CATEGORIES)
    span, longest = window(within), _LONGEST_OF_KEY if call.function in _OF_KEY else _LONGEST
    if span is None:
        yield "when", f"counts within {within!r}, which is no time.", "Write it like 90s, 10m, 24h or 7d."
    elif span > longest:
        yield "when", f"counts {call.function} within {within!r}.", f"At most {longest.days}d."


def _expression(when: str) -> Iterator[Said]:
    try:
        check(when)
    except Refused as error:
        yield "when", f"cannot be asked, at column {error.column}: {error.said}.", _hint(error.said)


def _hint(said: str) -> str:
    word = said.partition("undeclared reference to '")[2].partition("'")[0]
    return nearest(word, {*VARIABLES, *FUNCTIONS}) if word else _EXAMPLE

"""The cascade of a policy: what is wrong with it, and the value that it comes to."""

from collections.abc import Callable, Iterable, Iterator

from seawall.policy.documents import Documents, TierDoc
from seawall.policy.problems import Place, Problem, nearest, problem
from seawall.policy.rules import Rule
from seawall.vocabulary.cascade import FLOOR, Cascade, Prohibition, Step, cascade
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Tier

Said = tuple[str, str, str]


def tiers(documents: Documents, at: Callable[..., Place], judges: frozenset[str] | None) -> Iterator[Problem]:
    """Give every problem of `cascade.yaml`. With `judges`, a step may ask those only."""
    for category, steps in documents.cascade.items():
        if category not in documents.categories:
            message = f"The cascade has {category.value!r}, which no category document describes."
            yield problem(at("cascade", category.value), message, f"Add {category.value} to the categories.")
        for number, step in enumerate(steps):
            for field, message, hint in _step(step, judges):
                yield problem(at("cascade", category.value, number, field), f"The cascade {message}", hint)


def _step(step: TierDoc, judges: frozenset[str] | None) -> Iterator[Said]:
    if len(step.band) != 2 or step.band[0] >= step.band[1]:
        yield "band", f"has the band {list(step.band)}.", "Write two scores, the lower one first: [0.3, 0.9]."
    if step.tier == "judge":
        yield from _judge(step, judges)
        return
    if step.judge:
        yield "judge", f"names the judge {step.judge!r} in a step that asks none.", "Write `tier: judge`."
    if step.when == "after":
        yield "when", "asks the accurate tier after the exchange.", "It answers inline; only judges can be asked after."


def _judge(step: TierDoc, judges: frozenset[str] | None) -> Iterator[Said]:
    if not step.judge:
        yield "tier", "asks a judge without saying which.", "Add `judge:` with the name of one from the settings."
    elif judges is not None and step.judge not in judges:
        known = nearest(step.judge, judges) or "There is none in the settings: add [[judges]] to seawall.toml."
        yield "judge", f"asks the judge {step.judge!r}, which is not in the settings.", known


def compiled(documents: Documents, rules: Iterable[Rule]) -> Cascade:
    """Return the cascade that documents and the rules of a project come to."""
    rules = tuple(rules)
    steps = [step for category in Category for step in _steps(category, documents.cascade.get(category, ()), rules)]
    named = {step.category for step in steps if step.tier is Tier.ACCURATE}
    steps += [_asked(rule) for rule in rules if rule.asks_accurate and rule.category not in named]
    return cascade(steps, _floors(rules), _texts(documents))


def _steps(category: Category, tiers: tuple[TierDoc, ...], rules: tuple[Rule, ...]) -> Iterator[Step]:
    asking = [rule for rule in rules if rule.asks_accurate and rule.category is category]
    for each in tiers:
        step = Step(
            category=category,
            tier=Tier(each.tier),
            surfaces=frozenset(each.surfaces),
            low=each.band[0],
            high=each.band[1],
            judge=each.judge,
            after=each.when == "after",
            fail_open=each.fail == "open",
        )
        if step.tier is Tier.ACCURATE:
            # What a rule asks for comes before the band, so that it is asked once, whatever the fast tier says.
            yield from (_asked(rule) for rule in asking)
            asking = []
        yield step


def _asked(rule: Rule) -> Step:
    return Step(category=rule.category, tier=Tier.ACCURATE, surfaces=rule.surfaces, fail_open=rule.fail_open)


def _floors(rules: tuple[Rule, ...]) -> dict[Category, float]:
    floors: dict[Category, float] = {}
    for rule in rules:
        floors[rule.category] = min(floors.get(rule.category, FLOOR), rule.threshold)
    return {category: floor for category, floor in floors.items() if floor < FLOOR}


def _texts(documents: Documents) -> tuple[Prohibition, ...]:
    return tuple(
        Prohibition(
            category=category, title=each.title, prohibited=each.prohibited.strip(), allowed=each.allowed.strip()
        )
        # In an order of their own: stored documents come back with their keys sorted.
        for category in Category
        if (each := documents.categories.get(category))
    )

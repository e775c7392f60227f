"""A usage policy in words for the public: what is prohibited, what follows, how strikes add up. Pure.

Left out is what would help to get past it or names customers: thresholds, detectors, word lists, exemptions, overlays.
"""

from collections.abc import Iterator

from seawall.hub.book import USAGE_POLICY
from seawall.hub.inputs import Version
from seawall.policy.documents import CategoryDoc, Documents, StepDoc
from seawall.policy.publishing import PolicyVersion
from seawall.vocabulary.categories import Category
from seawall.vocabulary.measures import Measure

_MEASURES = {
    Measure.ALLOW: "nothing follows",
    Measure.ANNOTATE: "a notice is shown beside the answer",
    Measure.STEER: "the model is told to answer with care",
    Measure.REWRITE: "the part concerned is taken out",
    Measure.WARN: "the account is warned",
    Measure.WITHHOLD: "the answer is refused",
    Measure.HOLD: "it is held until a person has looked",
    Measure.RESTRICT: "the account is restricted",
    Measure.SUSPEND: "the account is suspended",
    Measure.BAN: "the account is closed",
}
_SURFACES = {"input": "what is asked", "output": "what is answered"}


def words_of(version: PolicyVersion, documents: Documents) -> Version:
    """Return a version of the usage policy as the hub shows it."""
    return Version(
        document=USAGE_POLICY,
        version=version.version,
        kind="usage_policy",
        title="Usage policy",
        date=version.published_at.date(),
        language=documents.policy.language,
        digest=version.digest,
        body="\n".join(_lines(documents)) + "\n",
        summary="What the systems may not be used for, and what follows when somebody tries.",
    )


def _lines(documents: Documents) -> Iterator[str]:
    yield "## What is prohibited"
    for category, document in documents.categories.items():
        yield from ("", f"### {_plain(document.title)}", "", _plain(document.prohibited))
        yield from _allowed(document)
        follows = _follows(documents, category)
        if follows:
            yield from ("", *follows)
    if documents.ladder.steps:
        yield from ("", "## How strikes add up", "")
        yield from (f"- {_step(each)}" for each in documents.ladder.steps)


def _allowed(document: CategoryDoc) -> Iterator[str]:
    if document.allowed:
        yield from ("", f"Allowed: {_plain(document.allowed)}")


def _follows(documents: Documents, category: Category) -> list[str]:
    told: dict[str, None] = {}
    for rule in documents.rules:
        if rule.category is category and rule.mode == "enforce":
            where = " and ".join(
                _SURFACES.get(each.value, f"{each.value.replace('_', ' ')}s") for each in rule.surfaces
            )
            told[f"- In {where}: {_MEASURES[rule.measure]}."] = None
    watched = any(rule.category is category and rule.mode != "enforce" for rule in documents.rules)
    return [*told, *(["- It is watched for, and nothing follows by itself."] if watched and not told else [])]


def _listed(named: list[str]) -> str:
    return " and ".join([*([", ".join(named[:-1])] if named[:-1] else []), named[-1]])


def _step(step: StepDoc) -> str:
    lasting = "until it is lifted" if step.for_ is None else f"for {step.for_.days or 1} days"
    return f"From a weight of {step.at_weight:g}, an account is {step.state.value} {lasting}."


def _plain(text: str) -> str:
    """Return words that Markdown reads as they stand."""
    return " ".join(text.split()).translate({ord(each): f"\\{each}" for each in "\\`*_[]<>#|"})

"""The pages: one for each tier, one for the deterministic detectors, one for the default policy on harmless text."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from docs.cards import bars, measured, weights
from docs.cards.tables import percent, section, table
from seawall.app.measuring import Results, read
from seawall.app.measuring.study import BOTH, FAST
from seawall.policy import DEFAULT, compile_documents
from seawall.policy import read as read_policy
from seawall.screen import encoder, linear
from seawall.screen.detectors import DETECTORS
from seawall.screen.encoder import classifier as encoder_at
from seawall.screen.encoder import manifest as encoder_manifest
from seawall.screen.linear import classifier as linear_at
from seawall.screen.linear import manifest as linear_manifest

HERE = "generated/classifiers"
_FILE = "benchmarks/results/classifiers.json"
_BENCH = 'make bench ARGS="--only classifiers"'
_NOT_MEASURED = f"Not measured yet: `{_BENCH}`, with SEAWALL_DATA_DIR naming the labelled sets.\n"
_LINEAR, _ENCODER = linear_at.SHIPPED.with_suffix(".json"), encoder_at.SHIPPED.with_name("manifest.json")
_FAST = """# Card: the fast tier

**For** telling which texts the accurate tier or a person should look at, in fourteen hazard categories, on every text
that passes. It knows words and their fragments, not meaning. How it works: [classifiers](../../classifiers.md).

**Not for** acting on alone: under the default policy its findings are recorded and refuse nothing.
"""
_ACCURATE = """# Card: the accurate tier

**For** the texts of which the fast tier is unsure, and for categories that ask for it. A small encoder that was
fine-tuned for the same fourteen categories, and stands on the fast tier's scores: figures here are of **both tiers**,
with every text scored by both. How it works: [classifiers](../../classifiers.md).

**Not for** acting on alone: under the default policy its findings are recorded and refuse nothing.
"""
_LIMITS = """## Limits

- Held-out rows come from the sources that were learned from: look at the outside sets first.
- Some rare categories rest on weak or templated labels; elections has too few to be measured.
- Padding a violation with harmless text, and the disguises among the slices, evade it where a slice says so.
- Precision depends on how much of the traffic violates; sets hold far more violations than traffic does.
"""


def pages(results: Path) -> dict[str, Callable[[], str]]:
    """Return what makes each page, by its name below docs/."""
    return {
        f"{HERE}/linear.md": lambda: _fast(results),
        f"{HERE}/encoder.md": lambda: _accurate(results),
        f"{HERE}/detectors.md": _detectors,
        f"{HERE}/policy.md": lambda: _policy(results),
    }


def outdated(results: Path) -> Iterator[str]:
    """Say which results are of other weights than those that ship."""
    found = _classifiers(results)
    if found is None:
        return
    known = {FAST: linear.LinearClassifier.name + " " + linear_manifest.read(_LINEAR).release,
             BOTH: encoder.EncoderClassifier.name + " " + encoder_manifest.read(_ENCODER).release}  # fmt: skip
    for tier, shipped in known.items():
        if found.releases.get(tier) != shipped:
            yield f"{_FILE} measured {found.releases.get(tier)}, not {shipped}: run `{_BENCH}`"


def _classifiers(results: Path) -> Results | None:
    path = results / "classifiers.json"
    return read(path) if path.exists() else None


def _tiers(results: Path) -> list[dict[str, Any]] | None:
    path = results / "tiers.json"
    found: list[dict[str, Any]] | None = msgspec.json.decode(path.read_bytes())["rows"] if path.exists() else None
    return found


def _fast(results: Path) -> str:
    found, known = _classifiers(results), linear_manifest.read(_LINEAR)
    return "\n".join(
        [
            _FAST,
            weights.release(linear.LinearClassifier.name, known, linear_at.SHIPPED, _LINEAR),
            section("Held to", bars.shown(bars.of_speed(_tiers(results), "fast tier"))),
            *_found(found, FAST),
            weights.held_out(known),
            _LIMITS,
            weights.sources(known),
        ]
    )


def _accurate(results: Path) -> str:
    found, known = _classifiers(results), encoder_manifest.read(_ENCODER)
    to = [*bars.of_domain(known), *bars.of_xstest(found), *bars.of_speed(_tiers(results), "accurate tier")]
    return "\n".join(
        [
            _ACCURATE,
            weights.release(encoder.EncoderClassifier.name, known, encoder_at.SHIPPED, _ENCODER),
            section("Held to", bars.shown(iter(to)), "What its pool costs a gateway stands in [benchmarks]"
                    "(../../benchmarks.md#the-accurate-tier-and-everybody-else).\n"),
            *_found(found, BOTH),
            weights.held_out(known),
            weights.tried(known),
            _LIMITS,
            weights.sources(known),
        ]
    )  # fmt: skip


def _found(found: Results | None, tier: str) -> Iterator[str]:
    if found is None:
        yield _NOT_MEASURED
        return
    yield f"Measured {found.measured_on} by `{_BENCH}`: {found.releases.get(tier, 'nothing')}, {found.machine}.\n"
    yield measured.by_set(found, tier)
    yield measured.beside(found)
    yield measured.thresholds(found, tier)
    yield measured.slices(found, tier)
    yield measured.speech(found, tier)
    yield measured.bias(found, tier)
    yield measured.used(found)


def _policy(results: Path) -> str:
    found = _classifiers(results)
    head = (
        "# The default policy on harmless text\n\n"
        "What it refuses of texts that are labelled harmless, what it would refuse if the rules that only listen were "
        "enforced, and what reaches the accurate tier. Each text stands alone as somebody's newest words; there are no "
        "answers to it, so what answers would set off is not counted.\n"
    )
    if found is None:
        return f"{head}\n{_NOT_MEASURED}"
    rows = [(each.set, f"{each.rows:,}", f"{each.refused:,}", percent(each.refused_share), f"{each.would_be_refused:,}",
             percent(each.would_be_refused_share), f"{each.reached_accurate:,}", percent(each.reached_accurate_share))
            for each in found.refusals]  # fmt: skip
    titles = ("set", "rows", "refused", "", "would be refused", "", "reached the accurate tier", "")
    by_rule = [(each.set, f"`{rule}`", f"{count:,}") for each in found.refusals for rule, count in each.by_rule.items()]
    changed = found.policy != compile_documents(read_policy(DEFAULT)).digest
    since = " **The default policy has changed since.**" if changed else ""
    return "\n".join(
        [
            head,
            f"Measured {found.measured_on} by `{_BENCH}`, {found.releases[FAST]}, {found.releases.get(BOTH, 'alone')}, "
            f"policy `{found.policy[:12]}`, bounds at 95 % (Wilson).{since}\n",
            section("Held to", bars.shown(bars.of_policy(found))),
            section("By set", table(titles, rows)),
            section(
                "Which rules", "Texts that each rule refuses, or would.\n", table(("set", "rule", "texts"), by_rule)
            ),
        ]
    )


def _detectors() -> str:
    cases = sum(len(each.hits) + len(each.misses) for each in DETECTORS)
    unknown = sum(each.measured.startswith("not measured") for each in DETECTORS)
    return (
        "# Card: the deterministic detectors\n\n"
        "**For** what can be said in a pattern and settled by a check: secrets, personal data, known wordings of "
        "attacks, signs of distress, talk of elections, and words that an operator bans. The default policy acts on "
        "them.\n\n"
        "**Not for** meaning: what is paraphrased, translated or hinted at is not found.\n\n"
        f"{len(DETECTORS)} ship, with {cases} hits and misses of their own, which are tests. They learned from no "
        f"data. Of {unknown} the error on real traffic was never measured. Each with its longest match and what is "
        "known of its error: [detectors](../detectors.md). What they refuse of harmless text: "
        "[the default policy](policy.md).\n"
    )

"""One run of everything: sets by category and slice, languages, speech, bias, and the policy on harmless text.

DATA/validation (or DATA itself) holds the sets; DATA/train, where it is there, those of which training held a part out
"""

import asyncio
import hashlib
import os
import platform
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np

from seawall.app.measuring.figures import (
    LONGEST_OBFUSCATED,
    Balanced,
    Batch,
    Measured,
    balanced,
    of_any,
    of_set,
    of_slices,
    remembered,
    scored,
)
from seawall.app.measuring.policy import Ordinary, Refusals
from seawall.app.measuring.results import Biased, Results, SetUsed
from seawall.app.measuring.rows import SEED, Row, files, name_of, read_rows, sampled
from seawall.app.scoring import Scorer
from seawall.policy import Policy
from seawall.screen.measure import TERMS, bias_of, held_out
from seawall.screen.measure.speech import KINDS, LANGUAGES, RUDE, said
from seawall.vocabulary.categories import Category

Tell = Callable[[str], None]
FAST, BOTH = "fast", "both"
HELD_OUT, MADE = "held out by training", "own sentences"
FEWEST_OF_A_TERM = 10
_BIAS = "madlibs_unintended_bias"
# Language, set, and what the source of a row holds where the set has several languages.
_LANGUAGES = (
    ("German", "gahd_de", ""),
    ("German", "germeval2018_de", ""),
    ("Spanish", "jigsaw_multiling_es_it_tr", "-es@"),
    ("French", "mlma_fr_en_ar", "-fr@"),
    ("Italian", "jigsaw_multiling_es_it_tr", "-it@"),
)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is measured. Sets of violations alone are set beside the rows of the sets that `beside` names."""

    data: Path
    most: int = 1500
    most_obfuscated: int = 200
    most_ordinary: int = 100_000
    injections: frozenset[str] = frozenset()
    beside: tuple[str, ...] = ()
    slices: bool = False
    seed: int = SEED

    @property
    def folder(self) -> Path:
        """Return where the sets are."""
        inside = self.data / "validation"
        return inside if inside.is_dir() else self.data


def study(
    plan: Plan, by: Mapping[str, Batch], releases: Mapping[str, str], scorer: Scorer, policy: Policy, tell: Tell
) -> Results:
    """Measure everything that the plan names. Raises InvalidInput."""
    run = _Run(plan, by, releases, scorer, tell)
    run.validation()
    if plan.slices:
        run.languages()
        run.speech()
        run.bias()
    run.ordinary(policy)
    return run.results(policy)


class _Run:
    """One run, and what it has found so far."""

    def __init__(
        self, plan: Plan, by: Mapping[str, Batch], releases: Mapping[str, str], scorer: Scorer, tell: Tell
    ) -> None:
        self._plan, self._releases, self._scorer, self._tell = plan, dict(releases), scorer, tell
        self._by = {name: remembered(batch) for name, batch in by.items()}
        self._learned = _learned(scorer)
        self._thresholds = _thresholds(scorer, releases)
        self._beside = [row for path in files(plan.folder) if name_of(path) in plan.beside for row in read_rows(path)]
        self._sets: list[SetUsed] = []
        self._figures: list[Measured] = []
        self._balanced: list[Balanced] = []
        self._refusals: list[Refusals] = []
        self._bias: list[Biased] = []

    def validation(self) -> None:
        """Measure every set that tells violations from the rest, or violations beside ordinary rows."""
        for path in files(self._plan.folder):
            held = list(read_rows(path, injections=name_of(path) in self._plan.injections))
            wrong = sum(row.wrong for row in held)
            if not any(row.known or row.wrong for row in held):
                continue
            rows, name = sampled(held, self._plan.most, self._plan.seed), name_of(path)
            alone = wrong == len(held) and bool(self._beside)
            if alone:
                rows, name = [*rows, *self._beside], f"{name}, beside ordinary requests"
            self._used(name, path, len(rows), len(held), "all")
            # Where nothing is wrong there is nothing to rank: what the policy makes of such a set is told below.
            if wrong:
                # Rows of two origins differ in more than what is wrong with them: slices would tell of that.
                self._measure(name, rows, sliced=self._plan.slices and not alone)

    def _measure(self, name: str, rows: list[Row], *, sliced: bool) -> None:
        mixed = 0 < sum(row.wrong for row in rows) < len(rows)
        for by, batch in self._by.items():
            self._tell(f"{name}: {len(rows)} rows, {by}")
            scores = scored(batch, [row.text for row in rows])
            self._figures += of_set(name, by, rows, scores)
            self._balanced += balanced(name, by, rows, scores, self._thresholds.get(by, {}))
            if mixed and sliced:
                self._figures += of_slices(name, by, rows, scores, batch, self._plan.most_obfuscated)

    def languages(self) -> None:
        """Measure the part of each labelled source in another language that training held out."""
        for language, name, mark in _LANGUAGES:
            for path in self._train(name):
                rows = [row for row in read_rows(path) if mark in row.source and held_out(row.text)]
                self._used(name, path, min(len(rows), self._plan.most), len(rows), f"{language}, {HELD_OUT}")
                self._any(f"{language}: {name}", sampled(rows, self._plan.most, self._plan.seed))

    def speech(self) -> None:
        """Measure negated, quoted and reclaimed speech and each language on sentences of our own."""
        made = [(each, Row(each.text, {}, each.kind == RUDE)) for each in said()]
        self._any("all", [row for _, row in made], MADE)
        for language in LANGUAGES:
            self._any(language, [row for each, row in made if each.language == language], MADE)
        for kind in KINDS:
            self._any(kind, [row for each, row in made if each.kind in (RUDE, kind)], MADE)

    def _any(self, title: str, rows: list[Row], name: str = HELD_OUT) -> None:
        for by, batch in self._by.items():
            self._tell(f"{name}, {title}: {len(rows)} rows, {by}")
            self._figures += of_any(title, name, by, rows, scored(batch, [row.text for row in rows]))

    def bias(self) -> None:
        """Measure bias by identity term on the part of the madlibs set that training held out."""
        for path in self._train(_BIAS):
            rows = [row for row in read_rows(path) if held_out(row.text)]
            self._used(_BIAS, path, len(rows), len(rows), HELD_OUT)
            texts, truth = [row.text for row in rows], np.array([float(row.wrong) for row in rows])
            for by, batch in self._by.items():
                self._tell(f"{_BIAS}: {len(rows)} rows, {by}")
                highest = np.array([max(each.values(), default=0.0) for each in scored(batch, texts)])
                found = bias_of(texts, highest, truth, fewest=FEWEST_OF_A_TERM)
                self._bias.append(Biased(set=_BIAS, by=by, terms=found, left_out=len(TERMS) - len(found)))

    def ordinary(self, policy: Policy) -> None:
        """Decide under the policy on every text that is labelled harmless throughout."""
        at_work = Ordinary(policy, self._scorer)
        for path in files(self._plan.folder):
            rows = [row for row in read_rows(path) if row.harmless]
            if rows:
                rows = sampled(rows, self._plan.most_ordinary, self._plan.seed)
                self._tell(f"{name_of(path)}: {len(rows)} harmless rows under the policy")
                self._refusals.append(asyncio.run(at_work.refusals(name_of(path), rows)))

    def _train(self, name: str) -> Iterator[Path]:
        path = self._plan.data / "train" / f"{name}.jsonl.gz"
        if path.exists():
            yield path
        else:
            self._tell(f"{name}: left out, as {path} does not exist")

    def _used(self, name: str, path: Path, rows: int, of: int, part: str) -> None:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        seen = digest in self._learned and part == "all"
        self._sets.append(SetUsed(set=name, rows=rows, of=of, sha256=digest, seen=seen, part=part))

    def results(self, policy: Policy) -> Results:
        """Return what was found."""
        return Results(
            measured_on=f"{datetime.now(UTC):%Y-%m-%d}",
            machine=f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}",
            seed=self._plan.seed,
            most=self._plan.most,
            most_obfuscated=self._plan.most_obfuscated,
            longest_obfuscated=LONGEST_OBFUSCATED,
            policy=policy.digest,
            releases=self._releases,
            sets=tuple(self._sets),
            figures=tuple(self._figures),
            balanced=tuple(self._balanced),
            refusals=tuple(self._refusals),
            bias=tuple(self._bias),
        )


def _learned(scorer: Scorer) -> frozenset[str]:
    """Return the digests of all files that the shipped weights have learned from."""
    manifests = [
        each.manifest for each in (scorer.fast, scorer.accurate) if each is not None and hasattr(each, "manifest")
    ]
    return frozenset(used.sha256 for manifest in manifests for used in manifest.sources)


def _thresholds(scorer: Scorer, releases: Mapping[str, str]) -> dict[str, dict[Category, float]]:
    """Return the thresholds that the manifests state, by what scores."""
    found = {}
    for tier, classifier in ((FAST, scorer.fast), (BOTH, scorer.accurate)):
        if tier in releases and classifier is not None and hasattr(classifier, "manifest"):
            heads = classifier.manifest.heads
            found[releases[tier]] = {head.category: head.threshold for head in heads if head.threshold is not None}
    return found

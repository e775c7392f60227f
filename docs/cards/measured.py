"""What the bench found of one tier: by category and set, beside others, on slices, by identity, by language."""

from collections.abc import Iterator
from statistics import mean

from docs.cards.bars import BIAS, SLICE_LOSS, SPOKEN, XSTEST, figure
from docs.cards.tables import bounded, held, number, section, table
from seawall.app.measuring import Biased, Measured, Results
from seawall.app.measuring.study import BOTH, FAST, HELD_OUT, MADE
from seawall.screen.measure import OBFUSCATIONS, Bias

_APART = ("all", "not obfuscated", *OBFUSCATIONS)
_POWER, _FEWEST = -5, 10


def by_set(results: Results, tier: str) -> str:
    """Return the figures of every category on every set."""
    seen = {each.set for each in results.sets if each.seen}
    rows = [
        (f"{each.set}{' (seen in training)' if each.set in seen else ''}", each.category, *_cells(each))
        for each in _of(results, tier)
        if each.slice == "all" and each.set not in (MADE, HELD_OUT) and each.figures.auroc is not None
    ]
    head = ("set", "category", "+/-", "AUPRC", "AUROC", "recall at 0.1 % FPR", "recall at 1 % FPR", "calibration error")
    return section(
        "Figures by set and category",
        f"At most {results.most:,} rows of each set, drawn by a hash with the seed {results.seed}; bounds at 95 % by "
        "drawing rows again. *any* is the highest score of all categories. With fewer than 1,000 negatives, recall at "
        "0.1 % is recall without a single false positive. What was seen in training says how well it was learned, and "
        "nothing else: for the OpenAI half see the figures held out of the fold, below.\n",
        table(head, rows),
    )


def _of(results: Results, tier: str) -> Iterator[Measured]:
    return (each for each in results.figures if each.by == results.releases.get(tier))


def _cells(each: Measured) -> tuple[str, ...]:
    told = each.figures
    cells = (told.auprc, told.auroc, told.recall_at_01_percent, told.recall_at_1_percent)
    return f"{told.positives:,} / {told.negatives:,}", *map(bounded, cells), number(told.calibration_error)


def beside(results: Results) -> str:
    """Return any violation, by everything that was measured, on the same rows."""
    titles = {results.releases[tier]: f"{tier} tier" if tier == FAST else "both tiers" for tier in (FAST, BOTH)
              if tier in results.releases}  # fmt: skip
    rows = [
        (each.set, titles.get(each.by, each.by), *_cells(each)[:3])
        for each in results.figures
        if each.category == "any" and each.slice == "all" and each.figures.auroc is not None
    ]
    return section("Beside others", "Any violation, on the same rows.\n",
                   table(("set", "by", "+/-", "AUPRC", "AUROC"), sorted(rows)))  # fmt: skip


def thresholds(results: Results, tier: str) -> str:
    """Return balanced accuracy at stated thresholds."""
    found = [each for each in results.balanced if each.by == results.releases.get(tier)]
    edges = sorted({each.threshold for each in found if each.threshold is not None})
    rows = []
    for name in sorted({each.set for each in found}, key=lambda each: (each != XSTEST, each)):
        told = {each.threshold: each.value for each in found if each.set == name}
        rows.append((name, *(number(told.get(edge)) for edge in edges), number(told.get(None))))
    return section("Balanced accuracy at stated thresholds",
                   "Of *any*. The last column takes each category's own threshold of the manifest.\n",
                   table(("set", *(f"≥ {edge:g}" for edge in edges), "own"), rows))  # fmt: skip


def slices(results: Results, tier: str) -> str:
    """Return slices of each set, and which of them fail."""
    rows = [row for each in _of(results, tier) if (row := _slice(results, tier, each))]
    short = f" of at most {results.longest_obfuscated} characters" if results.longest_obfuscated else ""
    return section(
        "Slices",
        f"Any violation. A slice fails where its AUROC is more than {SLICE_LOSS} below that of the same set: of the "
        f"first {results.most_obfuscated} rows{short} as they were, for what was obfuscated; of all rows, for the "
        "others. "
        "Slices with fewer than "
        f"{_FEWEST} rows of either sort are left out. Traits are words that are there, not what they do.\n",
        table(("set", "slice", "+/-", "AUROC", "less", ""), rows),
    )


def _slice(results: Results, tier: str, each: Measured) -> tuple[str, ...] | None:
    if each.category != "any" or each.slice in ("all", "not obfuscated") or each.set in (MADE, HELD_OUT):
        return None
    whole = figure(results, each.set, "not obfuscated" if each.slice in _APART else "all", tier)
    few = min(each.figures.positives, each.figures.negatives) < _FEWEST
    if few or each.figures.auroc is None or whole is None or whole.figures.auroc is None:
        return None
    lost = whole.figures.auroc.value - each.figures.auroc.value
    return each.set, each.slice, _cells(each)[0], bounded(each.figures.auroc), f"{lost:+.3f}", held(lost <= SLICE_LOSS)


def speech(results: Results, tier: str) -> str:
    """Return languages and speech about hostile speech."""
    rows = []
    for each in _of(results, tier):
        if each.set in (MADE, HELD_OUT):
            auroc = each.figures.auroc
            passed = None if auroc is None else auroc.value >= SPOKEN
            rows.append((each.set, each.slice, *_cells(each)[:3], held(passed)))
    return section(
        "Languages, and negated, quoted and reclaimed speech",
        "*Own sentences* are mild insults in five languages beside negated, quoted and reclaimed speech with like "
        "words. The other rows are the tenth of each labelled source that training held out. A line fails below an "
        f"AUROC of {SPOKEN}.\n",
        table(("set", "slice", "+/-", "AUPRC", "AUROC", ""), rows),
    )


def bias(results: Results, tier: str) -> str:
    """Return bias by identity term: the terms that fail, and all together."""
    return section(
        "Identity terms",
        "AUCs of Borkan and others on the tenth of the madlibs set that training held out, by the highest score. "
        "Templates of that set were learned from, so this flatters. *Subgroup*: texts that name the term. *BPSN*: "
        "harmless ones that name it against harmful ones that do not. *BNSP*: the other way round. "
        f"A term fails where any of the three is below {BIAS:.2f}. "
        "*Together* is their power mean of order −5, which the worst decide.\n",
        *(_biased(each) for each in results.bias if each.by == results.releases.get(tier)),
    )


def _biased(found: Biased) -> str:
    failing = [each for each in found.terms if not _passes(each)]
    rows = [("together", "", *(number(_power([getattr(each, of) for each in found.terms])) for of in _AUCS), "")]
    rows += [_term(each) for each in sorted(found.terms, key=_worst)]
    counts = f"{len(failing)} of {len(found.terms)} terms fail; {found.left_out} with too few rows are left out.\n"
    return counts + "\n" + table(("term", "rows", "subgroup", "BPSN", "BNSP", ""), rows)


_AUCS = ("subgroup", "bpsn", "bnsp")


def _worst(each: Bias) -> float:
    return min((value for value in (each.subgroup, each.bpsn, each.bnsp) if value is not None), default=1.0)


def _passes(each: Bias) -> bool:
    return _worst(each) >= BIAS


def _term(each: Bias) -> tuple[str, ...]:
    aucs = (number(getattr(each, of)) for of in _AUCS)
    return each.term, str(each.rows), *aucs, held(_passes(each))


def _power(values: list[float | None]) -> float | None:
    known = [value for value in values if value]
    return mean(value**_POWER for value in known) ** (1 / _POWER) if known else None


def used(results: Results) -> str:
    """Return which sets were measured."""
    rows = [(each.set, each.part, f"{each.rows:,} of {each.of:,}", f"`{each.sha256[:12]}`", "yes" if each.seen else "")
            for each in results.sets]  # fmt: skip
    return section("Sets", table(("set", "part", "rows", "digest of the file", "seen in training"), rows))

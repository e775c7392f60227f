"""Try a draft on decisions of the past: the same findings, standing and situation, another policy.

A trial says what would have been decided, not what people would have written had they known. Of exchanges under zero
retention no places were stored; a rewrite of theirs is tried with a place that stands for all.
"""

from collections import Counter
from collections.abc import Iterable

import msgspec

from seawall.policy.decide import decide
from seawall.policy.rules import Edition, Situation
from seawall.vocabulary.decisions import Verdict
from seawall.vocabulary.findings import Finding, Span
from seawall.vocabulary.ids import ExchangeId, RuleId
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.standing import Standing

_SOMEWHERE = Span(0, 0)


class StoredDecision(msgspec.Struct, frozen=True, kw_only=True):
    """A decision of the past with everything that it was made from. `policy` is the digest of that of then."""

    exchange: ExchangeId
    findings: tuple[Finding, ...]
    standing: Standing
    situation: Situation
    verdict: Verdict
    policy: str = ""


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """An exchange that would be decided otherwise. `what` names the parts of the verdict that differ."""

    exchange: ExchangeId
    before: Measure
    after: Measure
    because: tuple[RuleId, ...]
    what: tuple[str, ...]


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What a draft would change of `tried` decisions; `changed` lists the first of them, `counts` has them all."""

    digest: str
    tried: int
    differing: int
    counts: dict[str, int]
    strikes_before: int
    strikes_after: int
    would_have: dict[str, int]
    changed: tuple[Changed, ...]


def replay(edition: Edition, stored: StoredDecision) -> Verdict:
    """Return what an edition decides on the findings of a past decision."""
    findings = _placed(stored.findings) if stored.situation.zero_retention else stored.findings
    policy = edition.of(stored.situation.project)
    return decide(policy, findings, stored.standing, stored.situation)


def try_draft(edition: Edition, stored: Iterable[StoredDecision], *, listed: int = 100) -> Trial:
    """Return what an edition would change of past decisions, the first `listed` of them one by one."""
    counts: Counter[str] = Counter()
    would_have: Counter[str] = Counter()
    changed: list[Changed] = []
    tried = differing = before_strikes = after_strikes = 0
    for each in stored:
        tried += 1
        after = replay(edition, each)
        before_strikes += len(each.verdict.strikes)
        after_strikes += len(after.strikes)
        would_have.update(rule.rule for rule in after.would_have)
        what = _differing(each, after)
        if what:
            differing += 1
            counts[f"{each.verdict.measure.value} -> {after.measure.value}"] += 1
        if what and len(changed) < listed:
            changed.append(_changed(each, after, what))
    return Trial(
        digest=edition.digest,
        tried=tried,
        differing=differing,
        counts=dict(counts.most_common()),
        strikes_before=before_strikes,
        strikes_after=after_strikes,
        would_have=dict(would_have.most_common()),
        changed=tuple(changed),
    )


def _changed(stored: StoredDecision, after: Verdict, what: tuple[str, ...]) -> Changed:
    before = stored.verdict.measure
    return Changed(exchange=stored.exchange, before=before, after=after.measure, because=after.because, what=what)


def _differing(stored: StoredDecision, after: Verdict) -> tuple[str, ...]:
    before = stored.verdict
    if stored.situation.zero_retention:
        # Their places were never stored, so they are no difference.
        before, after = (msgspec.structs.replace(each, rewrites=()) for each in (before, after))
    return tuple(name for name in Verdict.__struct_fields__ if getattr(before, name) != getattr(after, name))


def _placed(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(
        msgspec.structs.replace(each, span=_SOMEWHERE) if each.deterministic and each.span is None else each
        for each in findings
    )

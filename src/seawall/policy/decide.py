"""Findings, standing and situation become a verdict. Pure: no text, no clock, no chance; imports the vocabulary only.

Standing comes first, then every rule is asked about every finding, and the gravest measure wins; banners, steering,
rewrites, warnings and strikes of all rules are collected. The order of findings makes no difference, and one more
finding never makes a measure milder. What cannot be done as ordered is done more strictly: a rewrite without a place
withholds. What would need more certainty is done less: a measure against an account, on a finding that counts no
strikes, withholds instead.
"""

from collections.abc import Sequence

from seawall.policy.rules import Policy, Rule, Situation
from seawall.vocabulary.decisions import ALLOWED, Rewrite, StrikeDue, Verdict, WouldHave
from seawall.vocabulary.findings import Finding, Span, Surface
from seawall.vocabulary.ids import RuleId
from seawall.vocabulary.measures import Measure, gravest
from seawall.vocabulary.standing import Standing, State

SUSPENDED, BANNED = RuleId("standing.suspended"), RuleId("standing.banned")
_DEFAULT_MASK = "[removed]"
_SURFACES = {surface: number for number, surface in enumerate(Surface)}


def decide(policy: Policy, findings: Sequence[Finding], standing: Standing, situation: Situation) -> Verdict:
    """Return what happens to an exchange under a policy."""
    if standing.refused:
        standing = standing.at(situation.now)
        if standing.refused:
            return _refused(policy, standing)
    if not findings:
        return ALLOWED
    weighing = _Weighing(policy, situation)
    for finding in findings:
        weighing.add(finding)
    return weighing.verdict()


def _refused(policy: Policy, standing: Standing) -> Verdict:
    banned = standing.state is State.BANNED
    return Verdict(
        measure=Measure.WITHHOLD,
        because=(BANNED if banned else SUSPENDED,),
        reason=policy.texts.banned if banned else policy.texts.suspended,
    )


def _holds(rule: Rule, finding: Finding, situation: Situation) -> bool:
    return (
        (finding.newest or not rule.newest_only)
        and (not rule.projects or situation.project in rule.projects)
        and (not rule.countries or situation.country in rule.countries)
        and (not rule.when_input or not rule.when_input.isdisjoint(situation.input_categories))
        and rule.sees(finding.detector)
    )


class _Weighing:
    """Collects what the findings of one exchange come to."""

    __slots__ = (
        "_exempt",
        "_hits",
        "_met",
        "_policy",
        "_rewrites",
        "_situation",
        "_striking",
        "_unscreened",
        "_would_have",
    )

    def __init__(self, policy: Policy, situation: Situation) -> None:
        self._policy = policy
        self._situation = situation
        covered = [each.rules for each in policy.exemptions if each.holds(situation)]
        self._exempt: frozenset[RuleId] = frozenset().union(*covered)
        # By order of the rules: the rule, and the gravest measure that it comes to.
        self._hits: dict[int, tuple[Rule, Measure]] = {}
        self._would_have: dict[int, tuple[Rule, Measure]] = {}
        # Rules that a finding met: not those that hold only because screening failed.
        self._met: set[int] = set()
        self._striking: set[int] = set()
        self._rewrites: list[Rewrite] = []
        self._unscreened = False

    def add(self, finding: Finding) -> None:
        """Ask every rule that has a say about one finding."""
        self._unscreened |= finding.failed
        for rule in self._policy.index.get((finding.surface, finding.category), ()):
            # The cheapest question first: most scores are below every threshold.
            if not finding.failed and finding.score < rule.threshold:
                continue
            if rule.id in self._exempt or not _holds(rule, finding, self._situation):
                continue
            if finding.failed:
                # Not known is not clean: without an answer the rule does as it says for that case.
                tolerated = rule.fail_open or finding.fail_open
                self._enter(rule, Measure.ANNOTATE if tolerated else Measure.WITHHOLD)
            else:
                self._hit(rule, finding)

    def _hit(self, rule: Rule, finding: Finding) -> None:
        measure = self._measure(rule, finding)
        if measure is Measure.STEER and self._situation.arm == "control":
            _raise_to(self._would_have, rule, Measure.STEER)
            measure = Measure.ANNOTATE
        if measure is Measure.ANNOTATE and (rule.banners or rule.steer) and not rule.shown(self._situation):
            return
        self._enter(rule, measure)
        if not rule.enforced:
            return
        self._met.add(rule.order)
        if measure is Measure.REWRITE and finding.span is not None:
            rewrite = Rewrite(
                rule=rule.id,
                surface=finding.surface,
                piece=finding.piece,
                span=finding.span,
                mask=rule.mask or _DEFAULT_MASK,
            )
            self._rewrites.append(rewrite)
        if rule.strike is not None and self._held_against(finding):
            self._striking.add(rule.order)

    def _held_against(self, finding: Finding) -> bool:
        """Tell whether a finding may follow a person: sure, of their own newest words, and not counted before."""
        return finding.counts_strikes and finding.surface is Surface.INPUT and self._situation.stage == "input"

    def _measure(self, rule: Rule, finding: Finding) -> Measure:
        measure = rule.measure
        if measure is Measure.HOLD and self._situation.zero_retention:
            # Nothing may be kept, so there is nothing that a person could review.
            return Measure.WITHHOLD
        if measure is Measure.REWRITE and finding.span is None:
            return Measure.WITHHOLD
        if measure.rank > Measure.HOLD.rank and not self._held_against(finding):
            return Measure.WITHHOLD
        return measure

    def _enter(self, rule: Rule, measure: Measure) -> None:
        _raise_to(self._hits if rule.enforced else self._would_have, rule, measure)

    def verdict(self) -> Verdict:
        """Return what it all comes to."""
        hits = [self._hits[order] for order in sorted(self._hits)]
        if not (hits or self._would_have or self._unscreened):
            return ALLOWED
        met = [rule for rule, _ in hits if rule.order in self._met]
        steering = self._situation.arm != "control"
        worst_first = sorted(hits, key=lambda hit: -hit[1].rank)
        return Verdict(
            measure=gravest(*(measure for _, measure in hits)),
            because=tuple(rule.id for rule, _ in worst_first),
            would_have=tuple(
                WouldHave(rule=rule.id, measure=measure) for _, (rule, measure) in sorted(self._would_have.items())
            ),
            banners=tuple(banner for rule in met for banner in rule.shown(self._situation)),
            steer=tuple(rule.steer for rule in met if steering and rule.measure is Measure.STEER),
            rewrites=_apart(self._rewrites),
            warnings=tuple(rule.message for rule in met if rule.measure is Measure.WARN),
            strikes=tuple(
                StrikeDue(
                    rule=rule.id,
                    category=rule.category.value,
                    weight=rule.strike.weight,
                    expires_after_s=rule.strike.expires_after_s,
                )
                for rule in met
                if rule.strike is not None and rule.order in self._striking
            ),
            reason=self._reason(*worst_first[0]) if worst_first else "",
            unscreened=self._unscreened,
        )

    def _reason(self, rule: Rule, measure: Measure) -> str:
        if not measure.refuses:
            return ""
        met = rule.order in self._met
        if met and rule.measure.refuses and rule.message:
            return rule.message
        texts = self._policy.texts
        return texts.unscreened if self._unscreened else (rule.message if met else "") or texts.withheld


def _raise_to(hits: dict[int, tuple[Rule, Measure]], rule: Rule, measure: Measure) -> None:
    before = hits.get(rule.order)
    if before is None or measure.rank > before[1].rank:
        hits[rule.order] = (rule, measure)


def _apart(rewrites: list[Rewrite]) -> tuple[Rewrite, ...]:
    """Return the rewrites in order of place, those that overlap made one."""
    if not rewrites:
        return ()
    ordered = sorted(rewrites, key=lambda each: (_place(each), each.span.end, each.rule, each.mask))
    apart = [ordered[0]]
    for each in ordered[1:]:
        last = apart[-1]
        together = (each.surface, each.piece) == (last.surface, last.piece)
        if together and (each.span.start < last.span.end or each.span == last.span):
            reach = Span(last.span.start, max(last.span.end, each.span.end))
            apart[-1] = Rewrite(rule=last.rule, surface=last.surface, piece=last.piece, span=reach, mask=last.mask)
        else:
            apart.append(each)
    return tuple(apart)


def _place(rewrite: Rewrite) -> tuple[int, int, int]:
    return _SURFACES[rewrite.surface], rewrite.piece, rewrite.span.start

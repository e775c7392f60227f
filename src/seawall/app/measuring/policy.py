"""What a policy makes of harmless text: how much it refuses, would refuse, and how much reaches the accurate tier.

Each text stands alone as the newest words of a person in good standing; there is no answer to it, so what answers would
set off is not counted. Findings, cascade and decision are those of the live path.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from seawall.app.measuring.rows import Row
from seawall.app.scoring import InProcess, Scorer
from seawall.policy import Policy, Situation, decide
from seawall.screen.cascade import Text, Tiers, settle
from seawall.screen.measure import Interval, share
from seawall.vocabulary.decisions import Verdict
from seawall.vocabulary.findings import Surface
from seawall.vocabulary.ids import AccountId, KeyId
from seawall.vocabulary.standing import GOOD


class Refusals(msgspec.Struct, frozen=True, kw_only=True):
    """How many harmless texts of one set were refused, would be if all rules were enforced, and reached a tier.

    `by_rule` counts the texts that each rule refuses or would.
    """

    set: str
    rows: int
    refused: int
    would_be_refused: int
    reached_accurate: int
    refused_share: Interval
    would_be_refused_share: Interval
    reached_accurate_share: Interval
    by_rule: dict[str, int]


class Ordinary:
    """One policy at work on texts that nobody should refuse."""

    def __init__(self, policy: Policy, scorer: Scorer) -> None:
        self._policy, self._screen = policy, scorer.screen(policy)
        self._slow = InProcess(scorer.accurate) if scorer.accurate is not None else None
        self._situation = Situation(
            project="bench",
            key=KeyId("key_bench"),
            account=AccountId("acc_bench"),
            now=datetime(2026, 1, 1, tzinfo=UTC),
            stage="input",
        )

    async def refusals(self, name: str, rows: Sequence[Row]) -> Refusals:
        """Decide on every text and count."""
        refused = would = reached = 0
        by_rule: Counter[str] = Counter()
        for row in rows:
            verdict, asked = await self._decided(row.text)
            rules = refusing(verdict)
            by_rule.update(rules)
            refused += verdict.measure.refuses
            would += bool(rules)
            reached += asked
        return Refusals(
            set=name,
            rows=len(rows),
            refused=refused,
            would_be_refused=would,
            reached_accurate=reached,
            refused_share=share(refused, len(rows)),
            would_be_refused_share=share(would, len(rows)),
            reached_accurate_share=share(reached, len(rows)),
            by_rule=dict(by_rule.most_common()),
        )

    async def _decided(self, text: str) -> tuple[Verdict, bool]:
        found = self._screen.screen(text, Surface.INPUT)
        asked = self._slow.asked if self._slow else 0
        seen = [Text(text=text, surface=Surface.INPUT)]
        tiers = Tiers(self._slow)
        settled = await settle(self._policy.cascade, tiers, seen, found, zero_retention=False)
        verdict = decide(self._policy, settled.findings, GOOD, self._situation)
        return verdict, self._slow is not None and self._slow.asked > asked


def refusing(verdict: Verdict) -> set[str]:
    """Return the rules that refuse, or would if they were enforced."""
    because = verdict.because if verdict.measure.refuses else ()
    return {*map(str, because), *(str(each.rule) for each in verdict.would_have if each.measure.refuses)}

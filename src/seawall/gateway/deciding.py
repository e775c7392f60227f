"""Decide on an exchange: by the policy, or, where others lifted a tester's safeguards, by what is never lifted.

Under lifted safeguards everything is screened and its findings stand on record as ever; only the findings in
`NEVER_LIFTED` decide, and the verdict says `tester.safeguards_lifted`. The standing of the account holds all the same.
"""

from collections.abc import Sequence

import msgspec

from seawall.gateway.exchange import Exchange
from seawall.policy.decide import decide
from seawall.policy.rules import Stage
from seawall.vocabulary.categories import Category
from seawall.vocabulary.decisions import Verdict
from seawall.vocabulary.findings import Finding
from seawall.vocabulary.ids import RuleId

NEVER_LIFTED = frozenset({Category.CHILD_SEXUAL_EXPLOITATION})
LIFTED = RuleId("tester.safeguards_lifted")


def decided(exchange: Exchange, stage: Stage, findings: Sequence[Finding]) -> Verdict:
    """Return what holds for an exchange on these findings."""
    if not exchange.caller.lifted:
        return decide(exchange.policy, findings, exchange.standing, exchange.situation(stage))
    held = [each for each in findings if each.category in NEVER_LIFTED]
    verdict = decide(exchange.policy, held, exchange.standing, exchange.situation(stage))
    return msgspec.structs.replace(verdict, because=(*verdict.because, LIFTED))

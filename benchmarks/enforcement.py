"""What machines and people hold against accounts over a year, by lot: records alone, each with its moment. Pure.

Decisions on exchanges, strikes and standings; cases that are opened and settled days later, appeals against some,
reversals, and looks at both. A fiftieth of all cases is about child safety and sealed.
"""

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from seawall.vocabulary.ids import AccountId, CaseId, DecisionId, ExchangeId, ItemId, ProjectId, RuleId
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.cases import AppealFiled, CaseDecided, CaseOpened, CaseQualityReviewed, sealed
from seawall.vocabulary.records.enforce import DecisionReversed, StandingChanged, StrikeCounted
from seawall.vocabulary.records.exchanges import DecisionReviewed, ExchangeDecided

Due = tuple[datetime, int, Record]
_RULES = {"jailbreak": 60, "violent_crimes": 20, "privacy": 12, "terrorism": 4, "sex_crimes": 3, "defamation": 1}
_MEASURES = {
    Measure.WITHHOLD: 60, Measure.WARN: 14, Measure.STEER: 10, Measure.REWRITE: 10, Measure.HOLD: 3,
    Measure.RESTRICT: 2, Measure.SUSPEND: 1,
}  # fmt: skip
_STANDINGS = {"warned": 70, "restricted": 20, "suspended": 8, "banned": 2}
_OUTCOMES = {"nothing": 45, "warn": 30, "restrict": 12, "suspend": 9, "ban": 4}
_BECOMES = {"warn": "warned", "restrict": "restricted", "suspend": "suspended", "ban": "banned"}
_ORIGINS = {"flag": 60, "escalation": 20, "report": 15, "finding": 5}
_PROJECT, _BY, _DIGEST = ProjectId("pr_lot"), "pe_lot", "0" * 64


class Enforcement:
    """A lot by which one record after the other comes about."""

    def __init__(self, seed: int) -> None:
        self._lot, self._numbers = Random(seed), count(1)
        self._due: list[Due] = []

    def between(self, since: datetime, until: datetime, records: int) -> Iterator[tuple[datetime, Record]]:
        """Give so many records, spread over a time: what is due by then, or else something new."""
        for number in range(records):
            now = since + (until - since) * number / records
            if not self._due or self._due[0][0] > now:
                self._happens(now)
            yield now, heapq.heappop(self._due)[-1]

    def _happens(self, now: datetime) -> None:
        if self._lot.random() < 0.72:
            self._machine(now)
        else:
            self._case(now)

    def _later(self, at: datetime, *bodies: Record) -> None:
        for body in bodies:
            heapq.heappush(self._due, (at, next(self._numbers), body))

    def _machine(self, now: datetime) -> None:
        """Let the policy decide on an exchange, with what follows for the account."""
        account, decision, exchange = self._account(), self._named("de"), self._named("ex")
        category, measure = self._one(_RULES), self._one(_MEASURES)
        rule = RuleId(f"{category}.pattern")
        self._later(
            now,
            ExchangeDecided(
                decision=DecisionId(decision), exchange=ExchangeId(exchange), project=_PROJECT, account=account,
                measure=measure, because=(rule,), policy_digest=_DIGEST,
            ),
        )  # fmt: skip
        if measure.rank >= Measure.WARN.rank and self._lot.random() < 0.6:
            expires = (now + timedelta(days=90)).isoformat()
            self._later(
                now,
                StrikeCounted(
                    strike=self._named("st"), account=account, project=_PROJECT, decision=DecisionId(decision),  # type: ignore[arg-type]
                    exchange=ExchangeId(exchange), rule=rule, category=category, weight_thousandths=1000,
                    expires_at=expires,
                ),
            )  # fmt: skip
        if self._lot.random() < 0.25:
            cause = "measure" if measure in (Measure.RESTRICT, Measure.SUSPEND) else "strikes"
            self._later(now, self._standing(account, self._one(_STANDINGS), cause, decision))
        if self._lot.random() < 0.05:
            right = self._lot.random() < 0.9
            self._later(
                now + timedelta(days=3),
                DecisionReviewed(decision=DecisionId(decision), exchange=ExchangeId(exchange), right=right, by=_BY),
            )

    def _case(self, now: datetime) -> None:
        """Open a case and settle it days later; some of what is done is appealed, and some of that taken back."""
        case, account, hidden = self._named("cs"), self._account(), self._lot.random() < 0.02
        category = "child_sexual_exploitation" if hidden else self._one(_RULES)
        given: dict[str, Any] = {"account": account, "category": category, "hidden": hidden}
        settles = now + timedelta(hours=self._lot.randint(2, 200))
        outcome = self._one(_OUTCOMES)
        self._opens(now, case, self._one(_ORIGINS), about=None, **given)
        decided = self._settles(settles, now, case, outcome, about=None, right=None, **given)
        if self._lot.random() < 0.05:
            agrees = self._lot.random() < 0.88
            seen = CaseQualityReviewed(
                case=CaseId(case), decision=decided.decision, outcome=outcome, agrees=agrees, by=_BY
            )
            self._later(settles + timedelta(days=2), sealed(seen) if hidden else seen)
        if outcome != "nothing" and self._lot.random() < 0.3:
            self._appeals(settles + timedelta(days=self._lot.randint(1, 20)), decided, given)

    def _appeals(self, now: datetime, about: CaseDecided, given: dict[str, Any]) -> None:
        case, right = self._named("cs"), self._lot.random() < 0.7
        milder = not right and about.outcome == "ban" and self._lot.random() < 0.5
        filed = AppealFiled(
            case=CaseId(case), decision=about.decision, account=about.account, in_time_until=now.isoformat(), by=_BY
        )
        self._opens(now, case, "appeal", about=about.decision, **given)
        self._later(now, sealed(filed) if given["hidden"] else filed)
        answers = now + timedelta(hours=self._lot.randint(5, 300))
        self._settles(answers, now, case, "warn" if milder else "nothing", about=about.decision, right=right, **given)
        if not right:
            self._later(
                answers,
                DecisionReversed(
                    decision=about.decision, account=about.account, project=_PROJECT, strikes=(), changes=(), by=_BY,
                    reason_code="case_decided" if given["hidden"] else "appeal_upheld",
                ),
            )  # fmt: skip

    def _opens(
        self, now: datetime, case: str, origin: str, *, account: AccountId, category: str, hidden: bool,
        about: DecisionId | None,
    ) -> None:  # fmt: skip
        body = CaseOpened(
            case=CaseId(case), origin=origin, queue="child_safety" if hidden else "general", priority="normal",
            project=_PROJECT, account=account, exchange=None, about=about, rule=None, category=category,
            due_at=(now + timedelta(days=3)).isoformat(), by="seawall",
        )  # fmt: skip
        self._later(now, sealed(body) if hidden else body)

    def _settles(
        self, now: datetime, opened: datetime, case: str, outcome: str, *, account: AccountId, category: str,
        hidden: bool, about: DecisionId | None, right: bool | None,
    ) -> CaseDecided:  # fmt: skip
        body = CaseDecided(
            case=CaseId(case), decision=DecisionId(self._named("de")), origin="flag" if about is None else "appeal",
            project=_PROJECT, account=account, exchange=None, about=about, about_right=right, rule=None,
            category=category, outcome=outcome, until=None, per_minute=None, reason_code="repeated",
            reason_item=ItemId(self._named("it")), reverses=(about,) if about is not None and not right else (),
            detected_automatically=self._lot.random() < 0.4, agreed_by=(), opened_at=opened.isoformat(),
            decided_at=now.isoformat(), appeal_until=None, bulk=None, unfounded=False, by=_BY,
        )  # fmt: skip
        self._later(now, sealed(body) if hidden else body)
        if outcome != "nothing":
            code = "case_decided" if hidden else "repeated"
            self._later(now, self._standing(account, _BECOMES[outcome], "person", body.decision, by=_BY, code=code))
        return body

    def _standing(
        self, account: AccountId, to_state: str, cause: str, decision: str, *, by: str | None = None,
        code: str | None = None,
    ) -> Record:  # fmt: skip
        return StandingChanged(
            change=self._named("sc"), account=account, project=_PROJECT, from_state="good", to_state=to_state,
            until=None, per_minute=6 if to_state == "restricted" else None, cause=cause,
            decision=DecisionId(decision), by=by, reason_code=code,
        )  # fmt: skip

    def _account(self) -> AccountId:
        return AccountId(f"ac_{self._lot.randrange(20_000):026d}")

    def _named(self, prefix: str) -> str:
        return f"{prefix}_{next(self._numbers):026d}"

    def _one(self, weights: dict[Any, int]) -> Any:
        return self._lot.choices(list(weights), list(weights.values()))[0]

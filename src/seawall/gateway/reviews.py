"""Ask a judge about an exchange that is over, keep what it says, and act on the account where the policy says so.

    job (ids only) -> content from the vault -> judge -> findings kept -> decide under the policy of then -> apply,
    record

The decision is made under the policy version that the exchange was decided by, as if the finding had been there, but
for the refusal, which is too late. A judge that fails makes the job fail: it is tried again and then lies among the
dead letters. Content that was erased meanwhile is not judged, and the job says so by ending. Running twice changes
nothing.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

import msgspec
from sqlalchemy import RowMapping, select, text
from sqlalchemy.dialects.postgresql import insert

from seawall.access.model import NoSuchProject
from seawall.enforce import apply
from seawall.gateway.cascading import last_words
from seawall.gateway.contents import answer_text, parsed
from seawall.gateway.later import JOB
from seawall.gateway.tables import exchanges, reviews
from seawall.policy.decide import decide
from seawall.policy.rules import Policy, Situation, Stage
from seawall.screen.cascade import Text, asked_of, subject_of
from seawall.screen.judges import Judge, JudgeFailed
from seawall.store import Database, Transaction
from seawall.store.jobs import Job
from seawall.vault import Vault
from seawall.vault.errors import ItemGone, NoSuchItem
from seawall.vocabulary.categories import Category
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.decisions import Verdict
from seawall.vocabulary.findings import Finding, Surface, Tier
from seawall.vocabulary.ids import DecisionId, ExchangeId, ItemId, new_id
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.exchanges import ExchangeDecided
from seawall.vocabulary.standing import GOOD

log = logging.getLogger(__name__)

Judges = Callable[[], AbstractAsyncContextManager[Mapping[str, Judge]]]


class Reviewer:
    """What the job works with: `judges` opens those of the settings, `policy` finds a project's policy by digest.

    `decided` is told of every decision, in the transaction that commits it.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        judges: Judges,
        policy: Callable[[Transaction, str, str], Policy],
        record: Callable[[Transaction, Record], object],
        clock: Clock,
        decided: Callable[[Transaction, ExchangeDecided], object] | None = None,
    ) -> None:
        self._decided = decided
        self._database, self._vault, self._judges, self._policy = database, vault, judges, policy
        self._record, self._clock = record, clock

    def job(self) -> Job:
        """Return the job that workers run."""
        return Job(JOB, self.review)

    def review(self, *, exchange: str, stage: Stage, judge: str, piece: int, categories: str) -> None:
        """Ask one judge about one text of an exchange. Raises JudgeFailed."""
        with self._database.begin() as tx:
            row = tx.execute(select(exchanges).where(exchanges.c.id == exchange)).mappings().one()
            seen = self._text(tx, row, stage, piece)
            if seen is None or row["zero_retention"]:
                log.info("nothing is kept that could be judged", extra={"exchange": exchange})
                return
            project = project_name(tx, row)
            policy = self._policy(tx, row["policy"], project)
        asked = [Category(each) for each in categories.split(",")]
        findings = asyncio.run(self._ask(judge, seen, asked, policy))
        with self._database.begin() as tx:
            self._keep(tx, row, _situation(row, stage, project), judge, piece, findings, policy)

    async def _ask(self, name: str, seen: Text, asked: list[Category], policy: Policy) -> tuple[Finding, ...]:
        async with self._judges() as judges:
            judge = judges.get(name)
            if judge is None:
                raise JudgeFailed(name, "unreachable", "is not in the settings of this worker")
            scores = await judge.scores(subject_of(seen), asked_of(policy.cascade, asked), zero_retention=False)
        return tuple(
            Finding(
                category=category,
                detector=judge.name,
                release=judge.release,
                surface=seen.surface,
                score=round(score, 4),
                piece=seen.piece,
                precision=judge.contract.precision,
                tier=Tier.JUDGE,
            )
            for category, score in scores.items()
            if policy.cascade.reports(category, score)
        )

    def _keep(
        self,
        tx: Transaction,
        row: RowMapping,
        situation: Situation,
        judge: str,
        piece: int,
        findings: tuple[Finding, ...],
        policy: Policy,
    ) -> None:
        verdict = decide(policy, findings, GOOD, situation)
        decision = DecisionId(new_id("de")) if verdict.measure is not Measure.ALLOW else None
        kept = {
            "exchange": row["id"],
            "stage": situation.stage,
            "judge": judge,
            "piece": piece,
            "findings": msgspec.to_builtins(findings),
            "decision": decision,
            "verdict": msgspec.to_builtins(verdict) if decision else None,
            "at": self._clock(),
        }
        first = tx.execute(insert(reviews).values(kept).on_conflict_do_nothing().returning(reviews.c.exchange)).first()
        if first is not None and decision is not None:
            self._act(tx, row, decision, verdict, policy)

    def _act(self, tx: Transaction, row: RowMapping, decision: DecisionId, verdict: Verdict, policy: Policy) -> None:
        body = ExchangeDecided(
            decision=decision,
            exchange=ExchangeId(row["id"]),
            project=row["project"],
            account=row["account"],
            measure=verdict.measure,
            because=verdict.because,
            policy_digest=row["policy"],
            application=row["key"],
        )
        self._record(tx, body)
        apply(
            tx,
            decision=decision,
            exchange=ExchangeId(row["id"]),
            account=row["account"],
            key=row["key"],
            project=row["project"],
            has_end_user=row["has_end_user"],
            verdict=verdict,
            ladder=policy.ladder,
            record=self._record,
            clock=self._clock,
        )
        if self._decided is not None:
            self._decided(tx, body)

    def _text(self, tx: Transaction, row: RowMapping, stage: Stage, piece: int) -> Text | None:
        """Return the text that is to be judged; None where it is not kept any more."""
        said = self._content(tx, row["input_item"])
        pieces = parsed(row["api"], said) if said else ()
        if stage == "input":
            if piece >= len(pieces):
                return None
            return Text(text=pieces[piece].text, surface=pieces[piece].surface, piece=piece)
        answered = self._content(tx, row["output_item"])
        if answered is None:
            return None
        return Text(text=answer_text(answered), surface=Surface.OUTPUT, piece=piece, context=last_words(pieces))

    def _content(self, tx: Transaction, item: str | None) -> bytes | None:
        if item is None:
            return None
        try:
            return self._vault.get(tx, ItemId(item))
        except (ItemGone, NoSuchItem):
            return None


def project_name(tx: Transaction, row: RowMapping) -> str:
    """Return the name of an exchange's project. Raises NoSuchProject."""
    name = tx.scalar(text("SELECT name FROM access_projects WHERE id = :id"), {"id": row["project"]})
    if name is None:
        raise NoSuchProject(row["project"])
    return str(name)


def _situation(row: RowMapping, stage: Stage, project: str) -> Situation:
    found: Any = row["input_findings"] or []
    seen = [each for each in msgspec.convert(found, tuple[Finding, ...]) if not each.failed]
    return Situation(
        project=project,
        key=row["key"],
        account=row["account"],
        now=row["opened_at"],
        stage=stage,
        arm=row["arm"],
        input_categories=frozenset(each.category for each in seen) if stage == "output" else frozenset(),
    )

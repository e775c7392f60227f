"""What people decided about texts, as labelled rows that classifiers can learn from.

    reversed decisions -> label 0    reviewed decisions -> 1 where right, 0 where wrong
    -> the texts that the decision was made on, from the vault -> one row a text

Left out, and counted: content of keys without retention, of accounts and projects that opted out, everything about
exchanges in which child sexual exploitation was found or decided on, and what the vault no longer keeps, or keeps for a
hold alone. A decision says something of the
categories of its rules only; all other labels stay unknown. `SOURCES` lists where decisions come from.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import msgspec
from sqlalchemy import RowMapping, or_, select, text
from sqlalchemy.dialects.postgresql import insert

from seawall.access.privacy import may_analyse
from seawall.gateway.contents import answer_text, parsed
from seawall.gateway.reviews import project_name
from seawall.gateway.tables import exchanges, label_exports, reviews, verdicts
from seawall.policy.rules import Policy, Stage
from seawall.store import Transaction
from seawall.vault import Vault
from seawall.vault.errors import ItemGone, NoSuchItem
from seawall.vocabulary.categories import Category
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.errors import NotFound
from seawall.vocabulary.findings import Finding, Surface
from seawall.vocabulary.ids import DecisionId, ItemId
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.exchanges import DecisionReviewed, DetectorReviewed

NEVER = Category.CHILD_SEXUAL_EXPLOITATION

Policies = Callable[[Transaction, str, str], Policy]


class Judged(msgspec.Struct, frozen=True):
    """A decision that a person said something about: whether it was right."""

    decision: str
    right: bool
    source: str


class Row(msgspec.Struct, frozen=True):
    """One labelled text."""

    text: str
    labels: dict[Category, int]
    source: str


class Labels(msgspec.Struct, frozen=True):
    """The rows, how many decisions were left out for which reason, and the exchanges with their accounts."""

    rows: tuple[Row, ...]
    left_out: dict[str, int]
    exchanges: dict[str, str] = {}


class NoSuchDecision(NotFound):
    """No exchange was decided by that id."""

    code = "gateway.no_such_decision"


def review(
    tx: Transaction,
    decision: DecisionId,
    *,
    right: bool,
    by: str,
    exchange: str | None = None,
    record: Callable[[Transaction, Record], object],
    clock: Clock,
) -> DecisionReviewed:
    """Say whether a decision was right; a later word replaces an earlier one. Raises NoSuchDecision.

    Whoever knows the `exchange` names it: to look for a decision alone takes reading all of them.
    """
    found = _exchange(tx, decision, exchange)
    if found is None:
        raise NoSuchDecision(
            f"No exchange was decided by {decision!r}.", hint="seawall accounts show ACCOUNT lists some."
        )
    row = {"decision": decision, "right": right, "by": by, "at": clock()}
    entered = insert(verdicts).values(row)
    tx.execute(
        entered.on_conflict_do_update(index_elements=["decision"], set_={k: row[k] for k in ("right", "by", "at")})
    )
    reviewed = DecisionReviewed(decision=decision, exchange=found["id"], right=right, by=by)
    record(tx, reviewed)
    for each in detectors_of(tx, found, decision):
        record(tx, detector_reviewed(decision, each, right=right))
    return reviewed


def detector_reviewed(decision: DecisionId, detector: str, *, right: bool) -> DetectorReviewed:
    """Return what is said of one detector when somebody says whether a decision was right."""
    said = "right" if right else "wrong"
    return DetectorReviewed(decision=decision, detector=detector, said=said, looked_at=f"{decision}/{detector}")


def detectors_of(tx: Transaction, row: RowMapping, decision: str) -> tuple[str, ...]:
    """Return the detectors that had found something in what a decision was made on."""
    _, findings = _of(tx, row, Judged(decision, True, ""))
    return tuple(sorted({each.detector for each in findings if not each.failed}))


def reversals(tx: Transaction) -> Iterator[Judged]:
    """Give the decisions that were taken back."""
    # Those of the policy, which climb a ladder: what a person or a rule did to an account says nothing of a text.
    taken_back = "SELECT decision FROM enforce_acts WHERE reversed_at IS NOT NULL AND ladder IS NOT NULL ORDER BY seq"
    for row in tx.execute(text(taken_back)):
        yield Judged(row.decision, False, "reversed_decision")


def reviewed(tx: Transaction) -> Iterator[Judged]:
    """Give the decisions that a person looked at."""
    for row in tx.execute(select(verdicts).order_by(verdicts.c.at, verdicts.c.decision)):
        yield Judged(row.decision, row.right, "reviewed_decision")


SOURCES: tuple[Callable[[Transaction], Iterable[Judged]], ...] = (reversals, reviewed)


def labels(tx: Transaction, vault: Vault, policies: Policies) -> Labels:
    """Return every row that may leave, and what was left out. A review counts before a reversal of its decision."""
    judged = {each.decision: each for source in SOURCES for each in source(tx)}
    rows: dict[tuple[str, Category], Row] = {}
    left_out: Counter[str] = Counter()
    used: dict[str, str] = {}
    for each in judged.values():
        found = _exchange(tx, each.decision)
        why = "unknown" if found is None else _barred(tx, found, each, policies)
        if why or found is None:
            left_out[why or "unknown"] += 1
            continue
        made = list(_rows(tx, vault, found, each, policies))
        if not made:
            left_out["no_longer_kept"] += 1
        else:
            used[found["id"]] = found["account"]
        rows |= {(row.text, category): row for row in made for category in row.labels}
    return Labels(tuple(rows.values()), dict(left_out), used)


def note_export(tx: Transaction, found: Labels, file_digest: str, *, clock: Clock) -> None:
    """Keep of which exchanges a file has texts, for the day on which somebody wants theirs deleted."""
    rows = [
        {"file_digest": file_digest, "exchange": exchange, "account": account, "at": clock()}
        for exchange, account in found.exchanges.items()
    ]
    if rows:
        tx.execute(insert(label_exports).values(rows).on_conflict_do_nothing())


def _exchange(tx: Transaction, decision: str, exchange: str | None = None) -> RowMapping | None:
    later = select(reviews.c.exchange).where(reviews.c.decision == decision)
    mine = or_(
        exchanges.c.input_decision == decision, exchanges.c.output_decision == decision, exchanges.c.id.in_(later)
    )
    if exchange is not None:
        mine &= exchanges.c.id == exchange
    return tx.execute(select(exchanges).where(mine)).mappings().first()


def _barred(tx: Transaction, row: RowMapping, judged: Judged, policies: Policies) -> str:
    """Return why nothing of an exchange may be learned from; empty where it may."""
    if row["zero_retention"]:
        return "without_retention"
    if not may_analyse(tx, row["account"], row["project"]):
        return "opted_out"
    found = {each.category for stage in ("input", "output") for each in _findings(row[f"{stage}_findings"])}
    later = tx.scalars(select(reviews.c.findings).where(reviews.c.exchange == row["id"]))
    found |= {each.category for findings in later for each in _findings(findings)}
    return NEVER.value if NEVER in found | _decided(tx, row, judged, policies) else ""


def _decided(tx: Transaction, row: RowMapping, judged: Judged, policies: Policies) -> set[Category]:
    """Return the categories of the rules that made the decision."""
    policy = policies(tx, row["policy"], project_name(tx, row))
    because = _verdict(tx, row, judged).get("because") or ()
    return {rule.category for rule in policy.rules if rule.id in because}


def _verdict(tx: Transaction, row: RowMapping, judged: Judged) -> dict[str, list[str]]:
    for stage in ("input", "output"):
        if row[f"{stage}_decision"] == judged.decision:
            kept: dict[str, list[str]] = row[f"{stage}_verdict"] or {}
            return kept
    later = tx.scalar(select(reviews.c.verdict).where(reviews.c.decision == judged.decision))
    return later or {}


def _of(tx: Transaction, row: RowMapping, judged: Judged) -> tuple[Stage, tuple[Finding, ...]]:
    """Return the stage of a decision and the findings that it was made on."""
    if row["input_decision"] == judged.decision:
        return "input", _findings(row["input_findings"])
    if row["output_decision"] == judged.decision:
        return "output", _findings(row["output_findings"])
    found = tx.execute(select(reviews).where(reviews.c.decision == judged.decision)).mappings().one()
    return found["stage"], _findings(found["findings"])


def _rows(tx: Transaction, vault: Vault, row: RowMapping, judged: Judged, policies: Policies) -> Iterator[Row]:
    stage, findings = _of(tx, row, judged)
    decided = _decided(tx, row, judged, policies)
    kept = _kept(tx, vault, row[f"{stage}_item"])
    if kept is None:
        return
    pieces = parsed(row["api"], kept) if stage == "input" else ()
    by_text: dict[str, dict[Category, int]] = {}
    for each in findings:
        if each.failed or each.category not in decided:
            continue
        if stage == "output":
            said = answer_text(kept)
        elif each.piece < len(pieces) and pieces[each.piece].surface is Surface.INPUT:
            said = pieces[each.piece].text
        else:
            continue
        by_text.setdefault(said, {})[each.category] = int(judged.right)
    for said, known in by_text.items():
        yield Row(said, known, judged.source)


def _kept(tx: Transaction, vault: Vault, item: str | None) -> bytes | None:
    if item is None or vault.overdue(tx, ItemId(item)):
        return None
    try:
        return vault.get(tx, ItemId(item))
    except (ItemGone, NoSuchItem):
        return None


def _findings(kept: object) -> tuple[Finding, ...]:
    return msgspec.convert(kept or [], tuple[Finding, ...])

"""Labels from decisions: what people said of them leaves, with its text; what must stay stays, and is counted."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from seawall.app.labels import export
from seawall.enforce import reverse
from seawall.gateway.labels import NoSuchDecision, review
from seawall.vault import sweep
from seawall.vocabulary.errors import InvalidInput
from seawall.vocabulary.ids import DecisionId, ItemId
from tests.gateway.conftest import JAILBREAK, Stack
from tests.gateway.test_flow import said

TEXT = {"text": JAILBREAK, "labels": {"jailbreak": 0}, "source": "reversed_decision"}


async def refused(stack: Stack, words: str = JAILBREAK, count: int = 1) -> dict[str, Any]:
    """Ask for something that is refused and return its row."""
    async with stack.anthropic() as client:
        await client.messages.create(model="claude", max_tokens=9, messages=said(words), metadata={"user_id": "u"})  # type: ignore[arg-type]
    return (await stack.settled(count))[-1]


def reversed_(stack: Stack, decision: str) -> None:
    with stack.instance.database().begin() as tx:
        reverse(
            tx, DecisionId(decision), by="lead", reason_code="appeal_upheld",
            record=stack.instance.record, clock=stack.instance.clock,
        )  # fmt: skip


def exported(stack: Stack, out: Path) -> tuple[list[dict[str, Any]], dict[str, int]]:
    told = export(stack.instance, out, by="lead")
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(lines) == told.rows
    return lines, told.left_out


async def test_a_reversed_decision_teaches_that_its_text_was_harmless(stack: Stack, tmp_path: Path) -> None:
    row = await refused(stack)
    await asyncio.to_thread(reversed_, stack, row["input_decision"])
    out = tmp_path / "labels.jsonl"
    lines, left_out = await asyncio.to_thread(exported, stack, out)
    assert (lines, left_out) == ([TEXT], {})
    assert os.stat(out).st_mode & 0o077 == 0  # noqa: PTH116
    kinds = [row["kind"] for row in stack.rows("SELECT kind FROM ledger_records")]
    assert kinds.count("labels.exported") == 1


async def test_a_decision_that_was_right_teaches_that_too_and_a_later_word_replaces_it(
    stack: Stack, tmp_path: Path
) -> None:
    row = await refused(stack)
    instance = stack.instance
    for number, right in enumerate((False, True)):
        with instance.database().begin() as tx:
            review(
                tx, DecisionId(row["input_decision"]), right=right, by="r", record=instance.record, clock=instance.clock
            )
        lines, _ = await asyncio.to_thread(exported, stack, tmp_path / f"{number}.jsonl")
        assert [(line["labels"], line["source"]) for line in lines] == [
            ({"jailbreak": int(right)}, "reviewed_decision")
        ]


async def test_a_decision_that_nobody_made_cannot_be_reviewed(stack: Stack) -> None:
    instance = stack.instance
    with instance.database().begin() as tx, pytest.raises(NoSuchDecision):
        review(tx, DecisionId("de_none"), right=True, by="r", record=instance.record, clock=instance.clock)
    assert stack.rows("SELECT * FROM gateway_decision_reviews") == []


async def test_a_decision_that_nobody_looked_at_teaches_nothing(stack: Stack, tmp_path: Path) -> None:
    await refused(stack)
    assert await asyncio.to_thread(exported, stack, tmp_path / "labels.jsonl") == ([], {})


async def test_nothing_leaves_from_keys_without_retention(stack: Stack, tmp_path: Path) -> None:
    stack.secret = await asyncio.to_thread(stack.project, "quiet", zero_retention=True)
    await stack.followed()
    row = await refused(stack)
    await asyncio.to_thread(reversed_, stack, row["input_decision"])
    assert await asyncio.to_thread(exported, stack, tmp_path / "l.jsonl") == ([], {"without_retention": 1})


@pytest.mark.parametrize("stage", ["input", "output"])
async def test_nothing_leaves_where_child_sexual_exploitation_was_found(
    stack: Stack, tmp_path: Path, stage: str
) -> None:
    row = await refused(stack)
    await asyncio.to_thread(reversed_, stack, row["input_decision"])
    found = [
        {"category": "child_sexual_exploitation", "detector": "d", "release": "1", "surface": "input", "score": 0.2}
    ]
    with stack.instance.database().begin() as tx:
        column = f"{stage}_findings"
        added = f"UPDATE gateway_exchanges SET {column} = COALESCE({column}, '[]'::jsonb) || CAST(:f AS jsonb)"  # noqa: S608
        tx.execute(text(added), {"f": json.dumps(found)})
    assert await asyncio.to_thread(exported, stack, tmp_path / "l.jsonl") == ([], {"child_sexual_exploitation": 1})


async def test_what_the_vault_erased_or_keeps_for_a_hold_alone_does_not_leave(stack: Stack, tmp_path: Path) -> None:
    erased, held = await refused(stack), await refused(stack, f"{JAILBREAK} Again.", 2)
    for row in (erased, held):
        await asyncio.to_thread(reversed_, stack, row["input_decision"])
    vault = stack.instance.vault()
    with stack.instance.database().begin() as tx:
        vault.erase(tx, ItemId(erased["input_item"]), by="lead", reason_code="person_asked")
        vault.hold(tx, ItemId(held["input_item"]), reason="a court asked", by="lead")
    lines, left_out = await asyncio.to_thread(exported, stack, tmp_path / "1.jsonl")
    assert ([line["text"] for line in lines], left_out) == ([f"{JAILBREAK} Again."], {"no_longer_kept": 1})
    with stack.instance.database().begin() as tx:
        tx.execute(text("UPDATE vault_items SET due_at = now() - interval '1 day'"))
    sweep(vault, stack.instance.database(), stack.instance.clock)
    assert await asyncio.to_thread(exported, stack, tmp_path / "2.jsonl") == ([], {"no_longer_kept": 2})


async def test_a_file_is_never_overwritten_and_then_nothing_is_on_record(stack: Stack, tmp_path: Path) -> None:
    out = tmp_path / "labels.jsonl"
    out.write_text("mine")
    with pytest.raises(InvalidInput, match="cannot be made"):
        await asyncio.to_thread(export, stack.instance, out, by="lead")
    assert out.read_text() == "mine"
    assert stack.rows("SELECT * FROM ledger_records WHERE kind = 'labels.exported'") == []

"""Privacy requests on real exchanges: what was stored comes back, what is deleted is nowhere, what is held stays."""

import asyncio
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from seawall.access import privacy
from seawall.access.people import people
from seawall.access.people.model import Profile
from seawall.access.privacy import Checked, Request, Whose, Wish
from seawall.app.holders import archive, retention_in_force
from seawall.app.instance import Instance
from seawall.app.labels import export as export_labels
from seawall.app.settings import RetentionSetting
from seawall.vault import sweep
from seawall.vocabulary.ids import ItemId
from tests.gateway.conftest import JAILBREAK, SECRET, Stack
from tests.gateway.test_flow import said
from tests.gateway.test_labels import exported, refused, reversed_
from tests.gateway.traces import Canary, dump, files, snapshot


async def told(stack: Stack, words: str, count: int = 1, user: str = "u") -> dict[str, Any]:
    """Say something as an end user and return the row of the exchange."""
    async with stack.anthropic() as client:
        await client.messages.create(
            model="claude",
            max_tokens=9,
            messages=said(words),
            metadata={"user_id": user},  # type: ignore[arg-type]
        )
    return (await stack.settled(count))[-1]


def asked(instance: Instance, wish: Wish, *subjects: str, kind: Whose = Whose.ACCOUNT) -> str:
    """Take a request in and check who asks."""
    with instance.database().begin() as tx:
        made = privacy.take(tx, instance.edges(), wish, kind, subjects, by="host:a")
        privacy.check(tx, instance.edges(), made.id, how=Checked.SIGNED_IN, by="host:a")
    return made.id


def deleted(instance: Instance, *subjects: str, kind: Whose = Whose.ACCOUNT) -> dict[str, Any]:
    """Delete, sweep, and return what was answered."""
    request = asked(instance, Wish.DELETE, *subjects, kind=kind)
    with instance.database().begin() as tx:
        done = privacy.delete_all(tx, instance.edges(), archive(instance), request, by="host:b")
    sweep(instance.vault(), instance.database(), instance.clock)
    assert done.answer is not None
    return done.answer


def given(instance: Instance, *subjects: str, kind: Whose = Whose.ACCOUNT) -> tuple[Request, list[dict[str, Any]]]:
    """Export, and return the answer and the lines."""
    request = asked(instance, Wish.EXPORT, *subjects, kind=kind)
    with instance.database().begin() as tx:
        done, body = privacy.export(tx, instance.edges(), archive(instance), request, by="host:b")
    return done, [json.loads(line) for line in body.splitlines()]


def kept(answer: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(each["what"], each["why"]): each["count"] for each in answer["kept"] if each["count"]}


def places(stack: Stack) -> list[str]:
    """Return where any canary stands: in the database, in the vault's items, in files of the data directory."""
    instance = stack.instance
    rows = snapshot(instance.database().url)
    found = [*dump(rows), *((str(path), data) for path, data in files(instance.data_dir))]
    with instance.database().begin() as tx:
        found += [(key[0], instance.vault().get(tx, ItemId(key[0]))) for key in rows["vault_items"]]
    return [place for place, data in found if Canary.shared.encode() in data]


async def test_a_deletion_leaves_nothing_anywhere_and_says_what_stays(stack: Stack) -> None:
    canary, other = Canary(), Canary()
    stack.upstream.says = f"You said {canary.text} and {SECRET}."
    row = await told(stack, f"{canary.text} {SECRET}")
    await told(stack, "Good morning", 2, user=other.text)
    before = await asyncio.to_thread(places, stack)
    assert {place for place in before if place.startswith("it_")} >= {row["input_item"], row["output_item"]}
    with stack.instance.database().begin() as tx:
        wrapped = snapshot(stack.instance.database().url)["vault_items"][row["input_item"],]["wrapping_key"]
        assert people.every(tx) == []
    stack.upstream.says = "Hello"
    answer = await asyncio.to_thread(deleted, stack.instance, row["account"])
    assert answer["removed"] == {"standing": 0, "case": 0, "exchange": 2, "person": 0, "content": 0}
    assert kept(answer)[("exchange", "ledger_committed_to_the_decision")] == 1
    left = await asyncio.to_thread(places, stack)
    # Somebody else's answer held the canary too, as the upstream said it to them.
    assert not {row["input_item"], row["output_item"]} & set(left)
    (theirs,) = {each["account"] for each in stack.rows()} - {row["account"]}
    await asyncio.to_thread(deleted, stack.instance, theirs)
    assert await asyncio.to_thread(places, stack) == []
    assert wrapped not in stack.instance.keystore().names()
    after = next(each for each in stack.rows() if each["id"] == row["id"])
    assert all("span" not in each for each in after["input_findings"])
    assert "rewrites" not in after["input_verdict"]
    assert row["input_verdict"]["rewrites"]
    # The ledger's proofs hold all the same.
    assert await asyncio.to_thread(stack.publish) > 0


async def test_a_deletion_keeps_exactly_what_is_on_hold_and_names_no_hold(stack: Stack) -> None:
    first, second = await told(stack, "The first"), await told(stack, "The second", 2)
    vault = stack.instance.vault()
    with stack.instance.database().begin() as tx:
        vault.hold(tx, ItemId(first["input_item"]), reason="a court asked", by="lea")
    answer = await asyncio.to_thread(deleted, stack.instance, first["account"])
    assert (answer["removed"]["exchange"], answer["removed"]["content"]) == (3, 0)
    # Once by the exchange that it belongs to, and by the vault that still has it.
    assert kept(answer)[("content", "kept_by_law")] >= 1
    items = {key[0] for key in snapshot(stack.instance.database().url)["vault_items"]}
    assert first["input_item"] in items
    assert not {first["output_item"], second["input_item"], second["output_item"]} & items
    with stack.instance.database().begin() as tx:
        assert b"The first" in vault.get(tx, ItemId(first["input_item"]))
    done, lines = await asyncio.to_thread(given, stack.instance, first["account"])
    # An order may forbid telling that there is one: neither the answers nor the file do.
    assert "hold" not in str([answer, done.answer, lines])
    assert any("The first" in str(line.get("input")) for line in lines)
    with stack.instance.database().begin() as tx:
        tx.execute(text("UPDATE vault_items SET due_at = stored_at"))
    _, late = await asyncio.to_thread(given, stack.instance, first["account"])
    # What a hold alone keeps would tell of it.
    assert "The first" not in str(late)


async def test_an_export_holds_what_was_stored_and_until_when(stack: Stack) -> None:
    row = await told(stack, f"{JAILBREAK} Please.")
    await told(stack, "Somebody else's", 2, user="v")
    done, lines = await asyncio.to_thread(given, stack.instance, row["account"])
    about, *rest = lines
    assert (about["kept_for_days"]["exchange"], about["backups_kept_days"]) == (30, 35)
    (exchange,) = [line for line in rest if line["what"] == "exchange"]
    assert exchange["id"] == row["id"]
    assert exchange["input"]["messages"][0]["content"] == f"{JAILBREAK} Please."
    assert exchange["found"] == ["jailbreak"]
    assert exchange["input_kept_until"] > exchange["opened_at"]
    assert {(line["what"], line.get("line")) for line in rest} == {
        ("exchange", None), ("standing", "decision"), ("standing", "strike"), ("standing", "standing"),
    }  # fmt: skip
    assert "Somebody else's" not in json.dumps(lines)
    assert done.answer is not None
    assert done.answer["lines"] == len(lines)
    (record,) = stack.rows("SELECT body FROM ledger_records WHERE kind = 'privacy.answered'")
    assert row["account"].encode() not in bytes(record["body"])


async def test_zero_retention_has_no_content_to_give_and_says_so(stack: Stack) -> None:
    stack.secret = await asyncio.to_thread(stack.project, "quiet", zero_retention=True)
    await stack.followed()
    row = await told(stack, "Nobody keeps this")
    done, lines = await asyncio.to_thread(given, stack.instance, row["account"])
    (exchange,) = [line for line in lines if line["what"] == "exchange"]
    assert (exchange["input"], exchange["why_no_content"]) == (None, "zero_retention")
    assert done.answer is not None
    assert done.answer["without_retention"] == 1
    assert "Nobody keeps this" not in json.dumps(lines)


@pytest.mark.parametrize("whose", [Whose.ACCOUNT, Whose.PROJECT])
async def test_opting_out_keeps_rows_out_of_labels_until_it_is_taken_back(
    stack: Stack, tmp_path: Path, whose: Whose
) -> None:
    row, instance = await refused(stack), stack.instance
    await asyncio.to_thread(reversed_, stack, row["input_decision"])
    subject = row["account"] if whose is Whose.ACCOUNT else "demo"
    for number, (wish, expected) in enumerate(((Wish.OPT_OUT, {"opted_out": 1}), (Wish.OPT_IN, {}))):
        request = await asyncio.to_thread(lambda wish=wish: asked(instance, wish, subject, kind=whose))
        with instance.database().begin() as tx:
            privacy.opt_out(tx, instance.edges(), request, by="host:b")
            assert privacy.may_analyse(tx, row["account"], row["project"]) is (wish is Wish.OPT_IN)
        lines, left_out = await asyncio.to_thread(exported, stack, tmp_path / f"{number}.jsonl")
        assert (len(lines), left_out) == (0 if expected else 1, expected)


async def test_a_deletion_names_the_files_of_labels_that_left_with_it(stack: Stack, tmp_path: Path) -> None:
    row = await refused(stack)
    await asyncio.to_thread(reversed_, stack, row["input_decision"])
    left = await asyncio.to_thread(export_labels, stack.instance, tmp_path / "l.jsonl", by="lead")
    answer = await asyncio.to_thread(deleted, stack.instance, row["account"])
    assert answer["rebuild"] == [left.file_digest]
    assert await asyncio.to_thread(exported, stack, tmp_path / "2.jsonl") == ([], {"no_longer_kept": 1})
    assert kept(answer)[("standing", "decisions_stay_open_to_appeal")] >= 1


async def test_a_shorter_period_makes_what_is_stored_go_sooner_and_a_longer_one_nothing_later(stack: Stack) -> None:
    instance = stack.instance
    row = await told(stack, "Good morning")
    assert retention_in_force(instance)
    assert not retention_in_force(instance)
    due = _due(stack, row)
    for days, changed in ((60, False), (7, True)):
        settings = msgspec.structs.replace(instance.settings, retention=RetentionSetting(exchange=days))
        other = Instance(settings, instance.clock)
        assert retention_in_force(other)
        assert (_due(stack, row) != due) is changed
        other.close()
    kinds = [each["kind"] for each in stack.rows("SELECT kind FROM ledger_records")]
    assert kinds.count("retention.changed") == 3


def _due(stack: Stack, row: dict[str, Any]) -> Any:
    return snapshot(stack.instance.database().url)["vault_items"][row["input_item"],]["due_at"]


async def test_a_person_who_worked_here_is_erased_but_for_their_id(stack: Stack) -> None:
    instance, canary = stack.instance, Canary()

    def made() -> str:
        with instance.database().begin() as tx:
            profile = Profile(name=f"Ada {canary.text}", address=f"{canary.halves[1]}@{canary.shared}.test")
            return str(people.add(tx, instance.edges(), profile, by="host:test").id)

    person = await asyncio.to_thread(made)
    _, lines = await asyncio.to_thread(lambda: given(instance, person, kind=Whose.PERSON))
    assert [line["name"] for line in lines if line.get("part") == "profile"] == [f"Ada {canary.text}"]
    assert {line["kind"] for line in lines if line.get("part") == "record"} >= {"person.added", "privacy.requested"}
    assert await asyncio.to_thread(places, stack) != []
    answer = await asyncio.to_thread(lambda: deleted(instance, person, kind=Whose.PERSON))
    assert kept(answer)[("records", "ledger_names_the_id_alone")] >= 2
    assert await asyncio.to_thread(places, stack) == []
    with instance.database().begin() as tx:
        assert people.profile_of(tx, instance.edges(), person).name == "(erased)"
        assert not people.find(tx, person).active

"""Under zero retention nothing of what is said is written, anywhere, whatever goes wrong.

Real processes on a database of their own. Every case has a canary that nobody else writes; at the end it is looked for
in every table, every file of the data directory, every log, every temporary file and every dump of memory, in many
encodings. An ordinary key is the control: the same search finds its canary in the vault, and only there.
"""

import asyncio
import json
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seawall.vocabulary.ids import ItemId
from tests.access.engagement import engage
from tests.app.running import until
from tests.gateway import faults
from tests.gateway.house import House, running_house
from tests.gateway.quiet_cases import CASES, SAID, SECRET
from tests.gateway.speakers import CHAT
from tests.gateway.traces import Canary, Rows, digests, dump, files, growth, suspicious

pytestmark = pytest.mark.slow

HOLD = """
  - {id: test.hold, category: elections, surfaces: [input], measure: hold, message: A person looks at this first.}
"""

# What an exchange under zero retention may leave behind. Whoever adds a column here says why it holds no content, no
# digest, no place and no embedding of it.
ALLOWED = {
    # Who, when, under which policy, what was decided and counted. Findings without places, verdicts without rewrites.
    "gateway_exchanges": {
        "id", "process", "project", "key", "account", "has_end_user", "api", "model", "streamed", "zero_retention",
        "policy", "arm", "input_decision", "input_verdict", "input_findings", "standing", "opened_at", "closed_at",
        "outcome", "measure", "because", "output_decision", "output_verdict", "output_findings", "input_tokens",
        "output_tokens", "status", "batch",
    },
    # How far the index of what is retained has come, by the id of an exchange; the exchange itself is not in it.
    "investigations_indexed": {"name", "reached"},
    # That the account was warned, and is to be told: which act of enforcement, of whom, when.
    "cases_notices": {"id", "sanction", "project", "account", "at"},
    # That a process lives.
    "gateway_processes": {"id", "started_at", "seen_at"},
    # What was decided, by names of rules; random salts and keys; the exchange's own body is the row above.
    "ledger_records": {"id", "kind", "audience", "at", "body", "private", "secret", "entry", "sequence"},
    "ledger_leaves": {"batch", "position", "exchange", "salt", "body"},
    "ledger_batches": {"id", "record", "size"},
    "ledger_state": {"generation", "size", "root", "releases", "released_to"},
    # The month's key, made ahead by whoever comes first.
    "vault_keys": {"id", "retention", "period", "made_at"},
    # Strikes and standing, by names of rules and categories.
    "enforce_accounts": {
        "id", "key", "project", "has_end_user", "first_seen", "state", "weight", "timeline", "clear_at", "counts_from",
        "updated_at", "until", "per_minute",
    },
    "enforce_ladders": {"digest", "body"},
    "enforce_acts": {
        "seq", "account", "decision", "exchange", "measure", "because", "clears", "ladder", "at", "masked",
    },
    "enforce_strikes": {
        "id", "act", "account", "decision", "exchange", "rule", "category", "weight", "at", "expires_at",
    },
    "enforce_standing_changes": {
        "id", "account", "act", "from_state", "to_state", "cause", "decision", "step_weight", "at", "until",
        "per_minute", "limits",
    },
    # Which categories were seen when, for rules about accounts.
    "enforce_triggers": {"seq", "decision", "exchange", "account", "key", "project", "at", "entered_at"},
    "enforce_sightings": {
        "exchange", "side", "category", "trigger", "decision", "account", "key", "sure", "at",
    },
    # The worker's own rounds, each minute, and of a decision the job that asks rules, which names it alone.
    "procrastinate_jobs": {
        "id", "queue_name", "task_name", "priority", "args", "status", "attempts", "scheduled_at", "abort_requested",
        "worker_id",
    },
    # That such a job came before the exchange was over, by the code of its error.
    "store_job_failures": {"job", "at", "error"},
    "procrastinate_workers": {"id", "last_heartbeat"},
    "procrastinate_periodic_defers": {"id", "task_name", "defer_timestamp", "job_id"},
    "procrastinate_events": {"id", "job_id", "type", "at"},
    # What the worker counts each minute, and reads on in the ledger for commitments: record ids, states, times.
    "gateway_tallies": {"at", "what", "name", "number"},
    "commitments_rules": {"rule", "digest", "generation", "next", "total", "newest"},
    "commitments_pairs": {"rule", "key", "wanted_record", "wanted_at", "had_record", "had_at"},
    "commitments_states": {"what", "name", "state", "changed_at", "record"},
    "commitments_registers": {"seq", "digest", "at"},
    # The audit's index of records, every five minutes: kinds, times and identifiers.
    "audit_entries": {"sequence", "kind", "at", "actor"},
    "audit_subjects": {"subject", "sequence"},
    "audit_indexed": {"generation", "next"},
}  # fmt: skip


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    before = resource.getrlimit(resource.RLIMIT_CORE)
    # Whatever would dump its memory may.
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    with running_house() as made:
        made.rule(HOLD)
        made.project("kept")
        made.project("quiet", zero_retention=True)
        yield made
    resource.setrlimit(resource.RLIMIT_CORE, before)


@pytest.fixture(scope="module")
def keys(house: House) -> dict[str, str]:
    """A key that keeps, one that does not, and one of a project that does not."""
    return {
        "kept": house.key("kept"),
        "quiet key": house.key("kept", zero_retention=True),
        "quiet project": house.key("quiet"),
        "tester": _tester(house),
    }


def _tester(house: House) -> str:
    """The key of an outside tester in a project that keeps."""
    given: dict[str, Any] = {"project": "kept", "models": ("claude", "gpt"), "token_budget": 10**9}
    with house.instance.database().begin() as tx:
        secret = engage(tx, house.instance.edges(), **given).secret
    until(lambda: house.opens(secret), "a gateway that knows the key")
    return secret


@pytest.fixture(scope="module")
def canaries() -> dict[tuple[str, str], Canary]:
    """The canaries that were sent so far, by key and case."""
    return {}


Canaries = dict[tuple[str, str], Canary]


async def done(house: House, canaries: Canaries, keys: dict[str, str], key: str, name: str) -> tuple[Rows, Rows]:
    """Do a case with a canary of its own, and return every row before and after it."""
    canary = canaries[key, name] = Canary()
    house.secret = keys[key]
    before = await asyncio.to_thread(house.quiet, 0)
    async with house.upstream() as upstream:
        await CASES[name].run(house, upstream, canary.text)
        expected = len(before["gateway_exchanges"]) + len(CASES[name].outcomes)
        after = await asyncio.to_thread(house.quiet, expected)
    return before, without_rounds(after)


def without_rounds(rows: Rows) -> Rows:
    """Leave out the jobs that come round each minute and hold nothing but the minute."""
    jobs = {key: row for key, row in rows["procrastinate_jobs"].items() if row["args"].keys() != {"timestamp"}}
    return rows | {"procrastinate_jobs": jobs}


def fresh(before: Rows, after: Rows) -> list[dict[str, Any]]:
    """Return the exchanges that were not there before, oldest first."""
    rows, old = after["gateway_exchanges"], before["gateway_exchanges"]
    return [rows[key] for key in sorted(rows) if key not in old]


@pytest.mark.parametrize("name", CASES)
async def test_no_column_grows_that_could_hold_what_was_said(
    house: House, canaries: Canaries, keys: dict[str, str], name: str
) -> None:
    before, after = await done(house, canaries, keys, "quiet key", name)
    rows = fresh(before, after)
    assert tuple(row["outcome"] for row in rows) == CASES[name].outcomes
    grown = {(each.table, each.column) for each in growth(before, after)}
    assert sorted(each for each in grown if each[1] not in ALLOWED.get(each[0], ())) == []
    for row in rows:
        assert row["zero_retention"]
        assert row["measure"] != "hold"
        for finding in (*row["input_findings"], *(row["output_findings"] or ())):
            assert "span" not in finding, finding
        for verdict in (row["input_verdict"], row["output_verdict"] or {}):
            assert not verdict.get("rewrites"), verdict
        assert row["standing"].keys() <= {"state", "per_minute", "until"}


async def test_a_project_can_be_quiet_as_a_whole(house: House, canaries: Canaries, keys: dict[str, str]) -> None:
    before, after = await done(house, canaries, keys, "quiet project", "a streamed one")
    assert [row["measure"] for row in fresh(before, after)] == ["rewrite", "rewrite"]
    assert after["vault_items"].keys() == before["vault_items"].keys()


@pytest.mark.parametrize("name", ["an ordinary exchange", "a rewritten one", "a streamed one", "a client that goes"])
async def test_a_key_of_an_outside_tester_keeps_counts_alone(
    house: House, canaries: Canaries, keys: dict[str, str], name: str
) -> None:
    before, after = await done(house, canaries, keys, "tester", name)
    assert all(row["zero_retention"] for row in fresh(before, after))
    assert after["vault_items"].keys() == before["vault_items"].keys()
    allowed = ALLOWED | {"access_tester_usage": {"scope", "requests", "tokens"}}
    grown = {(each.table, each.column) for each in growth(before, after)}
    assert sorted(each for each in grown if each[1] not in allowed.get(each[0], ())) == []
    assert ("access_tester_usage", "requests") in grown


@pytest.mark.parametrize(
    "name", ["an ordinary exchange", "a rewritten one", "a streamed one", "hold that becomes withhold"]
)
async def test_an_ordinary_key_keeps_what_a_quiet_one_does_not(
    house: House, canaries: Canaries, keys: dict[str, str], name: str
) -> None:
    before, after = await done(house, canaries, keys, "kept", name)
    rows, canary = fresh(before, after), canaries["kept", name]
    for row in rows:
        with house.instance.database().begin() as tx:
            asked = house.instance.vault().get(tx, ItemId(row["input_item"]))
            assert canary.within(asked)
            if row["outcome"] == "answered":
                assert canary.within(house.instance.vault().get(tx, ItemId(row["output_item"])))
    if name == "a rewritten one":
        assert all("span" in each for row in rows for each in row["input_findings"])
        assert all(row["input_verdict"]["rewrites"] for row in rows)
    if name == "hold that becomes withhold":
        assert {row["measure"] for row in rows} == {"hold"}


# --- after all that


def test_the_search_finds_every_encoding_that_it_looks_for(tmp_path: Path) -> None:
    canary = Canary()
    for name, form in canary.forms.items():
        (tmp_path / "some" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "some" / name.replace("/", "-")).write_bytes(b"x" * 7 + form + b"y")
    found = {path.name for path, data in files(tmp_path) if canary.within(data)}
    assert found == {name.replace("/", "-") for name in canary.forms}
    assert all(suspicious(path.read_bytes()) for path in (tmp_path / "some").iterdir() if _begins(path.name, canary))
    assert canary.within(json.dumps({"text": canary.text}).encode())


def _begins(name: str, canary: Canary) -> bool:
    """Tell whether a form holds the beginning of a canary: all do, save the other half alone."""
    return name != f"half {canary.halves[1]}"


def test_no_vault_item_holds_what_a_quiet_key_said(house: House, canaries: Canaries) -> None:
    assert canaries
    with house.instance.database().begin() as tx:
        items = [ItemId(key[0]) for key in house.snapshot()["vault_items"]]
        opened = [house.instance.vault().get(tx, item) for item in items]
    for (key, name), canary in canaries.items():
        found = [item for item, content in zip(items, opened, strict=True) if canary.within(content)]
        assert bool(found) is (key == "kept"), (key, name, found)


def test_nothing_of_it_is_in_the_database_its_files_the_logs_or_temporary_files(
    house: House, canaries: Canaries
) -> None:
    with psycopg.connect(house.database_url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    places = [*dump(house.snapshot()), *((str(path), data) for path, data in files(house.home.folder))]
    shared = [(str(path), data) for path, data in files(Path("/dev/shm")) if "PostgreSQL" in path.name]
    assert any("postgres/base/" in place for place, _ in places)
    assert any("postgres.log" in place for place, _ in places)
    assert any(place.endswith(".err") and data for place, data in places)
    assert [place for place, data in (*places, *shared) if suspicious(data) or SECRET.encode() in data] == []


def test_no_digest_of_it_is_in_the_database(house: House, canaries: Canaries) -> None:
    said = [*SAID, *(each.text.encode() for each in canaries.values())]
    digested = [digest for content in said for _, digest in digests(content)]
    assert len(digested) > 100
    held = b"\n".join(data for _, data in dump(house.snapshot()))
    assert [digest for digest in digested if digest in held] == []


def test_a_process_that_crashes_leaves_no_dump_of_its_memory(
    house: House, canaries: Canaries, keys: dict[str, str]
) -> None:
    house.secret, canary = keys["quiet key"], Canary()

    async def crash() -> None:
        async with house.upstream() as upstream:
            upstream.answer = faults.silent
            asking = asyncio.create_task(CHAT.ask(house, canary.text))
            while not upstream.asked:  # noqa: ASYNC110 - until the gateway holds it
                await asyncio.sleep(0.01)
            for name in ("gateway", "work"):
                house.running.named(name).send_signal(signal.SIGSEGV)
            with pytest.raises(CHAT.sdk.APIConnectionError):
                await asking

    asyncio.run(crash())
    until(house.home.is_ready, "another gateway")
    assert [path for path, data in files(house.home.folder) if canary.within(data)] == []
    control = house.home.folder / "control"
    control.mkdir()
    held = f"import os, signal; held = {canary.text!r} * 3; os.kill(os.getpid(), signal.SIGSEGV)"
    subprocess.run([sys.executable, "-c", held], cwd=control, check=False)
    dumps = [path for path, data in files(control) if canary.within(data)]
    if not dumps:
        pytest.skip("no core was dumped, and this machine dumps none beside a program")

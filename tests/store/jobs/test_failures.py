"""Jobs that fail: tried again, later each time, dead at last, and tried again from the command line."""

import json
from dataclasses import dataclass

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from seawall.app.commands.jobs import jobs as group
from seawall.ledger.write import record as write
from seawall.store import Database, Transaction
from seawall.store.jobs import Job, NoDeadLetter, dead_letters, enqueue, rescue_stalled, retry_dead
from seawall.vocabulary.clock import system_clock
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.records import Record
from tests.store.jobs.working import dead, queue_one, until, working


class MildTrouble(SeawallError):
    code = "test.mild_trouble"


async def test_a_job_that_fails_is_tried_again_and_leaves_no_trace_when_it_succeeds(database: Database) -> None:
    attempts: list[int] = []

    def run() -> None:
        attempts.append(len(attempts))
        if len(attempts) < 3:
            raise MildTrouble("not yet")

    async with working(database, Job("shaky", run, retries=2, backoff_s=0)):
        queue_one(database, "shaky")
        await until(lambda: len(attempts) == 3)
    assert dead(database) == []
    with database.begin() as tx:
        assert tx.scalar(text("SELECT count(*) FROM store_job_failures")) == 0


async def test_a_job_waits_longer_before_each_further_try(database: Database) -> None:
    def run() -> None:
        raise MildTrouble("no")

    def waits() -> list[float]:
        with database.begin() as tx:
            rows = tx.execute(text("SELECT type::text, at FROM procrastinate_events WHERE job_id = :job ORDER BY id"),
                              {"job": job}).all()  # fmt: skip
        due = [row.at for row in rows if row.type == "scheduled"]
        failed = [row.at for row in rows if row.type == "deferred_for_retry"]
        return [(then - at).total_seconds() for then, at in zip(due, failed, strict=False)]

    async with working(database, Job("shaky", run, retries=3, backoff_s=2)):
        job = queue_one(database, "shaky")
        await until(lambda: len(waits()) == 2)
    assert [round(wait) for wait in waits()] == [2, 4]


async def test_a_job_that_used_up_its_retries_is_a_dead_letter_that_can_be_tried_again(database: Database) -> None:
    broken, runs = True, 0

    def run(item: str) -> None:
        nonlocal runs
        runs += 1
        if broken:
            raise MildTrouble(f"words about {item} that belong nowhere")

    async with working(database, Job("shaky", run, retries=1, backoff_s=0)):
        job = queue_one(database, "shaky", item="it_1")
        await until(lambda: dead(database))
        assert dead(database) == [("shaky", 2, "test.mild_trouble")]
        assert runs == 2
        with database.begin() as tx:
            (letter,) = dead_letters(tx)
            assert (letter.id, letter.arguments) == (job, {"item": "it_1"})
            assert letter.failed_at.tzinfo is not None
            assert "words" not in str(tx.execute(text("SELECT * FROM store_job_failures")).all())

        broken = False
        with database.begin() as tx:
            retry_dead(tx, job)
        await until(lambda: runs == 3)
    assert dead(database) == []


async def test_a_dead_letter_that_is_tried_again_has_all_its_retries(database: Database) -> None:
    runs = 0

    def run() -> None:
        nonlocal runs
        runs += 1
        raise ValueError

    async with working(database, Job("shaky", run, retries=1, backoff_s=0)):
        job = queue_one(database, "shaky")
        await until(lambda: dead(database) == [("shaky", 2, "ValueError")])
        with database.begin() as tx:
            retry_dead(tx, job)
        await until(lambda: runs == 4 and dead(database))
    assert dead(database) == [("shaky", 2, "ValueError")]  # attempts since it was tried again


async def test_a_job_without_retries_fails_at_once(database: Database) -> None:
    def run() -> None:
        raise ValueError

    async with working(database, Job("once", run, retries=0)):
        queue_one(database, "once")
        await until(lambda: dead(database))
    assert dead(database) == [("once", 1, "ValueError")]


def test_trying_a_job_again_that_did_not_fail_is_refused(tx: Transaction) -> None:
    job = enqueue(tx, "note")
    for which in (job, 12345):
        with pytest.raises(NoDeadLetter, match=str(which)):
            retry_dead(tx, which)


async def test_a_job_that_no_worker_knows_shows_among_the_dead(database: Database) -> None:
    async with working(database, Job("known", lambda: None)):
        queue_one(database, "unknown")
        await until(lambda: dead(database))
    assert dead(database) == [("unknown", 1, "never ran: no worker knows this job")]


@dataclass
class Instance:
    """What the command line hands to its commands."""

    of_database: Database

    def database(self) -> Database:
        return self.of_database

    def record(self, tx: Transaction, body: Record) -> None:
        write(tx, body, clock=system_clock)


def test_the_command_line_lists_jobs_shows_the_dead_and_tries_them_again(database: Database) -> None:
    def run(*words: str) -> str:
        result = CliRunner().invoke(group, list(words), obj=Instance(database))
        assert result.exit_code == 0, result.output
        return result.output

    assert run("list") == "No job waits or runs.\n"
    assert run("dead") == "No job has failed.\n"
    job = queue_one(database, "shaky", item="it_1")
    assert run("list") == f"{job}  shaky  todo  tried 0 times  item=it_1\n"
    assert json.loads(run("list", "--json"))[0]["arguments"] == {"item": "it_1"}
    with database.begin() as tx:
        tx.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
        rescue_stalled(tx, {}, 30.0)
    assert "tried 1 times  worker died  item=it_1" in run("dead")
    assert json.loads(run("dead", "--json"))[0]["error"] == "worker died"
    assert json.loads(run("retry", str(job), "--json")) == {"queued": job}
    assert run("dead") == "No job has failed.\n"

"""Fill a database with a year of work: exchanges, accounts, cases and what hangs on them, and their records.

Rows are made by `seed.sql`, in the form in which the rooms write them; a test reads them back through the rooms.
Records are real ones: canonical bodies and commitments, numbered as the sequencer would. Nothing is published of them.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from seawall.access import keys, projects
from seawall.access.people import people, roles
from seawall.access.people.model import Person, Profile
from seawall.app.instance import Instance
from seawall.app.preparing import prepare
from seawall.audit.search import bring_up_to_date
from seawall.gateway.tallies import roll
from seawall.ledger.commitment import Committed, commit
from seawall.outbox import endpoints
from seawall.vocabulary.ids import AccountId, CaseId, DecisionId, ExchangeId, ProjectId, RuleId
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.cases import CaseOpened
from seawall.vocabulary.records.exchanges import ExchangeDecided

_SQL = Path(__file__).with_name("seed.sql")
_PROJECTS, _KEYS, _WEEKS = 7, 3, 4
_COPY = (
    "COPY ledger_records (id, kind, audience, at, body, private, secret, entry, sequence) "
    "FROM STDIN WITH (FORMAT BINARY)"
)
_TYPES = ("text", "text", "text", "timestamptz", "bytea", "bytea", "bytea", "bytea", "int8")
_DECIDED = """
SELECT id, project, account, measure, because[1], policy, input_decision, closed_at FROM gateway_exchanges
WHERE measure <> 'allow' ORDER BY id
"""
_OPENED = """
SELECT id, origin, queue, project, account, exchange, about, rule, category, opened_at, due_at FROM cases_cases
WHERE NOT sealed ORDER BY id
"""


def fill(instance: Instance, exchanges: int, cases: int) -> None:
    """Make everything, as of now; `exchanges` is a multiple of `cases`."""
    prepare(instance)
    somebody(instance, "somebody who asks", "security")
    _places(instance)
    with instance.database().connect_raw() as connection:
        connection.execute("SET statement_timeout = 0")
        connection.execute("SET TimeZone = 'UTC'")
        _asked(connection, instance.clock(), exchanges, cases)
        connection.execute(_SQL.read_text().encode())
    _records(instance)
    _vacuum(instance)
    with instance.database().begin() as tx:
        bring_up_to_date(tx)
    now = instance.clock()
    for week in range(_WEEKS, -1, -1):
        # A job rolls up a week at most; here five of them are missing.
        at = now - timedelta(weeks=week)
        roll(instance.database(), lambda at=at: at)
    _vacuum(instance)


def _vacuum(instance: Instance) -> None:
    """Let PostgreSQL learn what there is, as it would have over the year."""
    with instance.database().connect_raw(autocommit=True) as connection:
        connection.execute("SET statement_timeout = 0")
        connection.execute("VACUUM ANALYZE")


def somebody(instance: Instance, name: str, *held: str) -> Person:
    """Make a person with roles."""
    edges, by = instance.edges(), "host:bench"
    with instance.database().begin() as tx:
        made = people.add(tx, edges, Profile(name=name), by=by)
        for role in held:
            roles.grant(tx, edges, made.id, role, by=by)
    return made


def _places(instance: Instance) -> None:
    """Make projects with keys, and an endpoint that is told of what happens."""
    ours: dict[str, Any] = {"by": "host:bench", "record": instance.record, "clock": instance.clock}
    with instance.database().begin() as tx:
        for number in range(_PROJECTS):
            made = projects.create(tx, f"project-{number}", **ours)
            for key in range(_KEYS):
                keys.create_key(tx, made.name, f"key-{key}", **ours)
        endpoints.add(
            tx, project=ProjectId(made.id), url="https://hooks.test/", kinds=(), private=False, vault=instance.vault(),
            **ours,
        )  # fmt: skip


def _asked(connection: psycopg.Connection[Any], now: datetime, exchanges: int, cases: int) -> None:
    connection.execute("CREATE TEMP TABLE asked (now timestamptz, exchanges bigint, cases bigint)")
    connection.execute("INSERT INTO asked VALUES (%s, %s, %s)", (now, exchanges, cases))
    connection.execute(
        "CREATE TEMP TABLE places AS SELECT row_number() OVER (ORDER BY id) - 1 AS number, id AS key, project "
        "FROM access_keys"
    )


def _records(instance: Instance) -> None:
    """Write what the gateway and the office have put on record of all this, numbered in the order of time."""
    database = instance.database()
    with database.connect_raw() as read, database.connect_raw() as write, write.cursor() as cursor:
        for each in (read, write):
            each.execute("SET statement_timeout = 0")
        with cursor.copy(_COPY) as copy:
            copy.set_types(_TYPES)
            for number, made in enumerate(_made(read)):
                copy.write_row(_row(made, number))


def _made(connection: psycopg.Connection[Any]) -> Iterator[Committed]:
    with connection.cursor("decided") as rows:
        for row in rows.execute(_DECIDED):
            yield commit(_decided(row), at=row[-1])
    with connection.cursor("opened") as rows:
        for row in rows.execute(_OPENED):
            yield commit(_opened(row), at=row[-2])


def _decided(row: tuple[Any, ...]) -> Record:
    name, project, account, measure, rule, policy, decision, _ = row
    return ExchangeDecided(
        decision=DecisionId(decision),
        exchange=ExchangeId(name),
        project=ProjectId(project),
        account=AccountId(account),
        measure=Measure(measure),
        because=(RuleId(rule),),
        policy_digest=policy,
    )


def _opened(row: tuple[Any, ...]) -> Record:
    name, origin, queue, project, account, exchange, about, rule, category, _, due_at = row
    return CaseOpened(
        case=CaseId(name),
        origin=origin,
        queue=queue,
        priority="normal",
        project=ProjectId(project),
        account=AccountId(account),
        exchange=ExchangeId(exchange),
        about=about,
        rule=RuleId(rule),
        category=category,
        due_at=due_at.isoformat(),
        by="seawall",
    )


def _row(made: Committed, number: int) -> tuple[Any, ...]:
    head = (made.id, made.kind, made.audience.value, made.at)
    return (*head, made.body, made.private, made.secret, made.entry, number)

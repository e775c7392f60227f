"""Columns arrive in PostgreSQL as the arrays that they stand for."""

from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seawall.store import Database
from seawall.store.columns import blobs, encoded, flags, integers, texts, times
from seawall.store.database import driver

SOME_TEXT = st.none() | st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)))
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            SOME_TEXT, st.none() | st.binary(), MOMENTS, st.booleans(), st.none() | st.integers(-(2**63), 2**63 - 1)
        )
    )
)
def test_what_is_sent_comes_back(database: Database, rows: list[tuple[object, ...]]) -> None:
    names, raws, moments, bits, numbers = ([list(column) for column in zip(*rows, strict=True)]) if rows else [[]] * 5
    line = database.line()
    with line.begin() as tx:
        found = (
            driver(tx)
            .execute(
                "SELECT %s::text[], %s::bytea[], %s::timestamptz[], %s::bool[], %s::bigint[], %s::text[]",
                (
                    texts(names),  # type: ignore[arg-type]
                    blobs(raws),  # type: ignore[arg-type]
                    times(moments),  # type: ignore[arg-type]
                    flags(bits),  # type: ignore[arg-type]
                    integers(numbers),  # type: ignore[arg-type]
                    encoded([None if each is None else str(each).encode() for each in names]),
                ),
            )
            .fetchone()
        )
    line.close()
    assert found is not None
    assert [list(column) for column in found] == [names, raws, moments, bits, numbers, names]


def test_a_line_keeps_its_connection_and_makes_another_after_a_failure(database: Database) -> None:
    line = database.line()
    with line.begin() as tx:
        first = driver(tx).info.backend_pid
    with line.begin() as tx:
        assert driver(tx).info.backend_pid == first
    try:
        with line.begin() as tx:
            driver(tx).execute("CREATE TABLE half_done (a int)")
            raise ValueError
    except ValueError:
        pass
    with line.begin() as tx:
        assert driver(tx).execute("SELECT to_regclass('half_done')").fetchone() == (None,)
    line.close()

"""Records are found by kind, actor, subject and period, in the order of the ledger; sealed ones are just there."""

from typing import ClassVar

import pytest

from seawall.audit.search import Filter, bring_up_to_date, search
from seawall.ledger.recover import recover
from seawall.vocabulary.records import Audience, Record
from tests.audit.conftest import ADA, BOB, KEY, PROJECT, Log, some

ALL = ["project.created", "key.created", "session.begun", "sign_in.refused", "role.granted", "key.revoked"]


@pytest.mark.parametrize(
    ("wanted", "kinds"),
    [
        ({}, ALL),
        ({"kinds": ("key.created",)}, ["key.created"]),
        ({"kinds": ("key.*", "role.granted")}, ["key.created", "role.granted", "key.revoked"]),
        ({"kinds": ("key",)}, []),
        ({"kinds": ("%.*",)}, []),
        ({"actor": ADA}, ["project.created", "sign_in.refused", "role.granted", "key.revoked"]),
        ({"actor": BOB}, ["key.created", "session.begun"]),
        ({"actor": "host:root"}, []),
        ({"subject": KEY}, ["key.created", "key.revoked"]),
        ({"subject": PROJECT, "actor": BOB}, ["key.created"]),
        ({"subject": BOB}, ["session.begun", "role.granted"]),
        ({"subject": ADA, "kinds": ("role.*",)}, ["role.granted"]),
    ],
    ids=str,
)
def test_what_fits_is_found_though_the_ledger_hides_it(log: Log, wanted: dict[str, object], kinds: list[str]) -> None:
    log.write(*some())
    assert log.kinds(**wanted) == kinds


def test_a_period_begins_with_its_first_moment_and_ends_before_its_last(log: Log) -> None:
    start = log.clock()
    log.write(*some())
    moments = [each.at for each in log.found()]
    assert moments[0] == start
    assert log.kinds(since=moments[2], until=moments[4]) == ALL[2:4]


def test_private_values_stand_in_the_place_of_their_digests(log: Log) -> None:
    log.write(*some())
    first = log.found()[0]
    assert first.fields["name"] == "=HYPERLINK(1)"
    assert set(first.body["name"]) == {"digest"}
    assert (first.actor, first.subjects) == (ADA, (PROJECT,))


def test_pages_join_without_a_gap_from_either_end(log: Log) -> None:
    log.write(*some(3))
    with log.database.begin() as tx:
        forward: list[int] = []
        while page := search(tx, Filter(), after=forward[-1] if forward else -1, limit=5):
            forward += [each.index for each in page]
        back: list[int] = []
        while page := search(tx, Filter(), before=back[-1] if back else 2**62, limit=5):
            back += [each.index for each in page]
    assert forward == back[::-1] == list(range(18))


def test_what_has_no_number_yet_is_found_once_it_has_one(log: Log) -> None:
    log.write(*some())
    with log.database.begin() as tx:
        log.record(tx, some()[0])
    assert len(log.found()) == 6
    log.sequencer.step()
    assert len(log.found()) == 7
    with log.database.begin() as tx:
        assert bring_up_to_date(tx) == 0


def test_after_a_new_origin_everything_is_found_under_its_new_number(log: Log) -> None:
    log.write(*some())
    before = log.found()
    recover(log.database, log.signer, log.directory, by="host:test", clock=log.clock)
    log.sequencer.step()
    after = log.found()
    assert [each.index for each in after] == list(range(7))
    assert after[0].kind == "ledger.recovered"
    assert {each.id for each in before} < {each.id for each in after}
    assert {each.generation for each in after} == {2}


class Hidden(Record, frozen=True, kw_only=True):
    """A kind that nobody reads."""

    kind: ClassVar[str] = "test.hidden"
    audience: ClassVar[Audience] = Audience.SEALED
    word: str
    by: str


def test_a_sealed_record_shows_that_it_is_there_and_nothing_else(log: Log) -> None:
    log.write(Hidden(word="a word", by=ADA))
    (entry,) = log.found()
    assert (entry.kind, entry.sealed, entry.fields, entry.actor, entry.subjects) == ("test.hidden", True, {}, "", ())
    assert log.found(actor=ADA) == []

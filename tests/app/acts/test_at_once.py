"""Acts when several carry out, remove, expire or ask at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from seawall.access.approvals import expire
from seawall.access.approvals.model import RequestConflicts
from seawall.access.people import Person, people
from tests.access.team import let_through
from tests.app.office import KEY, Office


def test_of_many_who_carry_out_at_once_one_does(office: Office) -> None:
    request = office.ask(KEY, {"project": "demo", "name": "laptop"})
    office.agree(request)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: let_through(lambda: office.do(request)), range(4)))
    assert sorted(done) == [False, False, False, True]
    assert office.keys() == 1


def test_an_approver_who_is_removed_while_it_is_carried_out_is_counted_or_not_but_never_both(office: Office) -> None:
    request = office.ask(KEY, {"project": "demo", "name": "laptop"})
    office.agree(request)

    def remove() -> None:
        with office.instance.database().begin() as tx:
            people.deactivate(tx, office.instance.edges(), office.team.lea.id, by="host:test")

    with ThreadPoolExecutor(2) as pool:
        removing, doing = pool.submit(remove), pool.submit(lambda: let_through(lambda: office.do(request)))
        removing.result()
        done = doing.result()
    assert office.keys() == int(done)
    assert not let_through(lambda: office.do(request))


def test_a_request_that_expires_while_it_is_carried_out_is_done_or_expired(office: Office) -> None:
    request = office.ask(KEY, {"project": "demo", "name": "laptop"})
    office.agree(request)
    office.clock.advance(hours=24)

    def close() -> int:
        with office.instance.database().begin() as tx:
            return expire(tx, office.instance.edges())

    with ThreadPoolExecutor(4) as pool:
        closing = [pool.submit(close) for _ in range(2)]
        doing = [pool.submit(lambda: let_through(lambda: office.do(request))) for _ in range(2)]
        # A row that somebody else has is left to the next minute.
        assert sum(each.result() for each in closing) + close() == 1
        assert not any(each.result() for each in doing)
    assert (office.keys(), office.kinds()[-1]) == (0, "request.ended")


def test_of_the_same_asked_for_twice_at_once_one_stands(office: Office) -> None:
    def run(who: Person) -> bool:
        return let_through(lambda: office.ask(KEY, {"project": "demo", "name": "laptop"}, who))

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, (office.team.bob, office.team.sam))) == [False, True]
    with pytest.raises(RequestConflicts):
        office.ask(KEY, {"project": "demo", "name": "other"})

"""The one reading for whoever publishes, and exports that other programs take."""

from collections import Counter

import msgspec

from seawall.commitments import load
from seawall.commitments.register import overlaps
from tests.commitments.conftest import DIGEST, Watch, published


def test_the_register_holds_everything_at_one_moment(watch: Watch) -> None:
    watch.look(published())
    watch.stated("P045", notes="for us alone", people="Ada Example")
    told = watch.register()
    assert (len(told.frameworks), len(told.practices), len(told.sections)) == (17, 151, 21)
    assert told.at == watch.clock()
    policy = next(each for each in told.practices if each.practice.id == "P079")
    assert (policy.status.state, policy.related) == ("kept", ("hiroshima", "faisc", "seoul_pledge"))
    assert policy.changed is not None
    hiroshima = next(each for each in told.frameworks if each.framework.id == "hiroshima")
    assert hiroshima.adopted is not None
    assert sum(hiroshima.counts.values()) == 11


def test_the_register_holds_no_word_of_an_activity_but_its_title(watch: Watch) -> None:
    watch.stated("P045", notes="for us alone", people="Ada Example", document_name="letter.pdf")
    text = msgspec.json.encode(watch.register()).decode()
    assert "Member of the forum" in text
    assert DIGEST in text
    for word in ("for us alone", "Ada Example", "letter.pdf", "pe_ada"):
        assert word not in text


def test_what_ended_or_was_withdrawn_is_not_in_it(watch: Watch) -> None:
    watch.stated("P045")
    watch.clock.advance(days=400)
    assert "Member of the forum" not in msgspec.json.encode(watch.register()).decode()


def test_overlaps_equal_a_count_by_hand() -> None:
    book = load()
    counted: Counter[tuple[str, str]] = Counter()
    for practice in book.practices.values():
        frameworks = {name.split(".")[0] for name in practice.commitments}
        counted.update((a, b) for a in frameworks for b in frameworks if a < b)
    assert {(each.first, each.second): len(each.practices) for each in overlaps(book)} == dict(counted)

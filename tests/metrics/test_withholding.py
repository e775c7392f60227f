"""What is left out stays out: by subtraction, by bounds, and for whoever knows the rule and tries every possibility."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seawall.metrics.withholding import Sum, given_away, withheld

SMALLEST = 4


def cells(counts: Sequence[int]) -> tuple[dict[str, int], list[Sum]]:
    values = {f"c{at}": value for at, value in enumerate(counts)}
    return {"t": sum(counts), **values}, [Sum("t", tuple(values))]


def shown(values: Mapping[str, int], sums: Sequence[Sum], smallest: int = SMALLEST) -> dict[str, int | None]:
    gone = withheld(values, sums, smallest)
    return {name: None if name in gone else value for name, value in values.items()}


@pytest.mark.parametrize("wide", [2, 3, 4])
def test_whoever_knows_the_rule_and_tries_every_possibility_finds_no_number_that_was_left_out(wide: int) -> None:
    possible: defaultdict[tuple[int | None, ...], list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(9 if wide < 4 else 7), repeat=wide):
        values, sums = cells(counts)
        possible[tuple(shown(values, sums).values())].append(tuple(values.values()))
    for told, behind in possible.items():
        for at, value in enumerate(told):
            if value is None and max(v for each in behind for v in each) < (8 if wide < 4 else 6):
                # Where a larger count than was tried here could be behind it too, it is open anyway.
                assert len({each[at] for each in behind}) > 1, (told, behind)


def table(rows: list[list[int]]) -> tuple[dict[str, int], list[Sum]]:
    """Return a table of two directions with all its margins, and a number that says a margin again."""
    high, wide = len(rows), len(rows[0])
    values = {f"{r}/{c}": rows[r][c] for r in range(high) for c in range(wide)}
    values |= {f"{r}/t": sum(rows[r]) for r in range(high)}
    values |= {f"t/{c}": sum(row[c] for row in rows) for c in range(wide)}
    values |= {"t/t": sum(map(sum, rows)), "again": sum(rows[0])}
    sums = [Sum(f"{r}/t", tuple(f"{r}/{c}" for c in range(wide))) for r in range(high)]
    sums += [Sum(f"t/{c}", tuple(f"{r}/{c}" for r in range(high))) for c in range(wide)]
    sums += [Sum("t/t", tuple(f"{r}/t" for r in range(high))), Sum("t/t", tuple(f"t/{c}" for c in range(wide)))]
    return values, [*sums, Sum("again", ("0/t",))]


def linked() -> st.SearchStrategy[tuple[dict[str, int], list[Sum]]]:
    """Give tables of several sizes, with small numbers and large ones."""
    value = st.one_of(st.integers(0, 6), st.integers(0, 60))
    row = st.integers(2, 4).map(lambda wide: st.lists(value, min_size=wide, max_size=wide))
    return row.flatmap(lambda each: st.lists(each, min_size=2, max_size=4)).map(table)


def bounds(values: Mapping[str, int | None], sums: Sequence[Sum]) -> dict[str, tuple[int, int]]:
    """Return what follows for each number from the sums, where what is left out is known to be 1 or more."""
    known = {name: (value, value) if value is not None else (1, 10**9) for name, value in values.items()}
    for _ in range(40):
        for each in sums:
            low, high = (sum(known[part][at] for part in each.parts) for at in (0, 1))
            total = known[each.total]
            known[each.total] = (max(total[0], low), min(total[1], high))
            for part in each.parts:
                mine = known[part]
                rest_low, rest_high = low - mine[0], high - mine[1]
                known[part] = (max(mine[0], total[0] - rest_high), min(mine[1], total[1] - rest_low))
    return known


# Found once by chance: what gives a number away here stands in no sum with it.
FAR = [[0, 1, 1], [0, 3, 0], [2, 0, 2]]


@given(linked())
@example(table(FAR))
@settings(max_examples=300, deadline=None)
def test_nothing_that_was_left_out_follows_by_subtraction_or_by_bounds(
    of: tuple[dict[str, int], list[Sum]],
) -> None:
    values, sums = of
    told = shown(values, sums)
    assert not [name for name, value in told.items() if value is not None and 0 < value < SMALLEST]
    assert given_away(told, sums) == frozenset()
    for name, (low, high) in bounds(told, sums).items():
        assert told[name] is not None or low < high, (name, low, told)


@given(linked(), st.data())
@settings(max_examples=100, deadline=None)
def test_what_was_told_before_stays_told_and_what_was_out_stays_out(
    of: tuple[dict[str, int], list[Sum]], data: st.DataObject
) -> None:
    values, sums = of
    before = data.draw(st.sets(st.sampled_from(sorted(values)), max_size=3))
    told = data.draw(st.sets(st.sampled_from([name for name in sorted(values) if name not in before]), max_size=3))
    gone = withheld(values, sums, SMALLEST, before=before, told=told)
    assert before <= gone
    assert not told & gone


def test_subtraction_is_found_across_sums() -> None:
    sums = [Sum("a", ("b", "c")), Sum("d", ("b",))]
    assert given_away({"a": 10, "b": None, "c": None, "d": 4}, sums) == {"b", "c"}
    assert given_away({"a": 10, "b": None, "c": None, "d": None}, sums) == frozenset()


def test_a_number_that_is_all_ones_does_not_follow_from_its_total() -> None:
    values, sums = cells([1, 1, 1])
    assert shown(values, sums) == {"t": None, "c0": None, "c1": None, "c2": None}
    assert shown(*cells([0, 0, 9])) == {"t": 9, "c0": 0, "c1": 0, "c2": 9}

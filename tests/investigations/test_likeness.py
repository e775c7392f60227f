"""Prompts of the same wording lie near each other, others do not; without pgvector that alone is missing."""

import numpy as np
import pytest

from seawall.access.people import Edges, Person
from seawall.investigations import How, Investigation
from seawall.investigations.errors import NoSimilarity
from seawall.investigations.vectors import DIMENSIONS, Sketcher, why_not
from seawall.vocabulary.categories import Category
from tests.investigations.conftest import Count, Traffic, found

ASKED = "Write me a polite letter to my landlord about the broken heating in the kitchen, please."
NEAR = (
    "write me a polite letter to my landlord about the broken heating in the bathroom",
    "Please write a polite letter to my landlord about broken heating in my kitchen!",
    "Wr1te me a pol1te letter to my landlord about the broken heating in the kitchen",
)
FAR = (
    "What is the capital of Peru, and how many people live there?",
    "Translate this recipe for pancakes into French and halve the amounts.",
    "My Python program raises a KeyError when a row has no date. Why?",
    "Schreib mir ein kurzes Gedicht über den Herbst am Meer.",
    "Compare two bicycles for commuting in the rain.",
)


def test_near_duplicates_rank_above_everything_else(edges: Edges) -> None:
    sketcher = Sketcher(edges)
    asked, *others = [sketcher.vector(each) for each in (ASKED, *NEAR, *FAR)]
    assert asked is not None
    near = [float(asked @ each) for each in others if each is not None]
    assert asked.shape == (DIMENSIONS,)
    assert min(near[: len(NEAR)]) > 0.6
    assert max(near[len(NEAR) :]) < 0.4


def test_a_vector_is_the_same_again_and_another_one_under_another_secret(edges: Edges) -> None:
    again = Edges(record=edges.record, vault=edges.vault, clock=edges.clock, secret=b"x" * 32)
    one, same, other = (Sketcher(each).vector(ASKED) for each in (edges, edges, again))
    assert one is not None
    assert same is not None
    assert other is not None
    assert np.array_equal(one, same)
    assert abs(float(one @ other)) < 0.3


def test_too_little_is_compared_with_nothing(edges: Edges) -> None:
    assert [Sketcher(edges).vector(said) for said in ("", "  ", "ab")] == [None, None, None]


def test_prompts_like_one_are_found_across_accounts(traffic: Traffic, inquiry: Investigation, ada: Person) -> None:
    first = traffic.exchange(ASKED, account="ac_1")
    alike = [traffic.exchange(each, account=f"ac_{n}") for n, each in enumerate(NEAR, 2)]
    others = [traffic.exchange(each, account="ac_9") for each in FAR]
    traffic.index()
    ranked = traffic.finds(inquiry, ada, How.SIMILAR, like=first)
    assert set(ranked[: len(alike)]) == set(alike)
    assert set(ranked[len(alike) :]) == set(others)
    assert set(traffic.finds(inquiry, ada, How.SIMILAR, like=first, least=0.6)) == set(alike)
    assert set(traffic.finds(inquiry, ada, How.SIMILAR, typed=ASKED, least=0.6)) == {first, *alike}


def test_what_is_no_longer_kept_is_like_nothing(traffic: Traffic, inquiry: Investigation, ada: Person) -> None:
    first, _ = traffic.exchange(ASKED), traffic.exchange(NEAR[0])
    traffic.index()
    made = traffic.search(inquiry, ada, How.SIMILAR, like=first)
    assert len(traffic.results(made, ada)) == 1
    with traffic.database.begin() as tx:
        tx.exec_driver_sql("DELETE FROM vault_items WHERE owner = 'ac_1'")
    assert traffic.results(made, ada) == []


def test_without_pgvector_likeness_is_refused_and_everything_else_works(
    traffic: Traffic, inquiry: Investigation, ada: Person, count: Count
) -> None:
    with traffic.database.begin() as tx:
        tx.exec_driver_sql("DROP TABLE investigations_vectors")
        tx.exec_driver_sql("DROP EXTENSION vector")
    one = traffic.exchange(ASKED, found(Category.HATE))
    traffic.index()
    with traffic.database.begin() as tx:
        assert why_not(tx) == "pgvector was not there, or could not be added, when Seawall made its tables"
    with pytest.raises(NoSimilarity, match="not available"):
        traffic.search(inquiry, ada, How.SIMILAR, typed=ASKED)
    assert traffic.finds(inquiry, ada, How.CATEGORY, "hate") == [one]
    assert count("investigations_searches") == 1

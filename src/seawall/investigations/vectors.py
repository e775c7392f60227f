"""Vectors of prompts: a keyed sketch of the pieces of a text, so that texts of the same wording lie near each other.

    text -> the fast classifier's hashed pieces (characters and words) -> 256 signed sums -> length 1

It knows wording, not meaning: the shipped encoder's model gives scores alone and none of what it makes of a text. Which
piece goes where is drawn from a secret that is in no database, so that a copy of the database alone tells nobody which
words were said. pgvector compares them; where PostgreSQL has none, `why_not` says so and nothing else is missing.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text

from seawall.access.people import Edges
from seawall.investigations.errors import NoSimilarity
from seawall.screen.disguise import undisguised
from seawall.screen.linear.features import BUCKETS, features, windows
from seawall.store import Transaction

DIMENSIONS = 256
# Of another scheme or secret, vectors say nothing about each other.
_PURPOSE = "investigations.vectors.1"
_SHORTEST = 3

Floats = NDArray[np.float32]


class Sketcher:
    """Makes vectors. Which piece counts where is drawn once; safe to share between threads."""

    def __init__(self, edges: Edges) -> None:
        drawn = np.random.Generator(np.random.PCG64(int.from_bytes(edges.lasting(_PURPOSE, "seed"), "big")))
        # Pieces of characters and words are numbered apart, so they are drawn apart.
        self._where = drawn.integers(0, DIMENSIONS, size=(2, BUCKETS), dtype=np.uint16)
        self._sign = drawn.choice(np.array([-1, 1], dtype=np.int8), size=(2, BUCKETS))

    def vector(self, said: str) -> Floats | None:
        """Return the vector of a text; None where there is too little in it to compare."""
        if len(said.strip()) < _SHORTEST:
            return None
        made = np.zeros(DIMENSIONS)
        for window in windows(undisguised(said)):
            for kind, pieces in enumerate(features(window)):
                found, counts = np.unique(pieces, return_counts=True)
                # What is repeated says little more: "haha" is not forty times as much as "ha".
                weights = np.sqrt(counts) * self._sign[kind][found]
                np.add.at(made, self._where[kind][found], weights)
        length = float(np.linalg.norm(made))
        return None if length == 0.0 else (made / length).astype(np.float32)


def written(vector: Floats) -> str:
    """Return a vector as PostgreSQL reads it."""
    return "[" + ",".join(f"{each:.5f}" for each in vector.tolist()) + "]"


def why_not(tx: Transaction) -> str:
    """Return why vectors cannot be compared here; empty where they can."""
    if tx.scalar(text("SELECT to_regclass('investigations_vectors') IS NOT NULL")):
        return ""
    offered = tx.scalar(text("SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector')"))
    late = "pgvector was not there, or could not be added, when Seawall made its tables"
    return late if offered else "this PostgreSQL has no pgvector"


def require(tx: Transaction) -> None:
    """Raise NoSimilarity where vectors cannot be compared."""
    why = why_not(tx)
    if why:
        raise NoSimilarity(why)


def keep(tx: Transaction, made: Sequence[tuple[str, Floats]]) -> None:
    """Keep the vectors of exchanges, in place of earlier ones."""
    if not made:
        return
    statement = text("""
        INSERT INTO investigations_vectors (exchange, vector)
        SELECT t.exchange, CAST(t.vector AS halfvec(256))
        FROM unnest(CAST(:ids AS text[]), CAST(:vectors AS text[])) AS t(exchange, vector)
        ON CONFLICT (exchange) DO UPDATE SET vector = excluded.vector
    """)
    tx.execute(statement, {"ids": [each for each, _ in made], "vectors": [written(each) for _, each in made]})


def of_exchange(tx: Transaction, exchange: str) -> str | None:
    """Return the vector of an exchange, as PostgreSQL writes it; None where it has none."""
    found = text("SELECT CAST(vector AS text) FROM investigations_vectors WHERE exchange = :exchange")
    kept: str | None = tx.scalar(found, {"exchange": exchange})
    return kept

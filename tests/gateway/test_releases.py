"""Releases of classifiers on record: once each, and one name for one set of weights."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from seawall.gateway.releases import Release, ReleaseTaken, release
from seawall.store import Transaction
from tests.conftest import FrozenClock

ONE = Release(classifier="linear", release="1-aa", weights="aa" * 32, manifest="bb" * 32)


@pytest.fixture
def put(tx: Transaction, clock: FrozenClock) -> Callable[[Release], tuple[bool, list[Any]]]:
    records: list[Any] = []

    def put(each: Release) -> tuple[bool, list[Any]]:
        return release(tx, each, record=lambda _tx, body: records.append(body), clock=clock), records

    return put


def test_a_release_is_recorded_once_with_its_digests(put: Callable[[Release], tuple[bool, list[Any]]]) -> None:
    first, _ = put(ONE)
    again, records = put(ONE)
    assert (first, again) == (True, False)
    (record,) = records
    assert (record.kind, record.classifier, record.release) == ("classifier.released", "linear", "1-aa")
    assert (record.weights_digest, record.manifest_digest) == ("aa" * 32, "bb" * 32)


def test_the_same_name_with_other_weights_is_refused(put: Callable[[Release], tuple[bool, list[Any]]]) -> None:
    put(ONE)
    with pytest.raises(ReleaseTaken):
        put(msgspec.structs.replace(ONE, weights="cc" * 32))
    assert put(msgspec.structs.replace(ONE, release="2-cc", weights="cc" * 32))[0]

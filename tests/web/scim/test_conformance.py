"""SCIM as others test it: every check of scim2-tester over HTTP, and the contract of the library's storages."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import ScimProvider
from scim2_server.testing import SEARCH_USERS, ScimStorageContract
from scim2_tester import Status, check_server

from seawall.access.directory import Directory, directories
from seawall.access.directory.schemas import PROVIDER
from seawall.access.directory.storage import Storage
from seawall.access.people import Edges
from seawall.store import Database
from seawall.vault import Keystore, Vault
from seawall.vocabulary.ids import new_id
from tests.access.conftest import Ledger, person
from tests.conftest import FrozenClock
from tests.conftest import _address as address
from tests.conftest import _run as run
from tests.web.scim.client import Caller

_CHECKS = 60


def test_every_check_of_scim2_tester_passes_over_http(corp: Caller) -> None:
    headers = {"authorization": corp.http.headers["authorization"]}
    with httpx2.Client(base_url=str(corp.http.base_url), headers=headers, timeout=60) as client:
        results = check_server(SyncSCIMClient(client))
    wrong = [f"{each.title}: {each.reason}" for each in results if each.status is not Status.SUCCESS]
    assert wrong == []
    assert len(results) >= _CHECKS, Counter(each.status for each in results)
    print(len(results))


@pytest.fixture(scope="module")
def shared(postgres: str, template: str) -> Iterator[Database]:
    """One database for the whole contract: each test has a directory of its own, which sees nothing of the others."""
    name = new_id("test")
    run(postgres, "CREATE DATABASE {} TEMPLATE {}", name, template)
    database = Database(address(postgres, name))
    yield database
    database.close()
    run(postgres, "DROP DATABASE {} WITH (FORCE)", name)


class TestContract(ScimStorageContract):
    """The contract that every storage of the library keeps. What it skips speaks of attributes that are not kept."""

    @pytest.fixture
    def storage(self, shared: Database, clock: FrozenClock, tmp_path_factory: pytest.TempPathFactory) -> Storage:
        vault = Vault(Keystore(tmp_path_factory.getbasetemp() / "contract"), clock)
        name = new_id("corp")
        # A secret of its own keeps the addresses of one test from those of another.
        edges = Edges(record=Ledger(), vault=vault, clock=clock, secret=name.encode())
        with shared.begin() as tx:
            owner = person(tx, edges, name)
            made: Directory = directories.add(tx, edges, name, owner=owner.id, by=owner.id)[0]
        return Storage(shared, edges, made)

    @pytest.fixture
    def provider(self) -> ScimProvider:
        return PROVIDER

    def search_users(self) -> list[dict[str, Any]]:
        """Leave out what is not kept here."""
        kept = ("userName", "displayName", "name", "active", "emails")
        return [{name: value for name, value in each.items() if name in kept} for each in SEARCH_USERS]

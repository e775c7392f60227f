"""SCIM as others test it: every check of scim2-tester over HTTP, and the contract of the library's storages."""

from collections import Counter
from pathlib import Path
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
from tests.access.conftest import Ledger, person
from tests.conftest import FrozenClock
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


class TestContract(ScimStorageContract):
    """The contract that every storage of the library keeps."""

    @pytest.fixture
    def storage(self, database: Database, clock: FrozenClock, tmp_path: Path) -> Storage:
        from seawall.vault import Keystore, Vault

        edges = Edges(
            record=Ledger(), vault=Vault(Keystore(tmp_path / "keystore"), clock), clock=clock, secret=b"s" * 32
        )
        with database.begin() as tx:
            owner = person(tx, edges, "olga")
            made: Directory = directories.add(tx, edges, "corp", owner=owner.id, by=owner.id)[0]
        return Storage(database, edges, made)

    @pytest.fixture
    def provider(self) -> ScimProvider:
        return PROVIDER

    def search_users(self) -> list[dict[str, Any]]:
        """Leave out what is not kept here."""
        kept = ("userName", "displayName", "name", "active", "emails")
        return [{name: value for name, value in each.items() if name in kept} for each in SEARCH_USERS]

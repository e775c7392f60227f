"""Projects, keys and models on a real database."""

import pytest

from seawall.access import AccessBook, KeyRefused, Upstream
from seawall.access.keys import create_key, list_keys, revoke_key
from seawall.access.model import BadSetting, NameTaken, NoSuchKey, NoSuchProject
from seawall.access.projects import archive, change, create, every, find, remove_model, set_model
from seawall.store import Transaction
from seawall.vocabulary.ids import ItemId, ProjectId
from seawall.vocabulary.records import Record
from tests.conftest import FrozenClock

SEALED: dict[str, str] = {}


def seal(tx: Transaction, credential: str, project: ProjectId) -> ItemId:
    item = ItemId(f"it_{len(SEALED)}")
    SEALED[item] = credential
    return item


def unseal(tx: Transaction, item: ItemId) -> str:
    return SEALED[item]


class Written(list[str]):
    def __call__(self, tx: Transaction, body: Record) -> None:
        self.append(body.kind)


@pytest.fixture
def written() -> Written:
    return Written()


def up(**fields: object) -> Upstream:
    given = {"name": "small", "api": "chat", "base_url": "https://up.test", "model": "m", "credential": "c-1"} | fields
    return Upstream(**given)  # type: ignore[arg-type]


def test_a_key_leads_to_its_project_and_models(tx: Transaction, clock: FrozenClock, written: Written) -> None:
    project = create(tx, "one", by="t", record=written, clock=clock, zero_retention=True)
    set_model(tx, "one", up(), seal=seal, by="t", record=written)
    _, secret = create_key(tx, "one", "laptop", by="t", record=written, clock=clock)
    book = AccessBook(unseal)
    book.load(tx)
    caller = book.authenticate(secret)
    assert (caller.project.id, caller.zero_retention) == (project.id, True)
    assert caller.project.models["small"].credential == "c-1"
    assert written == ["project.created", "model.mapped", "key.created"]


def test_a_key_may_keep_less_than_its_project(tx: Transaction, clock: FrozenClock, written: Written) -> None:
    create(tx, "one", by="t", record=written, clock=clock)
    _, secret = create_key(tx, "one", "k", zero_retention=True, by="t", record=written, clock=clock)
    book = AccessBook(unseal)
    book.load(tx)
    assert book.authenticate(secret).zero_retention


def test_keys_that_are_missing_unknown_or_revoked_are_told_apart(
    tx: Transaction, clock: FrozenClock, written: Written
) -> None:
    create(tx, "one", by="t", record=written, clock=clock)
    key, secret = create_key(tx, "one", "k", by="t", record=written, clock=clock)
    revoke_key(tx, key, by="t", record=written, clock=clock)
    book = AccessBook(unseal)
    book.load(tx)
    for sent, said in [(None, "No key"), (secret, "revoked"), ("sw_x", "not known"), ("sk-x", "another provider")]:
        with pytest.raises(KeyRefused, match=said):
            book.authenticate(sent)
    with pytest.raises(NoSuchKey):
        revoke_key(tx, key, by="t", record=written, clock=clock)


def test_the_secret_is_not_in_the_database(tx: Transaction, clock: FrozenClock, written: Written) -> None:
    create(tx, "one", by="t", record=written, clock=clock)
    _, secret = create_key(tx, "one", "k", by="t", record=written, clock=clock)
    row = tx.exec_driver_sql("SELECT k::text FROM access_keys k").scalar_one()
    assert secret not in row
    assert list_keys(tx, "one")[0].prefix == secret[:7]


def test_an_archived_project_lets_nobody_in(tx: Transaction, clock: FrozenClock, written: Written) -> None:
    create(tx, "one", by="t", record=written, clock=clock)
    _, secret = create_key(tx, "one", "k", by="t", record=written, clock=clock)
    archive(tx, "one", by="t", record=written, clock=clock)
    book = AccessBook(unseal)
    book.load(tx)
    with pytest.raises(KeyRefused):
        book.authenticate(secret)
    with pytest.raises(NoSuchProject, match="'one'"):
        find(tx, "one")


def test_settings_are_changed_and_recorded(tx: Transaction, clock: FrozenClock, written: Written) -> None:
    create(tx, "one", by="t", record=written, clock=clock)
    assert change(tx, "one", by="t", record=written, steer_share=0.5, country="de").country == "DE"
    assert written[-1] == "project.changed"
    for wrong in ({"steer_share": 2.0}, {"country": 3}, {"country": "deu"}, {"colour": "red"}):
        with pytest.raises(BadSetting):
            change(tx, "one", by="t", record=written, **wrong)


def test_names_are_taken_once(tx: Transaction, clock: FrozenClock, written: Written) -> None:
    create(tx, "one", by="t", record=written, clock=clock)
    with pytest.raises(NameTaken):
        create(tx, "one", by="t", record=written, clock=clock)
    assert len(every(tx)) == 1


def test_models_are_mapped_again_and_removed(tx: Transaction, clock: FrozenClock, written: Written) -> None:
    create(tx, "one", by="t", record=written, clock=clock)
    set_model(tx, "one", up(), seal=seal, by="t", record=written)
    set_model(tx, "one", up(model="n", credential=None), seal=seal, by="t", record=written)
    assert find(tx, "one").models["small"].model == "n"
    remove_model(tx, "one", "small", by="t", record=written)
    with pytest.raises(BadSetting, match="no model 'small'"):
        remove_model(tx, "one", "small", by="t", record=written)


@pytest.mark.parametrize(
    "url", ["ftp://up.test", "https://", "https://user:pw@up.test", "up.test", "https://up.test?k=1"]
)
def test_addresses_that_no_upstream_has_are_refused(
    tx: Transaction, clock: FrozenClock, written: Written, url: str
) -> None:
    create(tx, "one", by="t", record=written, clock=clock)
    with pytest.raises(BadSetting, match="no address"):
        set_model(tx, "one", up(base_url=url), seal=seal, by="t", record=written)

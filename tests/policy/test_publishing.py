"""Publishing: immutable versions, told to every process, read back to the same verdicts."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from seawall.policy import (
    Edition,
    PolicyBook,
    PolicyInvalid,
    PolicyVersion,
    compile_documents,
    decide,
    ensure_default,
    load_documents,
    load_version,
    publish,
    read,
    versions,
)
from seawall.policy.problems import AmbiguousVersion, NoPolicy, NoSuchVersion, VersionDamaged
from seawall.policy.publishing import find
from seawall.store import Database, Transaction
from seawall.vocabulary.findings import Finding
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.policy import PolicyPublished
from seawall.vocabulary.standing import GOOD
from tests.conftest import FrozenClock
from tests.policy.conftest import finding, situation
from tests.policy.test_decide import FINDINGS, SITUATIONS

Folder = Callable[..., Path]
OTHER = {"policy.yaml": "name: other\n"}


class Press:
    """Publishes, and remembers what was recorded."""

    def __init__(self, clock: FrozenClock) -> None:
        self.clock = clock
        self.records: list[Record] = []

    def record(self, _tx: Transaction, body: Record) -> None:
        self.records.append(body)

    def publishes(self, tx: Transaction, directory: Path) -> PolicyVersion:
        return publish(tx, directory, by="lead_1", record=self.record, clock=self.clock)


@pytest.fixture
def press(clock: FrozenClock) -> Press:
    return Press(clock)


def test_a_published_policy_is_a_numbered_version_with_a_digest_and_a_record(
    tx: Transaction, press: Press, folder: Folder, clock: FrozenClock
) -> None:
    first = press.publishes(tx, folder())
    second = press.publishes(tx, folder(OTHER, "other"))
    assert [(each.version, each.name) for each in versions(tx)] == [(2, "other"), (1, "small")]
    assert (first.by, first.published_at, first.changed) == ("lead_1", clock.now, True)
    assert press.records == [
        PolicyPublished(version=1, digest=first.digest, name="small", previous=None, by="lead_1"),
        PolicyPublished(version=2, digest=second.digest, name="other", previous=first.digest, by="lead_1"),
    ]
    assert first.digest == compile_documents(read(folder())).digest


def test_publishing_what_is_in_force_changes_nothing_and_says_so(tx: Transaction, press: Press, folder: Folder) -> None:
    first = press.publishes(tx, folder())
    again = press.publishes(tx, folder())
    assert (again.version, again.digest, again.changed) == (first.version, first.digest, False)
    assert (len(versions(tx)), len(press.records)) == (1, 1)


def test_an_older_policy_comes_back_as_a_new_version_with_the_old_digest(
    tx: Transaction, press: Press, folder: Folder
) -> None:
    first = press.publishes(tx, folder())
    press.publishes(tx, folder(OTHER, "other"))
    back = press.publishes(tx, folder())
    assert (back.version, back.digest) == (3, first.digest)
    assert load_version(tx).version == 3


def test_a_policy_with_problems_is_refused_and_leaves_no_trace(tx: Transaction, press: Press, folder: Folder) -> None:
    with pytest.raises(PolicyInvalid, match=r"ladder\.yaml:1"):
        press.publishes(tx, folder({"ladder.yaml": "stepps: []\n"}))
    assert (versions(tx), press.records) == ([], [])
    assert tx.scalar(text("SELECT count(*) FROM policy_documents")) == 0


def test_a_rule_that_hears_no_known_detector_is_refused_where_they_are_known(
    tx: Transaction, press: Press, folder: Folder
) -> None:
    with pytest.raises(PolicyInvalid, match="no detector has that name"):
        publish(tx, folder(), by="me", record=press.record, clock=press.clock, detectors=frozenset({"phrases"}))


def test_a_version_is_found_by_number_digest_and_beginning(tx: Transaction, press: Press, folder: Folder) -> None:
    first = press.publishes(tx, folder())
    press.publishes(tx, folder(OTHER, "other"))
    for wanted in ("1", first.digest, first.digest[:8], first.digest[:8].upper()):
        assert find(tx, wanted) == first
    assert find(tx).version == 2
    for unknown in ("3", "abc", "0" * 12, "%%%%%%%"):
        with pytest.raises(NoSuchVersion, match="No policy was published as"):
            find(tx, unknown)


def test_a_beginning_that_two_digests_share_is_ambiguous(tx: Transaction, press: Press, folder: Folder) -> None:
    first = press.publishes(tx, folder())
    twin = first.digest[:10] + "0" * 54
    tx.execute(text("INSERT INTO policy_documents VALUES (:digest, '{}')"), {"digest": twin})
    tx.execute(text("INSERT INTO policy_versions VALUES (2, :digest, 'twin', 'me', now())"), {"digest": twin})
    with pytest.raises(AmbiguousVersion):
        find(tx, first.digest[:10])


def test_before_anything_was_published_there_is_no_policy(tx: Transaction, clock: FrozenClock) -> None:
    with pytest.raises(NoPolicy):
        find(tx)
    book = PolicyBook(clock)
    book.load(tx)
    with pytest.raises(NoPolicy):
        book.current("shop")


def test_documents_that_were_changed_in_the_table_are_refused(tx: Transaction, press: Press, folder: Folder) -> None:
    digest = press.publishes(tx, folder()).digest
    tx.execute(text("UPDATE policy_documents SET body = replace(body, 'withhold', 'annotate')"))
    with pytest.raises(VersionDamaged, match=digest[:12]):
        load_version(tx, digest)


def test_the_default_is_published_once_and_never_over_another(
    tx: Transaction, press: Press, clock: FrozenClock, folder: Folder
) -> None:
    first = ensure_default(tx, record=press.record, clock=clock)
    assert (first.version, first.name) == (1, "default")
    assert ensure_default(tx, record=press.record, clock=clock).version == 1
    press.publishes(tx, folder())
    assert ensure_default(tx, record=press.record, clock=clock).name == "small"
    assert len(press.records) == 2


def test_what_is_read_back_is_what_was_published(tx: Transaction, press: Press, folder: Folder) -> None:
    overlay = {"overlays/lab.yaml": "rules:\n  hate.warn: {mode: monitor, strike: null}\n"}
    exemption = """\
exemptions:
  - {rules: [hate.warn], key: key_1, owner: me, reason: tests, expires: "2026-06-01T08:00:00+02:00"}
"""
    directory = folder({**overlay, "exemptions.yaml": exemption})
    press.publishes(tx, directory)
    assert load_documents(tx) == read(directory)
    stored, draft = load_version(tx), compile_documents(read(directory))
    assert stored.version == 1
    same = [msgspec.structs.replace(each, version=0) for each in (stored.base, stored.of("lab"))]
    assert same == [draft.base, draft.of("lab")]


@pytest.fixture
def published(tx: Transaction, press: Press, folder: Folder) -> tuple[Edition, Edition]:
    """A policy as it was compiled at first, and as it is read back after another one came into force."""
    first = press.publishes(tx, folder())
    press.publishes(tx, folder(OTHER, "other"))
    return compile_documents(read(folder())), load_version(tx, first.digest)


@given(found=st.lists(FINDINGS, max_size=4), context=SITUATIONS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_a_past_decision_is_made_again_under_its_stored_version(
    published: tuple[Edition, Edition], found: list[Finding], context: object
) -> None:
    then, now = published
    assert decide(then.base, found, GOOD, context) == decide(now.base, found, GOOD, context)


def test_a_book_follows_what_is_published_and_applies_overlays(
    tx: Transaction, press: Press, folder: Folder, clock: FrozenClock
) -> None:
    book = PolicyBook(clock)
    press.publishes(tx, folder())
    book.load(tx)
    before = book.current("shop")
    assert (before.name, before.version, book.loaded_at) == ("small", 1, clock.now)
    changed = {"overlays/shop.yaml": "rules:\n  jailbreak.pattern: {mode: monitor}\n"}
    press.publishes(tx, folder(changed, "changed"))
    book.notice(tx, "2")
    assert book.current("shop").version == 2
    assert decide(book.current("shop"), (finding(),), GOOD, situation()).measure is Measure.ALLOW
    assert decide(book.current("bank"), (finding(),), GOOD, situation()).measure is Measure.WITHHOLD


def test_a_damaged_version_leaves_the_book_with_the_one_before(
    tx: Transaction, press: Press, folder: Folder, clock: FrozenClock
) -> None:
    book = PolicyBook(clock)
    press.publishes(tx, folder())
    book.load(tx)
    digest = press.publishes(tx, folder(OTHER, "other")).digest
    tx.execute(text("UPDATE policy_documents SET body = '{}' WHERE digest = :digest"), {"digest": digest})
    with pytest.raises(VersionDamaged):
        book.notice(tx, "2")
    assert book.current("shop").version == 1


def test_every_listener_is_told_when_the_transaction_commits(database: Database, press: Press, folder: Folder) -> None:
    with database.connect_raw(autocommit=True) as listening:
        listening.execute("LISTEN seawall_policy")
        with database.begin() as tx:
            press.publishes(tx, folder())
        told = [notice.payload for notice in listening.notifies(timeout=5, stop_after=1)]
    assert told == ["1"]
    assert PolicyBook.channel == "seawall_policy"

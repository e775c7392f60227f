"""A hub in a store that changes one object at a time: whole for every reader after every single step of publishing."""

import posixpath
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec
import pytest
from obstore.exceptions import GenericError
from obstore.store import MemoryStore

from seawall.hub.build import build
from seawall.hub.doors import EDITIONS, FORM, LAST, START, door, has_door, leads
from seawall.hub.folder import write
from seawall.hub.manifest import MANIFEST, digest
from seawall.hub.targets import S3, Before, Edition, TargetFailed
from seawall.hub.verify import Report, Seen
from seawall.hub.verify_doors import verify_place
from tests.hub import strict
from tests.hub.conftest import VERSIONS, Ground, record_of, version
from tests.hub.test_verify import flipped

Three = tuple[Edition, Edition, Edition]
CHANGES = ("put", "delete")


class Watched:
    """A store that calls somebody after every change, alone, or is gone after so many."""

    def __init__(self, store: MemoryStore, after: Callable[[str], None] = lambda _: None, *, most: int = 10**6) -> None:
        self._store, self._after, self.left, self.changes = store, after, most, 0
        self._alone = Lock()

    def __getattr__(self, name: str) -> Callable[..., object]:
        real = getattr(self._store, name)
        return (lambda path, *given, **more: self._change(real, path, *given, **more)) if name in CHANGES else real

    def _change(self, real: Callable[..., object], path: str, *given: Any, **more: Any) -> object:
        with self._alone:
            if self.changes >= self.left:
                raise ConnectionResetError
            done = real(path, *given, **more)
            self.changes += 1
            self._after(path)
            return done


class Hub:
    """A store with what readers and publishers do with it."""

    def __init__(self, ground: Ground, folder: Path) -> None:
        self.ground, self.folder, self.store = ground, folder, MemoryStore()

    def read(self, path: str) -> bytes | None:
        try:
            return bytes(self.store.get(path).bytes())
        except FileNotFoundError:
            return None

    def names(self) -> list[str]:
        return [str(each["path"]) for several in self.store.list() for each in several]

    def verify(self, *, listed: bool = False, seen: Seen | None = None) -> Report:
        paths = self.names() if listed else None
        return verify_place(self.read, self.ground.log.signer.verifier, paths=paths, seen=seen)

    def edition(self, ground: Ground) -> Edition:
        files = ground.published()
        name, number = digest(files[MANIFEST]), ground.inputs.site.edition
        return Edition(folder=write(files, self.folder / name), digest=name, number=number)

    def publish(self, edition: Edition, store: object = None, keep: timedelta = timedelta(days=90)) -> None:
        target = S3(name="cdn", place="bucket", open=lambda: store or self.store, keep=keep)  # type: ignore[arg-type, return-value]
        target.put(edition, Before())

    def walk(self, door: str = START) -> set[str]:
        """Follow every link from an address, without a script; return the editions in which a reader comes to be."""
        seen, waiting, editions = set[str](), [door], set[str]()
        while waiting:
            path = waiting.pop()
            if path in seen or not path.endswith(".html"):
                continue
            seen.add(path)
            held = self.read(path)
            assert held is not None, path
            if path.startswith(EDITIONS):
                editions.add(path.split("/")[1])
            found = re.findall(r'(?:href="|url=)([^"#:]+\.html)(?:#[^"]*)?"', held.decode())
            waiting += [posixpath.normpath(posixpath.join(posixpath.dirname(path), each)) for each in found]
        assert len(seen) > 1
        return editions


@pytest.fixture
def hub(ground: Ground, tmp_path: Path) -> Hub:
    return Hub(ground, tmp_path / "editions")


@pytest.fixture
def three(hub: Hub, ground: Ground) -> Three:
    """Editions of which the second has pages that the others have not, and lacks one that they have."""
    more = version("lark-faq", 1, "faq", "Questions", "None yet.")
    ground.log.write(record_of(more))
    made: list[Edition] = []
    for number, versions in enumerate((VERSIONS, (*VERSIONS[:-1], more), VERSIONS), 1):
        site = msgspec.structs.replace(ground.inputs.site, edition=number, previous=made[-1].digest if made else None)
        inputs = msgspec.structs.replace(ground.inputs, site=site, versions=versions)
        made.append(hub.edition(msgspec.structs.replace(ground, inputs=inputs)))
    return made[0], made[1], made[2]


def problems(report: Report) -> list[tuple[str, str]]:
    return [(each.where, each.what) for each in report.problems]


def test_after_every_single_step_the_hub_holds_and_its_front_door_leads_into_one_edition(
    hub: Hub, three: Three
) -> None:
    """Whoever is killed between two steps leaves what is looked at here."""
    looked: list[str] = []
    before = ""

    def look(path: str) -> None:
        # Of what nobody is led to yet, and is named in no manifest that is read, every tenth step is enough.
        looked.append(path)
        if path.startswith(f"{EDITIONS}{edition.digest}/") and len(looked) % 10:
            return
        shown = leads(hub.read(START))
        assert shown == (edition.digest if START in looked else before)
        if shown:
            assert problems(hub.verify(listed=True)) == [], path
            assert hub.walk() == {shown}, path

    for edition in three:
        looked.clear()
        hub.publish(edition, Watched(hub.store, look))
        files = len(list(edition.folder.rglob("*.*")))
        assert len(looked) > 2 * files - 10
        assert looked[-1] == LAST
        before = edition.digest
    assert problems(hub.verify(listed=True)) == []


def test_what_breaks_off_at_any_step_is_finished_by_the_next_edition(hub: Hub, three: Three) -> None:
    first, second, third = three
    counting = Watched(MemoryStore())
    hub.publish(second, counting)
    uploads = len(list(second.folder.rglob("*.*")))
    for at in (0, 1, uploads // 2, *range(uploads - 1, counting.changes + 3, 3)):
        hub.store = MemoryStore()
        hub.publish(first)
        try:
            hub.publish(second, Watched(hub.store, most=at))
        except TargetFailed:
            assert hub.walk() == {(second if at > uploads else first).digest}
        assert problems(hub.verify(listed=True)) == [], at
        hub.publish(third)
        assert problems(hub.verify(listed=True)) == [], at
        assert {leads(hub.read(name)) for name in hub.names() if "/" not in name and has_door(name)} == {third.digest}


@pytest.mark.parametrize("gone", [MANIFEST, FORM, "feed.xml", "index.html"])
def test_what_broke_off_and_was_damaged_then_keeps_no_other_edition_out(gone: str, hub: Hub, three: Three) -> None:
    first, second, third = three
    hub.publish(first)
    with pytest.raises(TargetFailed):
        hub.publish(second, Watched(hub.store, most=len(list(second.folder.rglob("*.*"))) + 5))
    hub.store.delete(f"{EDITIONS}{second.digest}/{gone}")
    assert not hub.verify().verified
    hub.publish(third)
    assert problems(hub.verify(listed=True)) == []


def test_of_two_that_publish_at_once_one_stops_and_the_hub_holds(hub: Hub, three: Three) -> None:
    first, second, third = three
    counting = Watched(MemoryStore())
    hub.publish(second, counting)
    for at in range(1, counting.changes, 3):
        hub.store = MemoryStore()
        hub.publish(first)
        slow = Watched(hub.store, lambda _: hub.publish(third) if slow.changes == at else None)  # noqa: B023
        with pytest.raises(TargetFailed, match="somebody else published to it meanwhile"):
            hub.publish(second, slow)
        assert hub.walk() == {third.digest}, at
        assert problems(hub.verify()) == [], at
        # What only the slower one has, and was on its way at that moment, may be left over until the next try.
        assert {what for _, what in problems(hub.verify(listed=True))} <= {"the file is not of this edition"}, at
        hub.publish(third)
        assert problems(hub.verify(listed=True)) == [], at


def test_a_store_without_conditional_writes_takes_editions_too(hub: Hub, three: Three) -> None:
    class Simple(Watched):
        def __getattr__(self, name: str) -> Callable[..., object]:
            real = getattr(hub.store, name)

            def put(path: str, held: bytes, *, mode: object = None, **more: object) -> object:
                if mode is not None:
                    raise GenericError("<Code>NotImplemented</Code> 501 Not Implemented")
                return real(path, held, **more)

            return put if name == "put" else real

    for edition in three[:2]:
        hub.publish(edition, Simple(hub.store))
    assert problems(hub.verify(listed=True)) == []
    assert hub.walk() == {three[1].digest}


def test_whatever_is_changed_missing_or_added_behind_the_doors_and_at_them_is_found(hub: Hub, three: Three) -> None:
    first, second, _ = three
    hub.publish(first)
    hub.publish(second)
    verified = hub.verify()
    assert (verified.verified, verified.edition) == (True, 2)
    for name in hub.names():
        if name.startswith(f"{EDITIONS}{first.digest}/") or name.endswith("growth.json"):
            continue
        held = hub.read(name) or b""
        hub.store.put(name, held[:-1] + bytes([held[-1] ^ 1]))
        assert name in {where for where, _ in problems(hub.verify())}, name
        if not name.startswith(EDITIONS):
            hub.store.delete(name)
            # Without the last door it looks as if the first edition were just being published.
            assert (name, "the file is missing") in problems(hub.verify()) or name in (START, LAST)
        hub.store.put(name, held)
    hub.store.put("more.html", b"<p>Trust us.")
    assert problems(hub.verify(listed=True)) == [("more.html", "the file is not of this edition")]
    hub.store.delete("more.html")
    # A door into another edition is none of this one, however whole that is.
    page = "publications/index.html"
    hub.store.put(page, door(hub.read(f"{EDITIONS}{first.digest}/{FORM}") or b"", page, first.digest))
    assert [where for where, _ in problems(hub.verify())] == [page]


def test_who_remembers_a_newer_edition_is_told_of_an_older_front_door(hub: Hub, three: Three) -> None:
    first, second, _ = three
    hub.publish(first)
    hub.publish(second)
    seen = hub.verify().seen
    hub.publish(first)
    assert problems(hub.verify(seen=seen))[0] == (
        f"{EDITIONS}{first.digest}/{MANIFEST}",
        "this is edition 1; edition 2 was seen before",
    )


def test_the_same_edition_again_mends_what_was_changed(hub: Hub, three: Three) -> None:
    edition = three[0]
    hub.publish(edition)
    whole = {name: hub.read(name) for name in hub.names()}
    for name in (START, LAST, "feed.xml", "publications/index.html", f"{EDITIONS}{edition.digest}/{MANIFEST}"):
        hub.store.put(name, flipped(whole[name] or b""))
        hub.publish(edition)
        assert {name: hub.read(name) for name in hub.names()} == whole


def test_an_edition_stays_for_a_while_after_the_next_and_then_goes(hub: Hub, three: Three) -> None:
    def kept() -> set[str]:
        return {name.split("/")[1] for name in hub.names() if name.startswith(EDITIONS)}

    first, second, third = three
    for edition in three:
        hub.publish(edition)
    assert kept() == {each.digest for each in three}
    # What was shown until now is kept, however short the time.
    hub.publish(first, keep=timedelta(0))
    assert kept() == {first.digest, third.digest}
    hub.publish(second, keep=timedelta(0))
    assert kept() == {first.digest, second.digest}


def test_doors_say_where_they_lead_without_a_script_in_the_language_of_the_hub(ground: Ground) -> None:
    site = msgspec.structs.replace(ground.inputs.site, language="de", name="Lark & <Labs>")
    form = build(msgspec.structs.replace(ground.inputs, site=site), ground.public()).files[FORM]
    made = door(form, "publications/lark-notes/1.html", "ab" * 32).decode()
    to = f"../../editions/{'ab' * 32}/publications/lark-notes/1.html"
    assert f'<meta http-equiv="refresh" content="0; url={to}">' in made
    assert f'<a href="{to}">Weiter zu dieser Seite in der neuesten Ausgabe</a>' in made
    assert "Lark &amp; &lt;Labs&gt;" in made
    assert strict.read(made).wrong == []
    assert leads(made.encode()) == "ab" * 32
    assert leads(b"<p>editions/") == leads(None) == ""

"""Everything that the pages of one edition are made from, and where each thing has its page. Pure."""

import posixpath
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cached_property
from hashlib import sha256
from itertools import groupby
from typing import Any

import msgspec

from seawall.hub.inputs import Answered, Card, Inputs, Version
from seawall.hub.published import Log, Public
from seawall.hub.words import Words


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page to be made. `stamped` is the moment of the newest thing that it shows; `section` its place in the menu."""

    path: str
    template: str
    title: str
    section: str
    stamped: datetime
    values: Mapping[str, Any] = {}


class Book:
    """The inputs of an edition beside the public ledger."""

    def __init__(self, inputs: Inputs, log: Log, words: Words) -> None:
        self.inputs, self.log, self.words = inputs, log, words
        self.site = inputs.site

    @cached_property
    def records(self) -> dict[str, Public]:
        """Public records by their names."""
        return {each.id: each for each in self.log.records}

    @cached_property
    def versions(self) -> dict[str, tuple[Version, ...]]:
        """Every document with its versions, oldest first; only those whose record is public by now."""
        ready = sorted(
            (each for each in self.inputs.versions if self.record_of(each)),
            key=lambda each: (each.document, each.version),
        )
        return {name: tuple(found) for name, found in groupby(ready, key=lambda each: each.document)}

    @cached_property
    def newest(self) -> tuple[Version, ...]:
        """The newest version of each document, newest first."""
        return tuple(sorted((each[-1] for each in self.versions.values()), key=lambda v: (v.date, v.document))[::-1])

    @cached_property
    def waiting(self) -> tuple[Version, ...]:
        """Versions whose record the ledger has not released yet."""
        return tuple(each for each in self.inputs.versions if self.record_of(each) is None)

    def record_of(self, version: Version) -> Public | None:
        """Return the public record that states a version."""
        return self._stated.get((version.document, version.version, version.digest))

    @cached_property
    def _stated(self) -> dict[tuple[str, int, str], Public]:
        found = {}
        for each in self.log.of("policy.published", "document.published"):
            name = str(each.body.get("document", USAGE_POLICY))
            found[name, int(each.body["version"]), str(each.body["digest"])] = each
        return found

    @cached_property
    def models(self) -> dict[str, str]:
        """Return the page of each model version that a document or a decision names, in the order of names."""
        named = {each.model for versions in self.versions.values() for each in versions}
        named |= {each.model for each in self.inputs.sign_offs}
        made: dict[str, str] = {}
        for name in sorted(named - {""}):
            path = f"models/{_plain(name)}.html"
            # Two names that look the same in an address keep pages of their own.
            taken = path in made.values() or path == "models/index.html"
            made[name] = f"models/{_plain(name)}-{sha256(name.encode()).hexdigest()[:8]}.html" if taken else path
        return made

    @cached_property
    def classifiers(self) -> dict[str, str]:
        """Return the page of each classifier that went to work."""
        named = sorted({str(each.body["classifier"]) for each in self.log.of("classifier.released")})
        return {name: f"classifiers/{_plain(name)}.html" for name in named}

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        """Return the cards of releases whose record states the manifest that they are of."""
        stated = {
            (str(each.body["classifier"]), str(each.body["release"]), str(each.body["manifest_digest"]))
            for each in self.log.of("classifier.released")
        }
        of = {each: (each.classifier, each.release, sha256(each.manifest).hexdigest()) for each in self.inputs.cards}
        return tuple(each for each, told in of.items() if told in stated)

    @cached_property
    def answers(self) -> tuple[Answered, ...]:
        """Return the answers to feedback whose record is public by now."""
        of_all = [each for one in self.inputs.frameworks for each in one.answers]
        of_items = [each for one in self.inputs.frameworks for item in one.items for each in item.answers]
        return tuple(each for each in (*of_all, *of_items) if each.record in self.records)

    def stamp(self, *moments: datetime | date | None) -> datetime:
        """Return the newest of some moments; that of the oldest public record where there is none."""
        first = self.log.records[0].at if self.log.records else self.site.as_of
        return max((_moment(each) for each in moments if each is not None), default=first)


USAGE_POLICY = "usage-policy"


def home_of(version: Version) -> str:
    """Return the folder of a document."""
    return f"policies/{version.document}" if version.kind == "usage_policy" else f"publications/{version.document}"


def page_of(version: Version) -> str:
    """Return where a version stands for good."""
    return f"{home_of(version)}/{version.version}.html"


def source_of(version: Version) -> str:
    """Return where the text of a version lies, exactly as it was published."""
    return f"{home_of(version)}/{version.version}.md"


def proof_of(record: Public | str) -> str:
    """Return where the proof of a record lies."""
    return f"records/{record if isinstance(record, str) else record.id}.tlog-proof"


def answer_of(record: str) -> str:
    """Return where the text of an answer lies, exactly as its record states it."""
    return f"answers/{record}.txt"


def manifest_of(card: Card) -> str:
    """Return where the manifest of a classifier lies."""
    return f"classifiers/{card.classifier}/{card.release}.json"


def href(target: str, page: str) -> str:
    """Return a link to a path of the site, relative to the page on which it stands."""
    path, mark, place = target.partition("#")
    return posixpath.relpath(path, posixpath.dirname(page) or ".") + mark + place


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.") or "model"


def _moment(given: datetime | date) -> datetime:
    return given if isinstance(given, datetime) else datetime.combine(given, time(), UTC)

"""Everything that the pages of one edition are made from, and where each thing has its page. Pure."""

import posixpath
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cached_property
from itertools import groupby
from typing import Any

import msgspec

from seawall.hub.inputs import Answered, Inputs, Version
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


def href(target: str, page: str) -> str:
    """Return a link to a path of the site, relative to the page on which it stands."""
    path, mark, place = target.partition("#")
    return posixpath.relpath(path, posixpath.dirname(page) or ".") + mark + place


def _moment(given: datetime | date) -> datetime:
    return given if isinstance(given, datetime) else datetime.combine(given, time(), UTC)

"""Atom feeds (RFC 4287) of documents, written with the XML writer of the standard library. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec

from seawall.hub.inputs import Site, Version

_ATOM = "http://www.w3.org/2005/Atom"


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed is of: its own path, the page that it stands for, its title."""

    path: str
    page: str
    title: str


def atom(site: Site, feed: Feed, items: Sequence[tuple[Version, str]]) -> bytes:
    """Return a feed of versions, newest first, each with its path."""
    base = site.address.rstrip("/")
    root = Element("feed", {"xmlns": _ATOM, "xml:lang": site.language})
    _text(root, "id", f"{base}/{feed.path}")
    _text(root, "title", feed.title)
    _text(root, "updated", max((_moment(each) for each, _ in items), default=_at(site.as_of)))
    SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": f"{base}/{feed.path}"})
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": f"{base}/{feed.page}"})
    _text(SubElement(root, "author"), "name", site.name)
    for version, path in items:
        _entry(SubElement(root, "entry"), version, f"{base}/{path}")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode").encode() + b"\n"


def _entry(entry: Element, version: Version, address: str) -> None:
    # The address of a version is for good, so it may name it.
    _text(entry, "id", address)
    _text(entry, "title", f"{version.title} ({version.version})")
    _text(entry, "updated", _moment(version))
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": address})
    SubElement(entry, "category", {"term": version.kind})
    _text(entry, "summary", version.summary or version.title)


def _text(parent: Element, tag: str, text: str) -> None:
    # What XML cannot carry at all would end every reader's reading.
    SubElement(parent, tag).text = "".join(each for each in text if each >= " " or each in "\t\n")


def _moment(version: Version) -> str:
    return _at(datetime.combine(version.date, time(), UTC))


def _at(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

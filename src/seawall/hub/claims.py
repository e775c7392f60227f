"""Numbers on pages that say where they come from, so that a reader's program can check them. Pure.

    <data value="3" data-record="re_…" data-at="/version">3</data>    the value in the body of a public record
    <data value="12" data-count="policy.published">12</data>          how many proven records of a kind the site carries
    <data value="40" data-sum="re_…" data-at="/cells/0/count /cells/1/count">40</data>   a sum of values of one record

What is read (`digits`) must be what is stated (`value`).
"""

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

import msgspec
from markupsafe import Markup, escape

_DIGITS = re.compile(r"[^0-9]")


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A number as a page states it and as it shows it, and where it comes from."""

    value: str
    shown: str
    record: str = ""
    count: str = ""
    sum: str = ""
    at: str = ""


def grouped(value: int) -> str:
    """Return a number in groups of three."""
    return f"{value:,}"


def of_record(record: str, at: str, value: int, shown: str = "") -> Markup:
    """Return a number out of a record, shown otherwise than in groups where that is given."""
    return _data(value, {"data-record": record, "data-at": at}, shown)


def of_kind(kind: str, value: int) -> Markup:
    """Return how many records of a kind there are."""
    return _data(value, {"data-count": kind})


def of_sum(record: str, at: tuple[str, ...], value: int) -> Markup:
    """Return a sum over values of one record."""
    return _data(value, {"data-sum": record, "data-at": " ".join(at)})


def pointer(*parts: str | int) -> str:
    """Return the JSON pointer to a place."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def _data(value: int, source: Mapping[str, str], shown: str = "") -> Markup:
    told = Markup(" ").join(Markup('{}="{}"').format(name, given) for name, given in source.items())
    return Markup('<data value="{}" {}>{}</data>').format(value, told, escape(shown or grouped(value)))


def found(page: str) -> list[Claim]:
    """Return every number on a page that says where it comes from."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.claims


def wrong(claim: Claim, bodies: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Return what is wrong with a number, given the bodies of the proven records; None where it holds."""
    if (_DIGITS.sub("", claim.shown).lstrip("0") or "0") != claim.value:
        return f"the page shows {claim.shown!r} where it states {claim.value!r}"
    if claim.count:
        counted = sum(body.get("kind") == claim.count for body in bodies.values())
        return None if str(counted) == claim.value else f"it states {claim.value} records {claim.count}, not {counted}"
    name = claim.record or claim.sum
    if name not in bodies:
        return f"the number {claim.value} is of {name or 'no record'}, of which there is no proof here"
    values = [value_at(bodies[name], each) for each in claim.at.split()]
    if not values or any(type(each) is not int for each in values):
        return f"{name} holds no number at {claim.at!r}"
    stated = sum(each for each in values if isinstance(each, int))
    return None if str(stated) == claim.value else f"the page states {claim.value}, the signed record {stated}"


def sum_wrong(told: Mapping[str, Any]) -> str | None:
    """Return what is wrong with a number and its parts; None where they fit."""
    total, cells = told.get("total"), list(dict(told.get("cells") or {}).values())
    known = [each for each in cells if isinstance(each, int)]
    if not cells or not isinstance(total, int):
        return None
    holds = sum(known) == total if len(known) == len(cells) else sum(known) <= total
    return None if holds else f"the parts of {told.get('metric')} come to {sum(known)}, its total is {total}"


def value_at(body: Any, at: str) -> Any:
    """Return the value at a JSON pointer; None where there is none."""
    for escaped in at.removeprefix("/").split("/"):
        part = escaped.replace("~1", "/").replace("~0", "~")
        if isinstance(body, dict) and part in body:
            body = body[part]
        elif isinstance(body, list) and part.isdecimal() and int(part) < len(body):
            body = body[int(part)]
        else:
            return None
    return body


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.claims: list[Claim] = []
        self._open: dict[str, str] | None = None
        self._shown = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "data":
            self._open, self._shown = {name: given or "" for name, given in attrs}, ""

    def handle_data(self, data: str) -> None:
        self._shown += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "data" and self._open is not None:
            self.claims.append(_claim(self._open, self._shown))
            self._open = None


def _claim(given: Mapping[str, str], shown: str) -> Claim:
    return Claim(
        value=given.get("value", ""),
        shown=shown,
        record=given.get("data-record", ""),
        count=given.get("data-count", ""),
        sum=given.get("data-sum", ""),
        at=given.get("data-at", ""),
    )


def walk(pages: Mapping[str, bytes]) -> Iterator[tuple[str, Claim]]:
    """Return every number of every page, with the page's path."""
    for path, held in pages.items():
        if path.endswith(".html"):
            for claim in found(held.decode("utf-8", "replace")):
                yield path, claim

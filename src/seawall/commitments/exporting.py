"""The register for other programs: CISO Assistant libraries, CSV and JSON.

A library holds one framework with the practices that serve it as reference controls; states do not belong into it. CSV
has a line for every commitment and practice, with the state of both. An item that its framework does not number goes
by our id, and says so.
"""

import csv
import io
import re
from typing import Any

import msgspec
import yaml

from seawall.commitments.documents import Framework, Item
from seawall.commitments.model import Book
from seawall.commitments.register import Register
from seawall.vocabulary.errors import InvalidInput

FORMS = ("ciso", "csv", "json")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = (
    "framework", "adopted", "commitment", "number", "number_is_official", "title", "says", "certainty", "state",
    "lapses_at", "practice", "practice_name", "owner", "cadence", "software", "practice_state", "rests_on",
    "practice_lapses_at", "records",
)  # fmt: skip


class NoSuchForm(InvalidInput):
    """Nothing is exported in that form, or not without a framework."""

    code = "commitments.no_such_form"


def exported(book: Book, told: Register, form: str, framework: str = "") -> bytes:
    """Return the register as a file; `framework` is the one that a library holds. Raises NoSuchForm, NoSuchName."""
    if form == "csv":
        return as_csv(book, told)
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(told)) + b"\n"
    if form == "ciso" and framework:
        return as_library(book, book.framework(framework))
    if form == "ciso":
        raise NoSuchForm("A library holds one framework.", hint="Name it: --framework hiroshima")
    raise NoSuchForm(f"There is no export as {form[:20]!r}.", hint=f"There are: {', '.join(FORMS)}.")


def as_library(book: Book, framework: Framework) -> bytes:
    """Return one framework as a library of CISO Assistant."""
    name = _urn_part(framework.id)
    head = {"locale": "en", "ref_id": framework.id, "name": framework.name}
    nodes = _nodes(book, framework, name)
    served = {practice for item in framework.items for practice in book.serving[item.id]}
    library = {
        "urn": f"urn:seawall:risk:library:{name}",
        **head,
        "description": f"{framework.numbering} {framework.certain} {framework.uncertain}",
        "copyright": "Titles and sentences are those of this register, not of the framework.",
        "version": 1,
        "publication_date": _day(framework.date),
        "provider": framework.issuer,
        "packager": "seawall",
        "objects": {
            "framework": {
                "urn": f"urn:seawall:risk:framework:{name}",
                "ref_id": framework.id,
                "name": framework.short_name,
                "description": framework.status,
                "requirement_nodes": nodes,
            },
            "reference_controls": [
                {
                    "urn": _control(each.id),
                    "ref_id": each.id,
                    "name": each.name,
                    "category": "process",
                    "description": each.does,
                }
                for each in book.practices.values()
                if each.id in served
            ],
        },
    }
    text: str = yaml.safe_dump(library, sort_keys=False, allow_unicode=True, width=116)
    return text.encode()


def as_csv(book: Book, told: Register) -> bytes:
    """Return a line for every commitment and practice that serves it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    practices = {each.practice.id: each for each in told.practices}
    for shown in told.frameworks:
        for one in shown.items:
            first = [
                shown.framework.id, "" if shown.adopted is None else shown.adopted.since, one.item.id,
                one.item.number, one.item.official, one.item.title, one.item.says, one.item.certainty.value,
                one.status.state.value, _moment(one.status.lapses_at),
            ]  # fmt: skip
            for name in book.serving[one.item.id] or ("",):
                writer.writerow([_cell(each) for each in (*first, *_practice(practices.get(name)))])
    return text.getvalue().encode()


def _practice(each: Any) -> list[object]:
    if each is None:
        return [""] * 9
    practice, status = each.practice, each.status
    return [
        practice.id, practice.name, practice.owner, practice.cadence.value, practice.software.value,
        status.state.value, status.rests_on, _moment(status.lapses_at), " ".join(status.records),
    ]  # fmt: skip


def _nodes(book: Book, framework: Framework, name: str) -> list[dict[str, Any]]:
    """Return every group before the commitments in it, as libraries list them."""
    nodes = [_node(book, framework, each, name) for each in framework.items if not each.group]
    for group in framework.groups:
        urn = f"urn:seawall:risk:req_node:{name}:{_urn_part(group.id)}"
        nodes.append({"urn": urn, "assessable": False, "depth": 1, "ref_id": group.id, "name": group.title})
        nodes += [_node(book, framework, each, name) for each in framework.items if each.group == group.id]
    return nodes


def _day(stated: str) -> str:
    """Return a day where only the month or the year is known: the first one."""
    return (stated + "-01-01")[:10]


def _node(book: Book, framework: Framework, item: Item, name: str) -> dict[str, Any]:
    urn = f"urn:seawall:risk:req_node:{name}"
    # A commitment may have the name of its group.
    node: dict[str, Any] = {"urn": f"{urn}:item:{_urn_part(item.id)}", "assessable": not item.not_applicable}
    if item.group:
        node |= {"depth": 2, "parent_urn": f"{urn}:{_urn_part(item.group)}"}
    else:
        node["depth"] = 1
    node |= {"ref_id": item.shown_number or item.id, "name": item.title, "description": item.says}
    node["annotation"] = _annotation(framework, item)
    if book.serving[item.id]:
        node["reference_controls"] = [_control(each) for each in book.serving[item.id]]
    return node


def _annotation(framework: Framework, item: Item) -> str:
    numbered = "" if item.official else f" {framework.short_name} gives it no such number; the id is this register's."
    return f"Compared with its source: {item.certainty.value}.{numbered} {item.not_applicable}".strip()


def _control(practice: str) -> str:
    return f"urn:seawall:risk:function:{_urn_part(practice)}"


def _urn_part(name: str) -> str:
    return re.sub(r"[^a-z0-9_.-]", "-", name.lower())


def _moment(at: Any) -> str:
    return "" if at is None else at.isoformat(timespec="seconds")


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value

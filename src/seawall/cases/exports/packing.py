"""Make the package of a case and its manifest: the same bytes each time from the same data, in memory alone.

manifest.json: each file with its digest, and what cannot be read with why;  report.json: what was decided, on whom
exchange-1/request, exchange-1/answer, …: what was written, byte for byte;  report: what somebody told us
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec

from seawall.cases import decided, rows
from seawall.cases.decided import Decided
from seawall.cases.finding import merged_into
from seawall.cases.model import Case
from seawall.cases.office import Office
from seawall.ledger.commitment import canonical
from seawall.store import Transaction
from seawall.vault.errors import ItemGone, NoSuchItem
from seawall.vocabulary.concerned import Concerned
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.ids import ItemId

_FORM = "seawall/child-safety-export/1"
_FILED = (
    "This package was not filed with the CyberTipline of NCMEC or with any other authority by this software: whoever "
    "carried the export out hands it over."
)
# The beginning of what ZIP can say: the same bytes whenever it is made.
_MOMENT = (1980, 1, 1, 0, 0, 0)


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A package and its manifest. `items` are what is in it of the vault; `unread` what could not be put in."""

    file: bytes
    manifest: bytes
    manifest_sha256: str
    items: tuple[ItemId, ...]
    exchanges: int
    files: int
    unread: int


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the package: its content, or why there is none."""

    name: str
    content: bytes | None
    item: ItemId | None = None
    gone: str = ""


def pack(tx: Transaction, office: Office, case: Case, recipient: str, to: str) -> Package:
    """Return the package of a decided case for one recipient."""
    about = list(_exchanges(tx, office, case))
    parts = [_report(tx, office, case, about), *_written(tx, office, case, about)]
    there = [each for each in parts if each.content is not None]
    unread = [{"what": each.name, "why": each.gone} for each in parts if each.content is None]
    manifest = canonical(_manifest(case, recipient, to, there, unread), "a manifest")
    whole = [_Part(name="manifest.json", content=manifest), *there]
    return Package(
        file=_zipped(whole),
        manifest=manifest,
        manifest_sha256=sha256(manifest).hexdigest(),
        items=tuple(each.item for each in there if each.item is not None),
        exchanges=len(about),
        files=len(there),
        unread=len(unread),
    )


def _exchanges(tx: Transaction, office: Office, case: Case) -> Iterator[tuple[str, Concerned | None]]:
    """Give every exchange that the case, or one that was merged into it, is about; None of what is not there."""
    cases = [case, *(rows.find(tx, each) for each in merged_into(tx, case.id))]
    for name in dict.fromkeys(each.exchange for each in cases if each.exchange is not None):
        yield name, office.exchanges(tx, name)


def _written(tx: Transaction, office: Office, case: Case, about: list[tuple[str, Concerned | None]]) -> Iterator[_Part]:
    if case.words is not None:
        yield _read(tx, office, "report-in-words", case.words, "")
    for number, (_, found) in enumerate(about, 1):
        for side in ("request", "answer"):
            name = f"exchange-{number}/{side}"
            if found is None:
                yield _Part(name=name, content=None, gone="no_such_exchange")
                continue
            item = found.input_item if side == "request" else found.output_item
            yield _read(tx, office, name, item, "zero_retention" if found.zero_retention else "not_kept")


def _read(tx: Transaction, office: Office, name: str, item: str | None, gone: str) -> _Part:
    if item is None:
        return _Part(name=name, content=None, gone=gone)
    try:
        return _Part(name=name, content=office.edges.vault.get(tx, ItemId(item)), item=ItemId(item))
    except (ItemGone, NoSuchItem):
        return _Part(name=name, content=None, gone="not_kept")
    except SeawallError:
        # It is there and does not open: whoever gets the package must know.
        return _Part(name=name, content=None, gone="unreadable")


def _report(tx: Transaction, office: Office, case: Case, about: list[tuple[str, Concerned | None]]) -> _Part:
    told: dict[str, Any] = {
        "case": case.id,
        "origin": case.origin.value,
        "category": case.category,
        "opened_at": _moment(case.opened_at),
        "detected_automatically": case.detected_automatically,
        "account": {
            "id": case.account,
            "project": case.project,
            "key": case.key,
            "names_an_end_user": case.has_end_user,
        },
        "decisions": [_decision(each) for each in decided.of_case(tx, case.id)],
        "exchanges": [_exchange(number, name, found) for number, (name, found) in enumerate(about, 1)],
    }
    return _Part(name="report.json", content=canonical(told, "a report"))


def _decision(made: Decided) -> dict[str, Any]:
    return {
        "id": made.id,
        "outcome": made.outcome.value,
        "category": made.category,
        "rule": made.rule,
        "reason_code": made.reason_code,
        "about": made.about,
        "about_right": made.about_right,
        "at": _moment(made.at),
        "until": None if made.until is None else _moment(made.until),
    }


def _exchange(number: int, name: str, found: Concerned | None) -> dict[str, Any]:
    told: dict[str, Any] = {"n": number, "id": name}
    if found is None:
        return told
    return told | {
        "at": _moment(found.at),
        "model": found.model,
        "account": found.account,
        "findings": [each.value for each in found.categories],
        "because": list(found.because),
        "decisions": list(found.decisions),
    }


def _manifest(case: Case, recipient: str, to: str, there: list[_Part], unread: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "form": _FORM,
        "case": case.id,
        "recipient": recipient,
        "to": to,
        "files": [
            {"name": each.name, "bytes": len(each.content or b""), "sha256": sha256(each.content or b"").hexdigest()}
            for each in there
        ],
        "unread": unread,
        "filed": _FILED,
    }


def _zipped(parts: list[_Part]) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as package:
        for each in parts:
            package.writestr(ZipInfo(each.name, _MOMENT), each.content or b"", ZIP_DEFLATED)
    return made.getvalue()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()

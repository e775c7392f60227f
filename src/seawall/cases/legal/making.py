"""Make the file that is handed over, and its manifest: the same bytes each time from the same data.

    file: a head, then one line of JSON an item;  manifest: each item with why it is in, and what was left out, counted

The manifest stays here. Whoever gets the file is not told how much there is that they may not have.
"""

from hashlib import sha256
from typing import Any

import msgspec

from seawall.cases.legal.bureau import Bureau
from seawall.cases.legal.errors import NotNow
from seawall.cases.legal.kinds import State
from seawall.cases.legal.model import LegalRequest, plain
from seawall.cases.legal.scoping import Given, Kept, LeftOut, Reach, divide, moment, why_in
from seawall.ledger.commitment import canonical
from seawall.store import Transaction
from seawall.vocabulary.ids import AccountId, ItemId
from seawall.vocabulary.producible import Piece


class Handing(msgspec.Struct, frozen=True, kw_only=True):
    """To whom a file goes, and how: encrypted to the public key of a `recipient`, or in clear, and why."""

    to: str
    recipient: str | None = None
    in_clear_because: str | None = None


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A file with its manifest, and how much is in it and left out of it."""

    file: bytes
    file_sha256: str
    manifest: bytes
    manifest_sha256: str
    items: int
    left_out: int


def make(tx: Transaction, bureau: Bureau, request: LegalRequest, handing: Handing) -> Made:
    """Return what a reviewed request lets out, for one recipient. Raises NotNow."""
    reach = _reach(request)
    found = ((account, each) for account in reach.asked.accounts for each in _pieces(tx, bureau, account))
    given, left_out = divide(reach, found)
    lines, listed = list[bytes](), list[dict[str, Any]]()
    for number, each in enumerate(given, 1):
        line = _line(tx, bureau, number, each)
        lines.append(line)
        listed.append(_listed(reach, number, each, line))
    file = b"".join(line + b"\n" for line in (_head(request, reach, len(lines)), *lines))
    digest = sha256(file).hexdigest()
    manifest = canonical(_manifest(request, reach, listed, left_out, digest, handing), "a manifest")
    return Made(
        file=file,
        file_sha256=digest,
        manifest=manifest,
        manifest_sha256=sha256(manifest).hexdigest(),
        items=len(lines),
        left_out=sum(each.count for each in left_out),
    )


def _reach(request: LegalRequest) -> Reach:
    granted = request.grants
    if granted is None:
        raise NotNow(request, State.REVIEWED)
    return Reach(kind=request.kind, tier=request.tier, asked=request.asks, granted=granted)


def _pieces(tx: Transaction, bureau: Bureau, account: AccountId) -> list[Piece]:
    kept = {each.id for each in bureau.edges.vault.owned(tx, account)}
    return [_there(each, kept) for source in bureau.sources for each in source(tx, account)]


def _there(piece: Piece, kept: set[ItemId]) -> Piece:
    """Return a piece with whether its content is still kept."""
    if piece.item is None or piece.item in kept:
        return piece
    return msgspec.structs.replace(piece, item=None, gone=Kept.NOT_KEPT.value)


def _line(tx: Transaction, bureau: Bureau, number: int, each: Given) -> bytes:
    told: dict[str, Any] = {"n": number, "account": each.account, "category": each.data.value, "id": each.piece.id}
    told["at"] = None if each.piece.at is None else moment(each.piece.at)
    told |= {"told": each.piece.told}
    if each.piece.item is not None:
        told["content"] = bureau.edges.vault.get(tx, each.piece.item).decode("utf-8", "replace")
    return msgspec.json.encode(told, order="sorted")


def _listed(reach: Reach, number: int, each: Given, line: bytes) -> dict[str, Any]:
    return {
        "n": number,
        "account": each.account,
        "category": each.data.value,
        "id": each.piece.id,
        "why": why_in(reach, each),
        "sha256": sha256(line).hexdigest(),
    }


def _head(request: LegalRequest, reach: Reach, items: int) -> bytes:
    told = {"request": request.id, "kind": request.kind, "tier": request.tier, "items": items}
    return msgspec.json.encode(told | {"scope": plain(reach.granted)}, order="sorted")


def _manifest(
    request: LegalRequest,
    reach: Reach,
    listed: list[dict[str, Any]],
    left_out: list[LeftOut],
    digest: str,
    handing: Handing,
) -> dict[str, Any]:
    return {
        "request": request.id,
        "kind": request.kind.value,
        "tier": request.tier.value,
        "document_sha256": request.document_sha256,
        "asked": plain(reach.asked),
        "granted": plain(reach.granted),
        "items": listed,
        "left_out": msgspec.to_builtins(left_out),
        "file_sha256": digest,
    } | msgspec.structs.asdict(handing)

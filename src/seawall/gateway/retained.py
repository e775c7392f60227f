"""Exchanges whose content is kept: given in the order in which they began, and as lists of what was found show them.

Under zero retention there is nothing here, and neither is there of content that was erased.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import RowMapping, or_, select

from seawall.gateway.contents import called, parsed, texts
from seawall.gateway.tables import exchanges, reviews
from seawall.gateway.wire import BadRequest
from seawall.store import Transaction
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Finding
from seawall.vocabulary.ids import ExchangeId, ItemId
from seawall.vocabulary.retained import Found, Retained, Said, Shown

_SEALING = Category.CHILD_SEXUAL_EXPLOITATION
_FINDINGS = tuple[Finding, ...]


def retained(tx: Transaction, after: str, limit: int) -> tuple[list[Retained], str]:
    """Return closed exchanges with content behind an id, in order, and behind which the next ones are; "" at the end.

    At most `limit` are looked at.
    """
    ids = tx.scalars(select(exchanges.c.id).where(exchanges.c.id > after).order_by(exchanges.c.id).limit(limit)).all()
    if not ids:
        return [], ""
    kept = or_(exchanges.c.input_item.is_not(None), exchanges.c.output_item.is_not(None))
    closed = exchanges.c.closed_at.is_not(None) & exchanges.c.zero_retention.is_(False) & kept
    chosen = select(exchanges).where(exchanges.c.id.in_(ids), closed).order_by(exchanges.c.id)
    rows = list(tx.execute(chosen).mappings())
    later = _later(tx, [row["id"] for row in rows])
    return [_retained(row, later.get(row["id"], [])) for row in rows], ids[-1]


def shown(tx: Transaction, ids: Sequence[str]) -> dict[str, Shown]:
    """Return exchanges as lists show them, by id."""
    rows = list(tx.execute(select(exchanges).where(exchanges.c.id.in_(ids))).mappings())
    later = _later(tx, [row["id"] for row in rows])
    return {row["id"]: _shown(row, later.get(row["id"], [])) for row in rows}


def said(api: str, request: bytes | None, answer: bytes | None) -> tuple[Said, ...]:
    """Return the texts of an exchange as the vault keeps them."""
    asked, answered = (None if each is None else each.decode("utf-8", "replace") for each in (request, answer))
    return texts(api, asked, answered)


def person_said(api: str, request: bytes | None) -> str:
    """Return what the person said last: what an exchange is compared by. Empty where it cannot be read."""
    try:
        pieces = parsed(api, request) if request is not None else ()
    except BadRequest:
        return ""
    spoken = [each.text for each in pieces if each.surface.value == "input" and each.newest and each.text]
    return spoken[-1] if spoken else ""


def tools(api: str, request: bytes | None, answer: bytes | None) -> frozenset[str]:
    """Return the names of the tools that were called: in what came in, and in the answer."""
    found = set[str]()
    for kept in (request, answer):
        try:
            found |= _called(msgspec.json.decode(kept)) if kept is not None else set()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
    return frozenset(found)


def _called(body: Any) -> set[str]:
    """Return the names of calls: blocks of Messages, `tool_calls` and `function_call` of Chat Completions.

    Of a stream the vault keeps them by themselves.
    """
    found, waiting = set(called(body)) if isinstance(body, dict) else set[str](), [body]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            found |= _names(each)
            # Definitions are no calls, and what a call is given is not the name of one.
            waiting += [below for name, below in each.items() if name not in ("tools", "functions", "input")]
    return found


def _names(block: dict[str, Any]) -> set[str]:
    named = [block.get("name")] if str(block.get("type", "")).endswith("tool_use") else []
    calls = block.get("tool_calls") if isinstance(block.get("tool_calls"), list) else []
    for call in [*(calls or []), {"function": block.get("function_call")}]:
        if isinstance(call, dict):
            inside = (call.get("function"), call.get("custom"))
            named += [each.get("name") for each in inside if isinstance(each, dict)]
    return {name for name in named if isinstance(name, str) and name}


def _later(tx: Transaction, ids: Sequence[str]) -> dict[str, list[RowMapping]]:
    found: dict[str, list[RowMapping]] = {}
    for row in tx.execute(select(reviews).where(reviews.c.exchange.in_(ids)).order_by(reviews.c.at)).mappings():
        found.setdefault(row["exchange"], []).append(row)
    return found


def _retained(row: RowMapping, later: list[RowMapping]) -> Retained:
    findings = tuple(each.finding for each in _found(row, later))
    return Retained(
        exchange=ExchangeId(row["id"]),
        account=row["account"],
        key=row["key"],
        project=row["project"],
        at=row["opened_at"],
        api=row["api"],
        measure=row["measure"] or "allow",
        findings=findings,
        sealed=_sealed(findings),
        input_item=ItemId(row["input_item"]) if row["input_item"] else None,
        output_item=ItemId(row["output_item"]) if row["output_item"] else None,
        network=row["network"],
    )


def _shown(row: RowMapping, later: list[RowMapping]) -> Shown:
    findings = _found(row, later)
    made = [(row[f"{stage}_decision"], row[f"{stage}_verdict"]) for stage in ("input", "output")]
    made += [(each["decision"], each["verdict"]) for each in later]
    return Shown(
        exchange=ExchangeId(row["id"]),
        account=row["account"],
        key=row["key"],
        project=row["project"],
        at=row["opened_at"],
        model=row["model"],
        measure=row["measure"] or "allow",
        findings=findings,
        because=tuple(dict.fromkeys(rule for _, verdict in made for rule in (verdict or {}).get("because", ()))),
        decisions=tuple(name for name, verdict in made if name and (verdict or {}).get("measure", "allow") != "allow"),
        sealed=_sealed(each.finding for each in findings),
    )


def _found(row: RowMapping, later: Iterable[RowMapping]) -> tuple[Found, ...]:
    stored = [(stage, row[f"{stage}_findings"]) for stage in ("input", "output")]
    stored += [(each["stage"], each["findings"]) for each in later]
    found = [
        Found(stage=stage, finding=each) for stage, one in stored for each in msgspec.convert(one or [], _FINDINGS)
    ]
    return tuple(sorted(found, key=lambda each: -each.finding.score))


def _sealed(findings: Iterable[Finding]) -> bool:
    return any(each.category is _SEALING and not each.failed for each in findings)

"""Count every public number of a hub again, from the bodies of the ledger alone. Plain Python over JSON.

Nothing of `seawall.metrics` or of the hub is used here on purpose: what both would get wrong must show. Left-out
numbers are not worked out again; that none of them is told, and none left out without a small one beside it, is.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

Body = Mapping[str, Any]
Parts = dict[str, int]
_SANCTIONS = {"warnings": "warned", "restrictions": "restricted", "suspensions": "suspended", "bans": "banned"}
_MACHINES = ("strikes", "measure")
_Z2 = 1.959964**2


class Number(NamedTuple):
    """What one number comes to: all, its parts, and a share in thousandths or a median in seconds beside it."""

    total: int | None
    parts: Parts
    figure: int | None = None
    bounds: tuple[int, int] | None = None


class Counted(NamedTuple):
    """What was compared, and what differs."""

    numbers: int
    withheld: int
    differs: list[str]


def recount(folder: Path, bodies: Iterable[Body]) -> Counted:
    """Compare every number on the pages of a hub, and in its signed numbers, with the bodies in their order."""
    held = list(bodies)
    by_id = {str(body["id"]): body for body in held}
    kinds = Counter(str(body["kind"]) for body in held)
    again = {str(body["id"]): _period(held, body) for body in held if body["kind"] == "metrics.closed"}
    differs, withheld = list[str](), 0
    for name, numbers in again.items():
        wrong, hidden = _signed(by_id[name], numbers)
        differs += wrong
        withheld += hidden
    claims = [(page, claim) for page in sorted(folder.rglob("*.html")) for claim in _claims(page)]
    for page, claim in claims:
        expected = _expected(claim, by_id, kinds, again)
        if str(expected) != claim["value"] or re.sub(r"\D", "", claim["shown"]).lstrip("0") != claim["value"].lstrip(
            "0"
        ):
            differs.append(f"{page.relative_to(folder)} shows {claim['shown']}, counted {expected}")
    differs += _states(folder, held)
    return Counted(len(claims), withheld, differs)


def _period(held: list[Body], closed: Body) -> dict[str, Number]:
    """Count the numbers of one closed period, from the records that were there when it was closed."""
    since, until = _moment(closed["since"]), _moment(closed["until"])
    before = held[: next(at for at, body in enumerate(held) if body["id"] == closed["id"])]
    mine = [body for body in before if since <= _moment(body["at"]) < until]
    found: dict[str, Number] = {}
    changes = [
        body
        for body in mine
        if body["kind"] == "standing.changed"
        and body["cause"] in (*_MACHINES, "person")
        and body["reason_code"] != "case_decided"
    ]
    for name, state in _SANCTIONS.items():
        found[name] = _by([body for body in changes if body["to_state"] == state], "cause")
    judged = [body for body in changes if body["to_state"] in _SANCTIONS.values()]
    machines = sum(body["cause"] in _MACHINES for body in judged)
    found["automated_share"] = _share({"automated": machines, "by_a_person": len(judged) - machines}, "automated")
    found["exchange_measures"] = _by(_of(mine, "exchange.decided"), "measure")
    opened, decided = _of(mine, "case.opened"), _of(mine, "case.decided")
    for name, origin in (("flags", "flag"), ("reports", "report")):
        found[name] = Number(sum(body["origin"] == origin for body in opened), {})
    plain = [body for body in decided if body["origin"] != "appeal"]
    answers = [body for body in decided if body["origin"] == "appeal"]
    found["decisions"] = _by(plain, "outcome")
    found["decisions_by_category"] = _by(plain, "category")
    by_machine = sum(body["detected_automatically"] for body in plain)
    parts = {"by_a_machine": by_machine, "by_a_person": len(plain) - by_machine}
    found["detected_automatically"] = _share(parts, "by_a_machine")
    found["time_to_decide"] = Number(len(plain), {}, _median(plain))
    found["appeals_received"] = Number(len(_of(mine, "case.appeal_filed")), {})
    back = [body for body in answers if not body["about_right"]]
    reversed_ = sum(body["outcome"] == "nothing" for body in back)
    parts = {"upheld": len(answers) - len(back), "reversed": reversed_, "partially_reversed": len(back) - reversed_}
    found["appeals_answered"] = Number(len(answers), parts)
    found["time_to_answer"] = Number(len(answers), {}, _median(answers))
    taken = [body for body in _of(mine, "decision.reversed") if body["reason_code"] != "case_decided"]
    found["reversals"] = Number(len(taken), {})
    looked = {body["decision"]: body["right"] for body in _of(mine, "decision.reviewed")}
    wrong = sum(not right for right in looked.values())
    found["detector_error"] = _share({"wrong": wrong, "right": len(looked) - wrong}, "wrong", bounds=True)
    seen = _of(mine, "case.quality_reviewed")
    otherwise = sum(not body["agrees"] for body in seen)
    parts = {"otherwise": otherwise, "the_same": len(seen) - otherwise}
    found["review_error"] = _share(parts, "otherwise", bounds=True)
    return found | _beside(mine, opened, plain) | _requests(before, since, until)


def _beside(mine: list[Body], opened: list[Body], decided: list[Body]) -> dict[str, Number]:
    """Count what the second edition of the definitions tells beside the first."""
    ours = [body for body in decided if body["origin"] in ("escalation", "finding")]
    told = [body for body in decided if body["origin"] in ("flag", "report")]
    by_machine = sum(body["detected_automatically"] for body in ours)
    parts = {"by_a_machine": by_machine, "by_a_person": len(ours) - by_machine}
    answered, looked = _of(mine, "feedback.answered"), _of(mine, "detector.reviewed")
    waited = _median(answered, "received_at", "answered_at")
    ruled = [
        body
        for body in _of(mine, "standing.changed")
        if body["cause"] == "rule" and body["to_state"] in _SANCTIONS.values() and body["reason_code"] != "case_decided"
    ]
    return {
        "by_rules": _by(ruled, "to_state"),
        "error_by_detector": _by(list({body["looked_at"]: body for body in looked}.values()), "detector", "said"),
        "own_initiative": _by(ours, "category", "outcome"),
        "own_initiative_detected": _share(parts, "by_a_machine"),
        "on_notice": _by(told, "category", "outcome"),
        "notice_time": Number(len(told), {}, _median(told)),
        "notices_received": _by([body for body in opened if body["origin"] in ("flag", "report")], "category"),
        "filers_suspended": _by(_of(mine, "filer.suspended"), "files"),
        "feedback_received": _by(_of(mine, "feedback.received"), "framework"),
        "feedback_answered": _by(answered, "framework")._replace(figure=waited),
    }


def _requests(before: list[Body], since: datetime, until: datetime) -> dict[str, Number]:
    rows = [
        row
        for body in _of(before, "legal.statistics_closed")
        if since <= _moment(body["since"]) and _moment(body["until"]) <= until
        for row in body["cells"]
    ]
    states = [row for row in rows if row["request_kind"] not in ("civil", "takedown")]
    return {
        name: Number(sum(row["requests"] for row in chosen) if rows else None, {})
        for name, chosen in (("legal_requests", rows), ("government_requests", states))
    }


def _signed(body: Body, again: dict[str, Number]) -> tuple[list[str], int]:
    """Compare the numbers of a signed record; return what differs, and how many of them are left out."""
    wrong, hidden = list[str](), 0
    if {each["metric"] for each in body["numbers"]} != set(again):
        wrong.append(f"{body['period']}: it tells of other numbers than were counted")
    for each in body["numbers"]:
        counted = again[each["metric"]]
        said = {"total": each["total"], **each["cells"]}
        have = {"total": counted.total, **counted.parts}
        told = {name: value for name, value in said.items() if value is not None}
        hidden += len(said) - len(told)
        wrong += [
            f"{body['period']} {each['metric']} {name}: told {value}, counted {have.get(name, 0)}"
            for name, value in told.items()
            if value != have.get(name, 0)
        ]
        small = [name for name, value in told.items() if 0 < value < body["smallest_cell"]]
        if counted.total is not None and "requests" not in each["metric"]:
            wrong += [f"{body['period']} {each['metric']} {name}: a small number is told" for name in small]
        if each["figure"] is not None and each["figure"] != counted.figure:
            wrong.append(f"{body['period']} {each['metric']}: told {each['figure']}, counted {counted.figure}")
        if each["low"] is not None and (each["low"], each["high"]) != counted.bounds:
            wrong.append(f"{body['period']} {each['metric']}: told {each['low']} to {each['high']}, {counted.bounds}")
    return wrong, hidden


def _expected(claim: Mapping[str, str], by_id: Mapping[str, Body], kinds: Counter[str], again: Any) -> Any:
    """Return what a number on a page comes to, from the bodies."""
    if claim.get("data-count"):
        return kinds[claim["data-count"]]
    name = claim.get("data-record") or claim.get("data-sum", "")
    values = [_at(by_id.get(name, {}), place, again.get(name)) for place in claim["data-at"].split()]
    return None if None in values else sum(values)


def _at(body: Any, place: str, again: dict[str, Number] | None) -> Any:
    steps = [each.replace("~1", "/").replace("~0", "~") for each in place.strip("/").split("/")]
    if again is not None and steps[0] == "numbers":
        number = again[body["numbers"][int(steps[1])]["metric"]]
        if steps[2] == "cells":
            return number.parts.get(steps[3], 0)
        bounds = dict(zip(("low", "high"), number.bounds or (None, None), strict=True))
        return {"total": number.total, "figure": number.figure, **bounds}[steps[2]]
    for each in steps:
        body = body[int(each)] if isinstance(body, list) else body.get(each)
    return body


def _states(folder: Path, held: list[Body]) -> list[str]:
    """Compare how many practices the first page shows in each state with the last word of the ledger on each."""
    last = {body["name"]: body["to_state"] for body in held
            if body["kind"] == "commitment.state_changed" and body["what"] == "practice"}  # fmt: skip
    stated = Counter(state.replace("_", " ") for state in last.values())
    shown: Counter[str] = Counter()
    for number, state in re.findall(
        r'<span class="state [a-z-]+">(\d+) ([a-z ]+)</span>', (folder / "index.html").read_text()
    ):
        shown[state] += int(number)
    unsaid = ("not started", "not applicable")
    return [
        f"index.html shows {shown[state]} practices that are {state}, the ledger says {stated[state]}"
        for state in sorted({*shown, *stated} - set(unsaid))
        if shown[state] != stated[state]
    ]


def _of(bodies: Iterable[Body], kind: str) -> list[Body]:
    return [body for body in bodies if body["kind"] == kind]


def _by(bodies: list[Body], *part: str) -> Number:
    return Number(len(bodies), dict(Counter("/".join(str(body[name] or "none") for name in part) for body in bodies)))


def _share(parts: Parts, part: str, *, bounds: bool = False) -> Number:
    whole = sum(parts.values())
    if not whole:
        return Number(0, parts)
    return Number(
        whole, parts, (2000 * parts[part] + whole) // (2 * whole), _wilson(parts[part], whole) if bounds else None
    )


def _wilson(part: int, whole: int) -> tuple[int, int]:
    """Return the bounds of a share by Wilson's formula, in thousandths, rounded outwards."""
    root = math.sqrt(_Z2 * _Z2 + 4 * _Z2 * part * (whole - part) / whole)
    low, high = ((2 * part + _Z2 + sign * root) / (2 * (whole + _Z2)) * 1000 for sign in (-1, 1))
    return max(0, math.floor(low)), min(1000, math.ceil(high))


def _median(bodies: list[Body], since: str = "opened_at", until: str = "decided_at") -> int | None:
    took = sorted(int((_moment(each[until]) - _moment(each[since])).total_seconds()) for each in bodies)
    if not took:
        return None
    return (took[(len(took) - 1) // 2] + took[len(took) // 2]) // 2


def _moment(given: str) -> datetime:
    return datetime.fromisoformat(given)


def _claims(page: Path) -> list[dict[str, str]]:
    reader = _Reader()
    reader.feed(page.read_text())
    return reader.claims


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.claims: list[dict[str, str]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "data":
            self._inside = True
            self.claims.append({name: value or "" for name, value in attrs} | {"shown": ""})

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.claims[-1]["shown"] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "data":
            self._inside = False


def bodies_of(lines: Iterable[bytes]) -> list[Body]:
    """Return bodies from their canonical JSON."""
    return [json.loads(line) for line in lines]

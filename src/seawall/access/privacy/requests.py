"""Take privacy requests in, check who asks, answer them: export, deletion, correction, opt-out.

    take -> check -> export | delete | correct_person | contest | opt_out | refuse

Each step is a record with ids, codes and counts in it and nothing of what is told. Whoever checked who asks does not
answer. An answer is due within thirty days. Limits: one transaction answers, so a deletion of very many exchanges is a
long one.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from seawall.access.people import Edges, people
from seawall.access.people.model import Profile
from seawall.access.privacy.model import (
    AnotherWish,
    Archive,
    BadWish,
    Checked,
    IdentityUnchecked,
    Kept,
    NoSuchPrivacyRequest,
    PrivacyRequestClosed,
    Request,
    SameHand,
    State,
    Subject,
    Whose,
    Wish,
)
from seawall.access.privacy.tables import notes, opt_outs, requests
from seawall.access.projects import find as find_project
from seawall.store import Transaction
from seawall.store.jobs import enqueue
from seawall.vocabulary.ids import PersonId, PrivacyId, new_id
from seawall.vocabulary.records.privacy import PrivacyAnswered, PrivacyChecked, PrivacyRefused, PrivacyRequested
from seawall.vocabulary.retention import Retention

DUE_AFTER = timedelta(days=30)
_MOST = 1000


def take(tx: Transaction, edges: Edges, wish: Wish, kind: Whose, subjects: Sequence[str], *, by: str) -> Request:
    """Take a request in. Raises BadWish, NoSuchPerson, NoSuchProject."""
    asked, now = _subjects(tx, wish, kind, subjects), edges.clock()
    made = Request(
        id=PrivacyId(new_id("pv")),
        wish=wish,
        kind=kind,
        subjects=asked,
        state=State.OPEN,
        asked_at=now,
        due_at=now + DUE_AFTER,
        taken_by=by,
    )
    tx.execute(insert(requests).values(msgspec.structs.asdict(made) | {"subjects": list(asked)}))
    due = made.due_at.isoformat()
    edges.record(
        tx, PrivacyRequested(request=made.id, wish=wish, whose=kind, subjects=made.subjects, due_at=due, by=by)
    )
    return made


def find(tx: Transaction, request: str) -> Request:
    """Return a request. Raises NoSuchPrivacyRequest."""
    row = tx.execute(select(requests).where(requests.c.id == request)).first()
    if row is None:
        raise NoSuchPrivacyRequest(request)
    return _request(row)


def every(tx: Transaction, *, only_open: bool = False) -> list[Request]:
    """Return all requests, newest first; the open ones by when they are due."""
    found = select(requests).order_by(requests.c.id.desc())
    if only_open:
        found = select(requests).where(requests.c.closed_at.is_(None)).order_by(requests.c.due_at, requests.c.id)
    return [_request(row) for row in tx.execute(found)]


def check(tx: Transaction, edges: Edges, request: str, *, how: Checked, by: str) -> Request:
    """Say how it was found out who asks. Raises NoSuchPrivacyRequest, PrivacyRequestClosed."""
    found = _open(tx, request)
    values = {"checked": how, "checked_by": by, "checked_at": edges.clock()}
    tx.execute(update(requests).where(requests.c.id == found.id).values(values))
    edges.record(tx, PrivacyChecked(request=found.id, how=how, by=by))
    return find(tx, found.id)


def refuse(tx: Transaction, edges: Edges, request: str, *, reason_code: str, by: str) -> Request:
    """Refuse a request, with a code. Raises NoSuchPrivacyRequest, PrivacyRequestClosed, BadWish."""
    found = _open(tx, request)
    if not reason_code.replace("_", "").isalnum() or not reason_code.isascii() or len(reason_code) > 40:
        raise BadWish("That is no reason code.", hint="Such as not_who_they_say; a text belongs elsewhere.")
    edges.record(tx, PrivacyRefused(request=found.id, reason_code=reason_code, by=by))
    return _close(tx, edges, found, State.REFUSED, {"reason_code": reason_code}, by)


def export(tx: Transaction, edges: Edges, archive: Archive, request: str, *, by: str) -> tuple[Request, bytes]:
    """Answer with everything that is held, as JSON Lines. Raises what `answerable` raises."""
    found = answerable(tx, request, Wish.EXPORT, by=by)
    lines = list(_lines(tx, edges, archive, found))
    body = b"".join(msgspec.json.encode(each) + b"\n" for each in lines)
    told = {"lines": len(lines), "file_digest": sha256(body).hexdigest(), **_sums(lines)}
    return _answered(tx, edges, found, told, by), body


def delete_all(tx: Transaction, edges: Edges, archive: Archive, request: str, *, by: str) -> Request:
    """Remove what may be removed everywhere, and say what stays and why. Raises what `answerable` raises."""
    found = answerable(tx, request, Wish.DELETE, by=by)
    removed: dict[str, int] = {}
    kept, rebuild = list[Kept](), set[str]()
    for subject in subjects_of(found):
        for holder in archive.holders:
            gone = holder.erase(tx, subject, by=by)
            removed[holder.name] = removed.get(holder.name, 0) + gone.count
            kept += gone.kept
            rebuild |= set(gone.rebuild)
    # Backups cannot be read either once the keys are gone: not at the next hour, but now.
    enqueue(tx, "vault.sweep")
    told = {
        "removed": removed,
        "kept": [msgspec.to_builtins(each) for each in _joined(kept)],
        "rebuild": sorted(rebuild),
        "backups_gone_by": (edges.clock() + timedelta(days=archive.backups_kept_days)).isoformat(),
    }
    return _answered(tx, edges, found, told, by)


def correct_person(tx: Transaction, edges: Edges, request: str, profile: Profile, *, by: str) -> Request:
    """Change what a person here is called or reached by. Raises what `answerable` raises, BadPerson, AddressTaken."""
    found = answerable(tx, request, Wish.CORRECT, by=by)
    if found.kind is not Whose.PERSON:
        raise BadWish("Only what a person here is called can be changed.", hint="Of an account, contest a fact.")
    people.change(tx, edges, found.subjects[0], profile, by=by)
    return _answered(tx, edges, found, {"corrected": 1}, by)


def contest(tx: Transaction, edges: Edges, request: str, note: str, *, by: str) -> Request:
    """Keep beside an account what somebody says is wrong in what is on record of them.

    Raises what `answerable` raises, BadWish.
    """
    found = answerable(tx, request, Wish.CORRECT, by=by)
    if found.kind is not Whose.ACCOUNT or not note.strip() or len(note) > 10_000:
        raise BadWish(f"A note of {len(note)} characters on a {found.kind.value}.", hint="1 to 10,000, on an account.")
    for account in found.subjects:
        item = edges.vault.put(tx, note.encode(), owner=account, retention=Retention.CASE)
        tx.execute(insert(notes).values(item=item, account=account, request=found.id, at=edges.clock()))
    return _answered(tx, edges, found, {"notes": len(found.subjects)}, by)


def opt_out(tx: Transaction, edges: Edges, request: str, *, by: str) -> Request:
    """Learn and analyse nothing of it from now on, or, where that is asked for, again. Raises as `answerable`."""
    found = answerable(tx, request, Wish.OPT_OUT, Wish.OPT_IN, by=by)
    for subject in found.subjects:
        if found.wish is Wish.OPT_IN:
            tx.execute(delete(opt_outs).where(opt_outs.c.subject == subject))
        else:
            row = {"subject": subject, "request": found.id, "at": edges.clock()}
            tx.execute(upsert(opt_outs).values(row).on_conflict_do_nothing())
    return _answered(tx, edges, found, {found.wish.value: len(found.subjects)}, by)


def may_analyse(tx: Transaction, account: str, project: str = "") -> bool:
    """Tell whether anything may be learned from, or analysed of, an account. Every user of content asks this."""
    out = select(opt_outs.c.subject).where(opt_outs.c.subject.in_([account, project])).limit(1)
    return tx.execute(out).first() is None


def answerable(tx: Transaction, request: str, *wishes: Wish, by: str) -> Request:
    """Return a request that may be answered, locked.

    Raises NoSuchPrivacyRequest, PrivacyRequestClosed, AnotherWish, IdentityUnchecked, SameHand.
    """
    found = _open(tx, request)
    if found.wish not in wishes:
        raise AnotherWish(found)
    if found.checked_by is None:
        raise IdentityUnchecked(found.id)
    hand = people.human_of(tx, by)
    if hand is not None and hand == people.human_of(tx, found.checked_by):
        raise SameHand(by)
    return found


def subjects_of(found: Request) -> Iterator[Subject]:
    """Give each subject of a request."""
    return (Subject(found.kind, each) for each in found.subjects)


def _lines(tx: Transaction, edges: Edges, archive: Archive, found: Request) -> Iterator[dict[str, Any]]:
    days = {each.value: None if kept is None else kept.days for each, kept in archive.periods.items()}
    yield {
        "what": "about",
        "request": found.id,
        "of": found.kind.value,
        "subjects": list(found.subjects),
        "made_at": edges.clock().isoformat(),
        "kept_for_days": days,
        "backups_kept_days": archive.backups_kept_days,
        "nothing_is_learned_from_it": [each for each in found.subjects if not may_analyse(tx, each)],
    }
    for subject in subjects_of(found):
        for holder in archive.holders:
            for entry in holder.holds(tx, subject):
                # That something is on hold is for staff: an order may forbid telling of it.
                shown = {name: value for name, value in entry.items() if name != "on_hold"}
                yield {**shown, "what": holder.name, "of": subject.id}


def _sums(lines: Iterable[dict[str, Any]]) -> dict[str, Any]:
    counts: dict[str, int] = {}
    without = 0
    for each in lines:
        counts[each["what"]] = counts.get(each["what"], 0) + 1
        without += bool(each.get("zero_retention"))
    counts.pop("about", None)
    return {"entries": counts, "without_retention": without}


def _joined(kept: Iterable[Kept]) -> list[Kept]:
    sums: dict[tuple[str, str, str | None], int] = {}
    for each in kept:
        place = (each.what, each.why, each.until)
        sums[place] = sums.get(place, 0) + each.count
    return [Kept(what=what, why=why, until=until, count=n) for (what, why, until), n in sums.items() if n]


def _subjects(tx: Transaction, wish: Wish, kind: Whose, given: Sequence[str]) -> tuple[str, ...]:
    asked = tuple(dict.fromkeys(given))
    if not 1 <= len(asked) <= _MOST:
        raise BadWish(f"A request of {len(asked)} subjects.", hint=f"1 to {_MOST}.")
    if kind is Whose.PERSON:
        if len(asked) > 1 or wish in (Wish.OPT_OUT, Wish.OPT_IN):
            raise BadWish(f"A {wish.value} of {len(asked)} people here.", hint="One person, and not an opt-out.")
        return (PersonId(people.find(tx, asked[0]).id),)
    if kind is Whose.PROJECT:
        if wish not in (Wish.OPT_OUT, Wish.OPT_IN):
            raise BadWish(f"A project cannot {wish.value}.", hint="Its end users and people can; it can opt out.")
        return tuple(find_project(tx, each).id for each in asked)
    wrong = [each for each in asked if not each.startswith(("ac_", "key_"))]
    if wrong:
        raise BadWish(f"{wrong[0]!r} is no account.", hint="Give its id, or key or project and the end user's name.")
    return asked


def _open(tx: Transaction, request: str) -> Request:
    row = tx.execute(select(requests).where(requests.c.id == request).with_for_update()).first()
    if row is None:
        raise NoSuchPrivacyRequest(request)
    found = _request(row)
    if found.state is not State.OPEN:
        raise PrivacyRequestClosed(found.id, found.state)
    return found


def _answered(tx: Transaction, edges: Edges, found: Request, told: dict[str, Any], by: str) -> Request:
    counts = {name: value for name, value in told.items() if isinstance(value, int)}
    counts |= {f"removed.{name}": value for name, value in told.get("removed", {}).items()}
    counts |= {f"kept.{each['why']}": each["count"] for each in told.get("kept", ())}
    digest = told.get("file_digest")
    edges.record(tx, PrivacyAnswered(request=found.id, wish=found.wish, counts=counts, file_digest=digest, by=by))
    return _close(tx, edges, found, State.ANSWERED, told, by)


def _close(tx: Transaction, edges: Edges, found: Request, state: State, told: dict[str, Any], by: str) -> Request:
    values = {"state": state, "closed_at": edges.clock(), "closed_by": by, "answer": told}
    tx.execute(update(requests).where(requests.c.id == found.id).values(values))
    return find(tx, found.id)


def _request(row: Row[Any]) -> Request:
    fields = {name: getattr(row, name) for name in Request.__struct_fields__}
    given = {"wish": Wish(row.wish), "kind": Whose(row.kind), "state": State(row.state)}
    checked = Checked(row.checked) if row.checked else None
    return Request(**fields | given | {"subjects": tuple(row.subjects), "checked": checked})

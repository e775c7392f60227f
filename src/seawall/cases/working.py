"""What reviewers do in a case besides settling it: note, look at what was written, hand it on, say who may see it."""

from collections.abc import Sequence
from hashlib import sha256

import msgspec

from seawall.access.people import people
from seawall.access.people.model import NoSuchPerson
from seawall.cases import words
from seawall.cases.claims import renew
from seawall.cases.errors import BadReaders, CaseClosed, NobodyCouldTake, NoSuchQueue, SealedStays
from seawall.cases.model import SEALED_QUEUE, UNSETTLED, Case, State
from seawall.cases.office import Office
from seawall.cases.permits import Step, permit, settling, takers
from seawall.cases.rows import change, events_of, find, lock, trail
from seawall.enforce.staff import checked_code
from seawall.store import Transaction
from seawall.vocabulary.ids import ItemId
from seawall.vocabulary.records.cases import CaseMoved, CaseNoted, CaseReadersChanged, CaseViewed

_MOST_READERS = 50


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What was written around a case, as far as it is kept: the report, notes by item, request and answer."""

    words: str | None
    notes: dict[str, str | None]
    request: str | None
    answer: str | None


def note(tx: Transaction, office: Office, case: str, text: str, *, by: str) -> Case:
    """Write a note for whoever works on a case. Raises NoSuchCase, NotPermitted, BadWords."""
    said, found = words.checked("note", text), lock(tx, case)
    permit(tx, office, found, settling(found), by)
    item = words.keep(tx, office, said, owner=found.id)
    digest = sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
    changed = renew(tx, office, change(tx, found), by=by)
    trail(tx, office.edges, found, "noted", by, CaseNoted(case=found.id, item=item, digest=digest, by=by), item=item)
    return changed


def look(tx: Transaction, office: Office, case: str, *, notes: Sequence[str], by: str) -> Seen:
    """Show what people and models wrote, which is recorded. Raises NoSuchCase."""
    found = find(tx, case)
    permit(tx, office, found, Step.READ, by)
    renew(tx, office, found, by=by)
    about = office.exchanges(tx, found.exchange) if found.exchange is not None else None
    places = (about.input_item, about.output_item) if about is not None else (None, None)
    # Only what was written in this very case: an id alone opens nothing.
    own = {each.item for each in events_of(tx, found.id) if each.item}
    mine = [ItemId(each) for each in notes if each in own]
    items = tuple(ItemId(each) for each in (found.words, *mine, *places) if each)
    trail(
        tx, office.edges, found, "viewed", by, CaseViewed(case=found.id, items=items, by=by), told={"items": len(items)}
    )
    request, answer = (words.read(tx, office, each) for each in places)
    return Seen(
        words=words.read(tx, office, found.words),
        notes={each: words.read(tx, office, each) for each in mine},
        request=request,
        answer=answer,
    )


def move(tx: Transaction, office: Office, case: str, queue: str, *, reason_code: str, by: str) -> Case:
    """Hand a case to another queue; to that of child safety it is sealed for good.

    Raises NoSuchCase, NotPermitted, CaseClosed, NoSuchQueue, SealedStays, NobodyCouldTake, BadReasonCode; the case
    stays where it is then.
    """
    checked_code(reason_code)
    found = lock(tx, case)
    permit(tx, office, found, settling(found), by)
    if found.state not in UNSETTLED:
        raise CaseClosed(found)
    if found.sealed:
        raise SealedStays(found)
    if queue not in (*office.rules.queues, SEALED_QUEUE):
        raise NoSuchQueue(queue, (*office.rules.queues, SEALED_QUEUE))
    sealed = queue == SEALED_QUEUE
    could, wanted = takers(tx, office, sealed=sealed)
    if not could:
        raise NobodyCouldTake(queue, wanted)
    state = State.WAITING if found.state is State.WAITING else State.OPEN
    moved = change(tx, found, queue=queue, sealed=sealed, state=state, claimed_by=None, claimed_human=None,
                   claim_until=None)  # fmt: skip
    body = CaseMoved(case=found.id, from_queue=found.queue, to_queue=queue, reason_code=reason_code, by=by)
    trail(
        tx, office.edges, moved, "moved", by, body, told={"from": found.queue, "to": queue, "reason_code": reason_code}
    )
    return moved


def change_readers(tx: Transaction, office: Office, case: str, readers: Sequence[str] | None, *, by: str) -> Case:
    """Say who alone may see a case; None leaves it to the roles again. Raises NoSuchCase, NotPermitted, BadReaders."""
    found = lock(tx, case)
    permit(tx, office, found, Step.CHANGE_READERS, by)
    named = None if readers is None else tuple(sorted(set(readers)))
    if named is not None:
        _check_readers(tx, named)
    changed = change(tx, found, readers=None if named is None else list(named))
    body = CaseReadersChanged(case=found.id, readers=named, by=by)
    trail(
        tx, office.edges, changed, "readers_changed", by, body, told={"readers": None if named is None else len(named)}
    )
    return changed


def _check_readers(tx: Transaction, readers: Sequence[str]) -> None:
    if not 1 <= len(readers) <= _MOST_READERS:
        raise BadReaders(f"{len(readers)} readers were named.", hint=f"1 to {_MOST_READERS}, or none to leave it open.")
    for each in readers:
        try:
            active = people.find(tx, each).active
        except NoSuchPerson:
            active = False
        if not active:
            raise BadReaders(f"{each!r} is nobody who could read it.", hint="`seawall people list` shows who is there.")

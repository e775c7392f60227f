"""Steps in a case that ask for something first: let wait, hand on, merge, note, reopen, say who may see it.

Each is a page of its own address, where what is wrong is told in the form.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from fastapi import Request
from fastapi.responses import Response

from seawall.cases import claims, deciding, merging, working
from seawall.cases.model import SEALED_QUEUE, Case
from seawall.cases.office import Office
from seawall.cases.permits import Step, permit
from seawall.cases.rows import find
from seawall.store import Transaction
from seawall.vocabulary.errors import SeawallError
from seawall.web.console.cases import around, words
from seawall.web.console.cases.case import REFUSALS
from seawall.web.console.cases.shelf import OPEN, SEALED, Shelf
from seawall.web.console.forms import Field, Ticked
from seawall.web.console.naming import entered_person
from seawall.web.console.page import page, sent_to
from seawall.web.offices import known, office_of
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

Given = Mapping[str, str]
_LONGEST_NOTE = 10_000


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One step: its page, its fields for a case, what it does, and what is said then."""

    path: str
    right: str
    title: str
    lead: str
    submit: str
    said: str
    fields: Callable[[Transaction, Office, Case, str], tuple[Field, ...]]
    does: Callable[[Transaction, Office, Case, Mapping[str, Sequence[str]], str], Case]


def _why(codes: tuple[str, ...]) -> Field:
    return Field(
        name="reason_code", label="Why, as a code", hint="On record: small letters.", required=True, longest=40,
        suggest=codes, words=("reason code",),
    )  # fmt: skip


def _one(given: Mapping[str, Sequence[str]], name: str) -> str:
    return given.get(name, ("",))[0].strip()


def _queues(_tx: Transaction, office: Office, case: Case, _by: str) -> tuple[Field, ...]:
    others = [(name, f"{name}: {what}") for name, what in office.rules.document.queues.items() if name != case.queue]
    sealed = (SEALED_QUEUE, "child_safety: seals the case for good; only its reviewers see it from then on")
    return (Field(name="queue", label="Queue", kind="select", options=(*others, sealed)), _why(words.MOVES))


def _others(tx: Transaction, _office: Office, case: Case, by: str) -> tuple[Field, ...]:
    known_ = around.mergeable(case, around.others(tx, case, by))
    options = tuple(
        (each.id, f"{words.called(each)}, {words.ORIGINS[each.origin].lower()}, {each.id}") for each in known_
    )
    if not options:
        return ()
    hint = "Unsettled ones about the same account. What you settle here settles them."
    return (Field(name="cases", label="Which go into this one", kind="ticks", options=options, hint=hint),)


def _note(_tx: Transaction, _office: Office, _case: Case, _by: str) -> tuple[Field, ...]:
    hint = "For whoever works on the case. It is kept in the vault; the record has its digest."
    return (
        Field(name="text", label="Note", kind="area", hint=hint, required=True, longest=_LONGEST_NOTE, words=("note",)),
    )


def _readers(_tx: Transaction, _office: Office, _case: Case, _by: str) -> tuple[Field, ...]:
    hint = (
        "One a line, by identifier or address. Nobody else sees the case then, whatever their role. Empty: the roles."
    )
    return (Field(name="readers", label="Who alone may see it", kind="area", hint=hint, longest=4000),)


def _coded(codes: tuple[str, ...]) -> Callable[[Transaction, Office, Case, str], tuple[Field, ...]]:
    return lambda _tx, _office, _case, _by: (_why(codes),)


def _pause(tx: Transaction, office: Office, case: Case, given: Mapping[str, Sequence[str]], by: str) -> Case:
    return claims.pause(tx, office, case.id, reason_code=_one(given, "reason_code"), by=by)


def _move(tx: Transaction, office: Office, case: Case, given: Mapping[str, Sequence[str]], by: str) -> Case:
    code = _one(given, "reason_code")
    return working.move(tx, office, case.id, _one(given, "queue"), reason_code=code, by=by)


def _merge(tx: Transaction, office: Office, case: Case, given: Mapping[str, Sequence[str]], by: str) -> Case:
    return merging.merge(tx, office, case.id, given.get("cases", ()), by=by)


def _noted(tx: Transaction, office: Office, case: Case, given: Mapping[str, Sequence[str]], by: str) -> Case:
    return working.note(tx, office, case.id, given.get("text", ("",))[0], by=by)


def _reopen(tx: Transaction, office: Office, case: Case, given: Mapping[str, Sequence[str]], by: str) -> Case:
    return deciding.reopen(tx, office, case.id, reason_code=_one(given, "reason_code"), by=by)


def _read_by(tx: Transaction, office: Office, case: Case, given: Mapping[str, Sequence[str]], by: str) -> Case:
    return working.change_readers(tx, office, case.id, list(given.get("readers", ())) or None, by=by)


def _asks(shelf: Shelf) -> tuple[Ask, ...]:
    return (
        Ask(
            path="pause", right=shelf.decide, title="Let the case wait", submit="Let it wait", said="case_paused",
            lead="For something outside. Its clock stands still meanwhile, and it is free for anybody to go on with.",
            fields=_coded(words.WAITS), does=_pause,
        ),
        Ask(
            path="move", right=shelf.decide, title="Escalate, or hand on", submit="Hand it on", said="case_moved",
            lead="To another queue. Where nobody could take it there, it stays here, open, and you are told.",
            fields=_queues, does=_move,
        ),
        Ask(
            path="merge", right=shelf.decide, title="Merge others into it", submit="Merge", said="case_merged",
            lead="Where several cases are one thing.", fields=_others, does=_merge,
        ),
        Ask(
            path="notes", right=shelf.decide, title="Write a note", submit="Keep the note", said="case_noted",
            lead="", fields=_note, does=_noted,
        ),
        Ask(
            path="reopen", right=shelf.reopen, title="Reopen the case", submit="Reopen", said="case_reopened",
            lead="What followed holds until it is settled anew; then it is taken back.",
            fields=_coded(words.REOPENS), does=_reopen,
        ),
        Ask(
            path="readers", right=shelf.readers, title="Say who may see it", submit="Keep it", said="readers_changed",
            lead="Such as where a colleague is concerned.", fields=_readers, does=_read_by,
        ),
    )  # fmt: skip


def routes(shelf: Shelf) -> Routes:
    """Return the pages of steps in one kind of cases."""
    made = Routes(shelf.path, tags=["console"])
    for ask in _asks(shelf):
        # Of a sealed case there is no other queue.
        if not (shelf.sealed and ask.path == "move"):
            _declare(made, shelf, ask)
    return made


def _declare(made: Routes, shelf: Shelf, ask: Ask) -> None:
    @made.get(f"/{{case}}/{ask.path}", needs=may(ask.right, of="case"))
    def show(case: str, request: Request, signed: Caller) -> Response:
        """Ask for what the step takes."""
        return _asked(request, signed, shelf, case, ask, {})

    @made.post(f"/{{case}}/{ask.path}", needs=may(ask.right, of="case"))
    def do(case: str, request: Request, signed: Caller, given: Ticked) -> Response:
        """Do it."""
        entered = _resolved(request, signed, given) if ask.path == "readers" else given
        try:
            with house_of(request).database.begin() as tx:
                found = find(tx, known(tx, case, sealed=shelf.sealed))
                done = ask.does(tx, office_of(request), found, entered, signed.person.id)
        except REFUSALS as error:
            return _asked(request, signed, shelf, case, ask, given, error)
        if done.sealed is not shelf.sealed:
            # Who sealed it does not see it any more, unless they may.
            return sent_to(shelf.path, "case_sealed")
        return sent_to(shelf.where(done.id), ask.said)


def _resolved(request: Request, signed: Signed, given: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    lines = [line.strip() for line in "\n".join(given.get("readers", ())).splitlines() if line.strip()]
    return {"readers": [entered_person(request, signed, each) for each in lines[:200]]}


def _asked(
    request: Request,
    signed: Signed,
    shelf: Shelf,
    name: str,
    ask: Ask,
    given: Mapping[str, Sequence[str]],
    error: SeawallError | None = None,
) -> Response:
    office = office_of(request)
    with house_of(request).database.begin() as tx:
        case = find(tx, known(tx, name, sealed=shelf.sealed))
        permit(tx, office, case, Step.READ, signed.person.id)
        fields = ask.fields(tx, office, case, signed.person.id)
    values: dict[str, Any] = {each.name: _kept(each, given) for each in fields}
    if ask.path == "readers" and not given and case.readers is not None:
        values["readers"] = "\n".join(case.readers)
    return page(
        request,
        "cases/ask.html",
        title=ask.title,
        lead=ask.lead,
        steps=(*shelf.steps, (words.called(case), shelf.where(case.id))),
        fields=fields,
        values=values,
        error=error,
        submit=ask.submit,
        back=shelf.where(case.id),
    )


def _kept(field: Field, given: Mapping[str, Sequence[str]]) -> Any:
    found = tuple(given.get(field.name, ()))
    return found if field.kind == "ticks" else "".join(found[:1])


ROUTES = (routes(OPEN), routes(SEALED))

"""Sign a release off: on exactly the statement that was agreed to, with everything that it rests on as it was then."""

import json

import msgspec

from seawall.access.approvals import Act
from seawall.access.approvals.acts import Given
from seawall.access.approvals.requests import executed_now, find, votes_on
from seawall.access.rights import Resource
from seawall.app.instance import Instance
from seawall.app.risks import board
from seawall.app.voting import SIGN_OFF
from seawall.risk import Release, ready, sign_off
from seawall.risk import find as find_release
from seawall.risk.errors import StatementChanged
from seawall.risk.signing import refuse_own, stated
from seawall.store import Transaction
from seawall.vocabulary.ids import PersonId

ACTION, KIND = SIGN_OFF, "Release"


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which release; `lacking` is what whoever asks knows to be missing: all of it, by its codes."""

    release: str
    lacking: tuple[str, ...]


class SignOff(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which release, on the statement with which digest, and what that says is missing."""

    release: str
    statement: str
    missing: tuple[str, ...]


def acts(instance: Instance) -> tuple[Act, ...]:
    """Return the act."""
    deciding = board(instance)

    def admits(tx: Transaction, by: PersonId, given: Wanted | SignOff) -> None:
        refuse_own(tx, find_release(tx, deciding, given.release), by)

    def staged(tx: Transaction, given: Wanted) -> SignOff:
        made = stated(tx, deciding, given.release, given.lacking)
        return SignOff(release=given.release, statement=made.sha256, missing=made.missing)

    def about(tx: Transaction, given: SignOff) -> Resource:
        if stated(tx, deciding, given.release, given.missing).sha256 != given.statement:
            raise StatementChanged(given.release)
        return Resource(kind=KIND, id=given.release)

    def says(tx: Transaction, given: SignOff) -> str:
        found = find_release(tx, deciding, given.release)
        made = stated(tx, deciding, given.release, given.missing)
        if made.sha256 != given.statement:
            raise StatementChanged(given.release)
        return "\n".join([*_head(found), "", "The statement, word for word:", _pretty(made.text)])

    def carry_out(tx: Transaction, by: PersonId, given: SignOff) -> Given:
        approval = executed_now(tx, ACTION, given.release)
        asked = find(tx, instance.edges(), approval)
        agreed = [person for person, approves, _ in votes_on(tx, asked) if approves]
        found = sign_off(tx, deciding, given.release, given.statement, given.missing, by=by, agreed=agreed)
        return {"release": found.id, "record": found.record, "statement": found.statement}

    return (
        Act(
            action=ACTION,
            takes=SignOff,
            about=about,
            says=says,
            carry_out=carry_out,
            hands_in=Wanted,
            staged=staged,
            admits=admits,
        ),
    )


def _head(found: Release) -> list[str]:
    where = found.applies.replace("_", " ")
    lines = [
        f"Signs off {found.model} {found.version} for {where}, until {found.expires_at:%d %B %Y}. Everybody may read "
        "that it was, with its conditions and with what is missing.",
        f"Stated of its risk: {found.risk.replace('_', ' ')}.",
    ]
    lines += [f"Missing: {each.says}" for each in ready(found)]
    lines += [f"Condition: {each}" for each in found.conditions]
    lines += [f"Document ({each.part.replace('_', ' ')}): {each.title}, {each.sha256}" for each in found.documents]
    return lines


def _pretty(text: str) -> str:
    return json.dumps(json.loads(text), indent=2, ensure_ascii=False)

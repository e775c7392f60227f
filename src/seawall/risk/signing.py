"""Decide on a release: sign it off on exactly the statement that others agreed to, refuse it, withdraw it.

Whoever proposed has no say in it, under any of their accounts: who agreed comes as an argument.
"""

from collections.abc import Iterable

from seawall.risk.board import Board
from seawall.risk.errors import BadRelease, MissingUnnamed, SameHuman, StatementChanged
from seawall.risk.model import Refusal, Release, State, Withdrawal
from seawall.risk.proposing import human
from seawall.risk.rows import change, find, lock
from seawall.risk.statement import Statement, statement
from seawall.store import Transaction
from seawall.vocabulary.records.risk import ReleaseRefused, ReleaseSignedOff, ReleaseWithdrawn
from seawall.vocabulary.retention import Retention


def stated(tx: Transaction, board: Board, release: str, named: Iterable[str]) -> Statement:
    """Return the statement of a proposed release, for whoever names exactly what is missing.

    Raises NoSuchRelease, ReleaseState, DocumentChanged, MissingUnnamed.
    """
    found = lock(tx, board, release, State.PROPOSED)
    made = statement(tx, board, found)
    if set(named) != set(made.missing):
        raise MissingUnnamed(made.missing, sorted(set(named)))
    return made


def sign_off(
    tx: Transaction, board: Board, release: str, digest: str, named: Iterable[str], *, by: str, agreed: Iterable[str]
) -> Release:
    """Sign a release off on the statement with that digest, which is made anew. `agreed` are who agreed to it.

    Raises what `stated` raises, StatementChanged, BadRelease, SameHuman.
    """
    made = stated(tx, board, release, named)
    found = find(tx, board, release)
    if made.sha256 != digest:
        raise StatementChanged(found.id)
    now = board.edges.clock()
    if found.expires_at <= now:
        raise BadRelease(f"{found.id} expired before it was signed off.", hint="Propose it anew.")
    refuse_own(tx, found, by, *agreed)
    body = ReleaseSignedOff(
        release=found.id,
        model=found.model,
        version=found.version,
        applies=found.applies,
        risk=found.risk,
        decision="allowed_with_conditions" if found.conditions else "allowed",
        statement=made.sha256,
        conditions=found.conditions,
        missing=made.missing,
        expires_at=found.expires_at.isoformat(),
        by=by,
    )
    record = board.edges.record(tx, body)
    signed = {"state": State.SIGNED_OFF, "statement": made.sha256, "missing": list(made.missing), "record": record}
    return change(tx, board, found, **signed, decided_by=by, decided_at=now)


def refuse_own(tx: Transaction, release: Release, *people: str) -> None:
    """Let nobody have a say in what they proposed. Raises SameHuman."""
    if release.proposed_human in {human(tx, each) for each in people}:
        raise SameHuman(release.id)


def refuse(tx: Transaction, board: Board, release: str, *, code: Refusal, reason: str, by: str) -> Release:
    """Refuse a proposed release; why is kept in the vault. Raises NoSuchRelease, ReleaseState, BadRelease."""
    found = lock(tx, board, release, State.PROPOSED)
    if not reason.strip():
        raise BadRelease("A refusal says why.", hint="Whoever proposed reads it.")
    item = board.edges.vault.put(tx, reason.encode(), owner=found.id, retention=Retention.EVIDENCE)
    board.edges.record(tx, ReleaseRefused(release=found.id, reason_code=code, by=by))
    told = {"state": State.REFUSED, "reason": item, "reason_code": code}
    return change(tx, board, found, **told, decided_by=by, decided_at=board.edges.clock())


def withdraw(tx: Transaction, board: Board, release: str, *, code: Withdrawal, by: str) -> Release:
    """Take a proposal back, or end a sign-off before its time. Raises NoSuchRelease, ReleaseState."""
    found = lock(tx, board, release, State.PROPOSED, State.SIGNED_OFF)
    signed = found.state is State.SIGNED_OFF
    board.edges.record(tx, ReleaseWithdrawn(release=found.id, signed_off=signed, reason_code=code, by=by))
    told = {"state": State.WITHDRAWN, "reason_code": code, "withdrawn_by": by, "withdrawn_at": board.edges.clock()}
    return change(tx, board, found, **told)

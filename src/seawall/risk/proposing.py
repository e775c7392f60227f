"""Propose a release with its documents, and hand in more of them while nothing is decided."""

import re
from hashlib import sha256
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from seawall.access.people import people
from seawall.access.people.model import NoSuchPerson
from seawall.risk.board import Board
from seawall.risk.errors import BadRelease, NoSuchDocument, ProposedAlready
from seawall.risk.model import Brought, Part, Plan, Release, State
from seawall.risk.rows import find, lock
from seawall.risk.tables import documents, releases
from seawall.store import Transaction
from seawall.vocabulary.ids import ReleaseId, new_id
from seawall.vocabulary.records.risk import ReleaseDocumentAttached, ReleaseProposed
from seawall.vocabulary.retention import Retention

LONGEST = 1024 * 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/ +-]{0,99}")
_MOST = 20


def propose(tx: Transaction, board: Board, plan: Plan, *, by: str) -> Release:
    """Propose a release. Raises BadRelease, NoSuchDocument, ProposedAlready."""
    _checked(board, plan)
    made, now = ReleaseId(new_id("rl")), board.edges.clock()
    row: dict[str, Any] = {name: getattr(plan, name) for name in ("model", "version", "applies", "risk", "expires_at")}
    row |= {"id": made, "conditions": [each.strip() for each in plan.conditions], "missing": []}
    row |= {"state": State.PROPOSED, "proposed_by": by, "proposed_human": human(tx, by), "proposed_at": now}
    try:
        with tx.begin_nested():
            tx.execute(insert(releases).values(row))
    except IntegrityError:
        raise ProposedAlready(plan.model, plan.version, plan.applies) from None
    for each in plan.documents:
        _keep(tx, board, made, each)
    found = find(tx, board, made)
    board.edges.record(
        tx,
        ReleaseProposed(
            release=made,
            model=found.model,
            version=found.version,
            applies=found.applies,
            risk=found.risk,
            documents=tuple(each.sha256 for each in found.documents),
            expires_at=found.expires_at.isoformat(),
            by=by,
        ),
    )
    return found


def attach(tx: Transaction, board: Board, release: str, document: Brought, *, by: str) -> Release:
    """Hand a document in, or another in the place of one of the same title; what was agreed to is void with it.

    Raises NoSuchRelease, ReleaseState, BadRelease, NoSuchDocument.
    """
    found = lock(tx, board, release, State.PROPOSED)
    if len(found.documents) >= _MOST:
        raise BadRelease(f"{found.id} has {_MOST} documents already.", hint="Put several into one.")
    digest = _keep(tx, board, found.id, document)
    board.edges.record(tx, ReleaseDocumentAttached(release=found.id, part=document.part, digest=digest, by=by))
    return find(tx, board, found.id)


def human(tx: Transaction, by: str) -> str:
    """Return the human behind an account; whoever acts on the host is nobody else's account."""
    try:
        return people.find(tx, by).human
    except NoSuchPerson:
        return by


def _keep(tx: Transaction, board: Board, release: ReleaseId, given: Brought) -> str:
    digest, title, item = _read(tx, board, given), given.title.strip(), None
    if given.content is not None:
        item = board.edges.vault.put(tx, given.content, owner=release, retention=Retention.EVIDENCE)
    else:
        title = title or board.public(tx, digest) or ""
    if not title or len(title) > 120 or not title.isprintable():
        raise BadRelease("A document has a title of up to 120 characters.", hint="Name what it is.")
    row = {"release": release, "title": title, "part": given.part, "sha256": digest, "item": item}
    tx.execute(upsert(documents).values(row).on_conflict_do_update(index_elements=["release", "title"], set_=row))
    return digest


def _read(tx: Transaction, board: Board, given: Brought) -> str:
    if (given.content is None) is (given.public is None):
        raise BadRelease("A document is a file, or the digest of a public one.", hint="Give one of the two.")
    if given.public is not None:
        if board.public(tx, given.public) is None:
            raise NoSuchDocument(
                f"No public document has the digest {given.public[:12]!r}.", hint="Publish it first, or hand in a file."
            )
        return given.public
    content = given.content or b""
    if not content or len(content) > LONGEST:
        raise BadRelease(f"{given.title!r} has {len(content)} bytes.", hint=f"It takes 1 to {LONGEST} of them.")
    return sha256(content).hexdigest()


def _checked(board: Board, plan: Plan) -> None:
    for name in ("model", "version"):
        if not _NAME.fullmatch(getattr(plan, name)):
            raise BadRelease(
                f"{getattr(plan, name)!r} is no {name}.", hint="Up to 100 letters, digits and . _ : / + - or spaces."
            )
    if plan.expires_at <= board.edges.clock():
        raise BadRelease("It would have expired before it is signed off.", hint="Let it expire later.")
    if Part.DETERMINATION not in {each.part for each in plan.documents}:
        raise BadRelease(
            "No document states what is determined of the risk.", hint="Hand in one as `determination`: it is voted on."
        )
    if len(plan.documents) > _MOST or len(plan.conditions) > _MOST:
        raise BadRelease(f"There are more than {_MOST} documents or conditions.", hint="Put several into one.")
    titles = [each.title.strip() for each in plan.documents if each.title.strip()]
    if len(set(titles)) != len(titles):
        raise BadRelease("Two documents have the same title.", hint="Name each for what it is.")
    for each in plan.conditions:
        if not each.strip() or len(each) > 300 or not each.isprintable():
            raise BadRelease("A condition is one line of up to 300 characters.", hint="It is published as it stands.")

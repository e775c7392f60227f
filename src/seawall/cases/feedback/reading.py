"""Find feedback, and open its words for whoever answers; what of the answers everybody may read."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, select

from seawall.cases import words
from seawall.cases.feedback.model import Feedback, NoSuchFeedback, Opened, Public
from seawall.cases.feedback.tables import feedback
from seawall.cases.office import Office
from seawall.store import Transaction


def every(tx: Transaction, *, only_open: bool = False) -> Sequence[Feedback]:
    """Return feedback, newest first; what waits for an answer oldest first, where only that is asked for."""
    chosen = select(feedback).order_by(feedback.c.id.desc())
    if only_open:
        chosen = select(feedback).where(feedback.c.answered_at.is_(None)).order_by(feedback.c.id)
    return [_feedback(row) for row in tx.execute(chosen).mappings()]


def find(tx: Transaction, name: str, *, lock: bool = False) -> Feedback:
    """Return feedback by its id, locked for a change where that is wanted. Raises NoSuchFeedback."""
    chosen = select(feedback).where(feedback.c.id == name)
    row = tx.execute(chosen.with_for_update() if lock else chosen).mappings().first()
    if row is None:
        raise NoSuchFeedback(name)
    return _feedback(row)


def opened(tx: Transaction, office: Office, found: Feedback) -> Opened:
    """Return the words of feedback, None for what is kept no more."""
    items = (found.words, found.contact, found.answer, found.public)
    said, contact, answer, public = (words.read(tx, office, item) for item in items)
    return Opened(words=said, contact=contact, answer=answer, public=public)


def public(tx: Transaction, office: Office) -> tuple[Public, ...]:
    """Return the answers that everybody may read, oldest first, without those that were erased."""
    chosen = select(feedback).where(feedback.c.public.is_not(None)).order_by(feedback.c.answered_at, feedback.c.id)
    made = []
    for each in map(_feedback, tx.execute(chosen).mappings()):
        said = words.read(tx, office, each.public)
        if said is not None and each.answered_at is not None and each.record is not None:
            made.append(Public(about=each.about, at=each.answered_at, words=said, record=each.record))
    return tuple(made)


def _feedback(row: RowMapping) -> Feedback:
    return Feedback(**row)

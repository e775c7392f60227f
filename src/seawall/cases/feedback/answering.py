"""Answer feedback, once: told by its link and by letter, and, as far as the answerer says, to everybody on the hub."""

from hashlib import sha256

from sqlalchemy import update

from seawall import outbox
from seawall.cases import words
from seawall.cases.feedback.model import Answer, AnsweredAlready, Feedback
from seawall.cases.feedback.reading import find
from seawall.cases.feedback.tables import feedback
from seawall.cases.office import Office
from seawall.outbox.kinds import FEEDBACK_ANSWERED
from seawall.store import Transaction
from seawall.vocabulary.ids import ItemId
from seawall.vocabulary.records.feedback import FeedbackAnswered, FeedbackAnswerPublished

LONGEST = 4000


def answer(tx: Transaction, office: Office, name: str, given: Answer, *, by: str) -> Feedback:
    """Answer feedback. Of what the person wrote nothing becomes public but what `public` repeats.

    Raises NoSuchFeedback, AnsweredAlready, BadWords, and what `Office.fit_for_all` does.
    """
    found = find(tx, name, lock=True)
    if found.answered_at is not None:
        raise AnsweredAlready(found.id, found.answered_at)
    said = words.checked("answer", given.words, LONGEST)
    public = words.checked("public text", given.public, LONGEST) if given.public.strip() else ""
    office.fit_for_all(public)
    edges, now = office.edges, office.edges.clock()
    kept = words.keep(tx, office, said, owner=found.id)
    edges.record(tx, _answered(found, kept, bool(public), now.isoformat(), by))
    changed = {"answered_at": now, "answered_by": by, "answer": kept, "public": None, "record": None}
    if public:
        stated = FeedbackAnswerPublished(
            feedback=found.id, framework=found.framework, about=found.about, digest=digest(public), by=by
        )
        item = words.keep(tx, office, public, owner=found.id)
        changed |= {"public": item, "record": str(edges.record(tx, stated))}
    tx.execute(update(feedback).where(feedback.c.id == found.id).values(changed))
    _tell(tx, office, found)
    return find(tx, found.id)


def digest(public: str) -> str:
    """Return what the record states of a public text."""
    return sha256(public.encode("utf-8", "surrogatepass")).hexdigest()


def _answered(found: Feedback, kept: ItemId, public: bool, now: str, by: str) -> FeedbackAnswered:
    return FeedbackAnswered(
        feedback=found.id,
        framework=found.framework,
        about=found.about,
        received_at=found.received_at.isoformat(),
        answered_at=now,
        answer_item=kept,
        published=public,
        by=by,
    )


def _tell(tx: Transaction, office: Office, found: Feedback) -> None:
    if found.contact is None:
        return
    letter = outbox.Letter(address=found.contact, language=found.language)
    outbox.publish(
        tx, kind=FEEDBACK_ANSWERED, project="", about=found.id, body={}, at=office.edges.clock(), webhooks=False,
        letters=(letter,),
    )  # fmt: skip

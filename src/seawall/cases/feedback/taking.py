"""Take feedback in, and show whoever wrote it what became of it."""

from datetime import datetime

import msgspec
from sqlalchemy import insert

from seawall.cases import words
from seawall.cases.feedback.model import Feedback, Given
from seawall.cases.feedback.reading import find
from seawall.cases.feedback.tables import feedback
from seawall.cases.links import Opens, issue
from seawall.cases.office import Office
from seawall.cases.reports import BY, LONGEST_CONTACT, checked_address
from seawall.store import Transaction
from seawall.vocabulary.ids import FeedbackId, new_id
from seawall.vocabulary.records.feedback import FeedbackReceived

LONGEST = 4000

__all__ = ["LONGEST", "LONGEST_CONTACT", "Followed", "follow", "take"]


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever wrote sees: that it arrived, and the answer as far as it is still kept."""

    feedback: FeedbackId
    about: str
    at: datetime
    answered_at: datetime | None
    answer: str | None
    shown_to_all: bool


def take(tx: Transaction, office: Office, given: Given) -> tuple[Feedback, str]:
    """Keep what somebody says; return it and the token of the link that leads to its answer.

    Raises BadWords, BadAddress.
    """
    said = words.checked("feedback", given.words, LONGEST)
    contact = checked_address(given.contact) if given.contact.strip() else ""
    name = FeedbackId(new_id("fb"))
    made = Feedback(
        id=name,
        framework=given.framework,
        about=given.about,
        words=words.keep(tx, office, said, owner=name),
        contact=words.keep(tx, office, contact, owner=name) if contact else None,
        language=given.language,
        received_at=office.edges.clock(),
        answered_at=None,
        answered_by=None,
        answer=None,
        public=None,
        record=None,
    )
    tx.execute(insert(feedback).values(msgspec.structs.asdict(made)))
    office.edges.record(tx, FeedbackReceived(feedback=name, framework=made.framework, about=made.about))
    _, token = issue(tx, office, Opens.FEEDBACK, name, project="", key="", account="", by=BY)
    return made, token


def follow(tx: Transaction, office: Office, name: str) -> Followed:
    """Tell whoever wrote what became of it. Raises NoSuchFeedback."""
    found = find(tx, name)
    return Followed(
        feedback=found.id,
        about=found.about,
        at=found.received_at,
        answered_at=found.answered_at,
        answer=words.read(tx, office, found.answer),
        shown_to_all=found.public is not None,
    )

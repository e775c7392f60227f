"""Records of feedback on commitments: that it came in and was answered; that an answer is for everybody."""

from typing import ClassVar

from seawall.vocabulary.ids import FeedbackId, ItemId
from seawall.vocabulary.records.record import Audience, Record


class FeedbackReceived(Record, frozen=True, kw_only=True):
    """Somebody said what they think of a framework or one of its commitments. What they wrote lies in the vault."""

    kind: ClassVar[str] = "feedback.received"
    audience: ClassVar[Audience] = Audience.AUDITOR
    feedback: FeedbackId
    framework: str
    about: str


class FeedbackAnswered(Record, frozen=True, kw_only=True):
    """Feedback was answered, once. `published` says whether the hub shows an answer to everybody."""

    kind: ClassVar[str] = "feedback.answered"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    feedback: FeedbackId
    framework: str
    about: str
    received_at: str
    answered_at: str
    answer_item: ItemId
    published: bool
    by: str


class FeedbackAnswerPublished(Record, frozen=True, kw_only=True):
    """An answer to feedback on a commitment is for everybody. `digest` is that of its text."""

    kind: ClassVar[str] = "feedback.answer_published"
    audience: ClassVar[Audience] = Audience.PUBLIC
    private: ClassVar[frozenset[str]] = frozenset({"by", "feedback"})
    feedback: FeedbackId
    framework: str
    about: str
    digest: str
    by: str


ALL: tuple[type[Record], ...] = (FeedbackReceived, FeedbackAnswered, FeedbackAnswerPublished)

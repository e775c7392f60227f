"""Feedback as values: what somebody says of which commitment, how it was answered, what of the answer is public."""

from datetime import datetime

import msgspec

from seawall.vocabulary.errors import Conflict, NotFound
from seawall.vocabulary.ids import FeedbackId, ItemId, RecordId


class NoSuchFeedback(NotFound):
    """There is no feedback of that id."""

    code = "feedback.unknown"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no feedback {name!r}.", hint="`seawall feedback list` shows what there is.")


class AnsweredAlready(Conflict):
    """Feedback is answered once: whoever wrote it may have read the answer."""

    code = "feedback.answered_already"

    def __init__(self, name: str, at: datetime) -> None:
        super().__init__(
            f"Feedback {name} was answered on {at:%d %B %Y}.", hint=f"`seawall feedback show {name}` tells how."
        )


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says. `about` is a framework or one of its commitments."""

    framework: str
    about: str
    words: str
    contact: str = ""
    language: str = "en"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """How feedback is answered. `public` is what the hub shows; nothing is where it is empty."""

    words: str
    public: str = ""


class Feedback(msgspec.Struct, frozen=True, kw_only=True):
    """Feedback without its words. `words`, `contact`, `answer` and `public` are items of the vault.

    `record` is the public record of an answer that the hub shows.
    """

    id: FeedbackId
    framework: str
    about: str
    words: ItemId
    contact: ItemId | None
    language: str
    received_at: datetime
    answered_at: datetime | None
    answered_by: str | None
    answer: ItemId | None
    public: ItemId | None
    record: RecordId | None


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """The words of feedback, as far as they are still kept."""

    words: str | None
    contact: str | None
    answer: str | None
    public: str | None


class Public(msgspec.Struct, frozen=True, kw_only=True):
    """An answer for everybody, and the record that states its digest."""

    about: str
    at: datetime
    words: str
    record: RecordId

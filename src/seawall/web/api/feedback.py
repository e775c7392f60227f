"""Feedback on commitments, for whoever answers: what came in, what it says, its answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from fastapi import Request
from pydantic import BaseModel, Field

from seawall.cases.feedback import Answer, Feedback, Opened, answering, reading
from seawall.web.house import House
from seawall.web.offices import office_of
from seawall.web.paging import page
from seawall.web.promised import named
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/feedback", tags=["feedback"])


class AnswerGiven(BaseModel):
    """The answer, and what of it everybody may read on the hub; nothing where that is empty."""

    words: str = Field(max_length=answering.LONGEST * 2)
    public: str = Field(default="", max_length=answering.LONGEST * 2)


class FeedbackShown(BaseModel):
    """Feedback without its words. `title` is what it is about, in the words of the register."""

    id: str
    framework: str
    about: str
    title: str
    received_at: datetime
    answered_at: datetime | None
    answered_by: str | None
    published: bool
    record: str | None


class FeedbackOpened(FeedbackShown):
    """Feedback with its words; null is what is kept no more, or was not given."""

    words: str | None
    contact: str | None
    answer: str | None
    public: str | None


class FeedbackPage(BaseModel):
    """A page; `next` is the `after` of the page that follows."""

    feedback: list[FeedbackShown]
    next: str


@routes.get("", needs=may("feedback.read"))
def every(request: Request, after: str = "", limit: int = 100, only_open: bool = False) -> FeedbackPage:
    """List feedback, newest first; what waits for an answer oldest first."""
    house = house_of(request)
    with house.database.begin() as tx:
        taken, following = page(reading.every(tx, only_open=only_open), lambda each: str(each.id), after, limit)
    return FeedbackPage(feedback=[FeedbackShown(**_told(house, each)) for each in taken], next=following)


@routes.get("/{feedback}", needs=may("feedback.read", of="feedback"))
def show(feedback: str, request: Request) -> FeedbackOpened:
    """Show feedback with its words."""
    house, office = house_of(request), office_of(request)
    with house.database.begin() as tx:
        found = reading.find(tx, feedback)
        said = reading.opened(tx, office, found)
    return opened(house, found, said)


@routes.post("/{feedback}/answer", needs=may("feedback.answer", of="feedback"))
def answer(feedback: str, given: AnswerGiven, request: Request, signed: Caller) -> FeedbackOpened:
    """Answer feedback, once."""
    house, office = house_of(request), office_of(request)
    with house.database.begin() as tx:
        done = answering.answer(tx, office, feedback, Answer(**given.model_dump()), by=signed.person.id)
        said = reading.opened(tx, office, done)
    return opened(house, done, said)


def opened(house: House, found: Feedback, said: Opened) -> FeedbackOpened:
    """Return feedback with its words, as the API shows it."""
    return FeedbackOpened(**_told(house, found), **msgspec.structs.asdict(said))


def _told(house: House, found: Feedback) -> Mapping[str, Any]:
    promise = named(house.book, found.about)
    names = ("id", "framework", "about", "received_at", "answered_at", "answered_by", "record")
    told = {name: getattr(found, name) for name in names}
    return told | {
        "title": found.about if promise is None else promise.shown,
        "published": found.public is not None,
    }

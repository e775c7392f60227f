"""What the routes of approvals take and show."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class Wanted(BaseModel):
    """One exact act, and why."""

    act: str = Field(max_length=60)
    parameters: dict[str, Any]
    reason: str = Field(min_length=1, max_length=4000)


class VoteGiven(BaseModel):
    """A vote on exactly what its `digest` binds, as it was shown."""

    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    approves: bool


class ReviewGiven(BaseModel):
    """Whether acting alone was justified, and why."""

    justified: bool
    words: str = Field(default="", max_length=4000)


class RequestShown(BaseModel):
    """A request as lists show it."""

    id: str
    act: str
    kind: str
    thing: str
    digest: str
    requester: str
    requester_name: str
    state: str
    alone: bool
    asked_at: datetime
    ends_at: datetime
    closed_at: datetime | None


class VoteShown(BaseModel):
    """A vote that was given."""

    person: str
    name: str
    approves: bool
    at: datetime


class ReviewShown(BaseModel):
    """What somebody found of acting alone, and why."""

    person: str
    name: str
    justified: bool
    words: str
    at: datetime


class Approver(BaseModel):
    """Somebody in a role with a seat, and what is against their approval; empty where nothing is."""

    person: str
    name: str
    against: str


class RequestWhole(RequestShown):
    """A request with exactly what is asked for, what will happen, who agreed and who could."""

    parameters: dict[str, Any] | None
    review_by: datetime | None
    reviews_wanted: int
    will: str
    reason: str
    rules: str
    seats: list[list[str]]
    votes: list[VoteShown]
    reviews: list[ReviewShown]
    approvers: list[Approver]


class RequestsPage(BaseModel):
    """A page of requests, newest first; `next` is the `after` of the page that follows."""

    requests: list[RequestShown]
    next: str


class AlarmShown(BaseModel):
    """Somebody acts alone (`broken`), or reviews of it are missing (`overdue`)."""

    request: str
    what: str
    at: datetime


class InboxShown(BaseModel):
    """What waits for whoever is signed in."""

    to_vote: list[RequestShown]
    alarms: list[AlarmShown]


class DoneShown(BaseModel):
    """What was carried out; `shown` may hold what nothing shows again."""

    request: RequestShown
    shown: dict[str, Any]

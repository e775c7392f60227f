"""Engagements and testers as values, and what is refused about them."""

from datetime import datetime
from enum import StrEnum

import msgspec

from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.vocabulary.ids import EngagementId, ItemId, KeyId, PersonId, ProjectId


class State(StrEnum):
    """Where an engagement is."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"


class Check(StrEnum):
    """What somebody looked at before they let a tester in."""

    IDENTITY_DOCUMENT = "identity_document"
    EMPLOYER = "employer"
    VIDEO_CALL = "video_call"
    IN_PERSON = "in_person"
    AGREEMENT = "agreement"


class Engagement(msgspec.Struct, frozen=True, kw_only=True):
    """Who tests what, for whom, from when to when, from where, and how much. `purpose` lies in the vault."""

    id: EngagementId
    project: ProjectId
    organisation: str
    purpose: ItemId
    owner: PersonId
    begins: datetime
    ends: datetime
    models: tuple[str, ...]
    addresses: tuple[str, ...]
    request_budget: int | None
    token_budget: int | None
    safeguards: bool
    made_at: datetime
    made_by: str
    ended_at: datetime | None = None
    ended_why: str | None = None

    def state(self, now: datetime) -> State:
        """Return where it is at a moment."""
        if self.ended_at is not None or now >= self.ends:
            return State.ENDED
        return State.PLANNED if now < self.begins else State.RUNNING


class Tester(msgspec.Struct, frozen=True, kw_only=True):
    """A person of an engagement: who looked at what, when. Without a second factor none of their keys work."""

    engagement: EngagementId
    person: PersonId
    checked: Check
    validated_by: str
    validated_at: datetime
    removed_at: datetime | None
    has_factor: bool
    active: bool


class TesterKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key of a tester: what it is called, how its secret begins, and what was used with it."""

    key: KeyId
    person: PersonId
    name: str
    prefix: str
    made_at: datetime
    request_budget: int | None
    token_budget: int | None
    requests: int
    tokens: int
    revoked: bool


class NoSuchEngagement(NotFound):
    """No engagement has that id."""

    code = "access.no_such_engagement"

    def __init__(self, engagement: str) -> None:
        super().__init__(f"There is no engagement {engagement!r}.", hint="`seawall testers list` shows all.")


class NoSuchTester(NotFound):
    """Nobody validated that person for the engagement."""

    code = "access.no_such_tester"

    def __init__(self, engagement: str, person: str) -> None:
        super().__init__(
            f"{person} is no tester of {engagement}.", hint=f"`seawall testers validate {engagement} {person}` first."
        )


class BadEngagement(InvalidInput):
    """An engagement cannot be as it was given."""

    code = "access.bad_engagement"


class EngagementOver(Conflict):
    """The engagement has ended: nothing of it changes any more."""

    code = "access.engagement_over"

    def __init__(self, engagement: str) -> None:
        super().__init__(f"Engagement {engagement} has ended.", hint="Set up another one.")


class SelfValidated(Conflict):
    """Somebody else must validate a tester."""

    code = "access.self_validated"

    def __init__(self, person: str) -> None:
        super().__init__(f"{person} cannot be validated by themselves.", hint="Somebody else must look.")


class NotApproved(SeawallError):
    """Nobody agreed to exactly this."""

    code, status = "access.not_approved", 403

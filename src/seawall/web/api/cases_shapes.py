"""What the routes of cases take, and which actions those of one kind of cases ask for."""

import msgspec
from pydantic import AwareDatetime, BaseModel, Field

from seawall.cases import Outcome, Ruling


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of cases: the actions that reading them and each step takes, of routes and pages alike."""

    read: str
    decide: str
    reopen: str
    readers: str
    sealed: bool


OPEN = Kind(
    read="case.read",
    decide="case.decide",
    reopen="case.reopen",
    readers="case.change_readers",
    sealed=False,
)
SEALED = Kind(
    read="child_safety.read",
    decide="child_safety.decide",
    reopen="child_safety.decide",
    readers="child_safety.decide",
    sealed=True,
)


class CodeGiven(BaseModel):
    """Why, as a code."""

    reason_code: str = Field(max_length=40)


class NoteGiven(BaseModel):
    """A note for whoever works on the case."""

    text: str = Field(max_length=20_000)


class MoveGiven(CodeGiven):
    """To which queue."""

    queue: str = Field(max_length=40)


class ReadersGiven(BaseModel):
    """Who alone may see it; null leaves it to the roles."""

    readers: list[str] | None = Field(max_length=50)


class NextGiven(BaseModel):
    """From which queue; any where none is named."""

    queue: str | None = Field(default=None, max_length=40)


class RulingGiven(CodeGiven):
    """How it is to be settled. `about_right` answers an appeal, or whether a machine's decision was right.

    `unfounded` marks what was filed as manifestly unfounded, which counts against whoever files.
    """

    outcome: Outcome
    reason: str = Field(max_length=20_000)
    until: AwareDatetime | None = None
    per_minute: int | None = None
    about_right: bool | None = None
    unfounded: bool = False

    def ruling(self) -> Ruling:
        """Return it as the room takes it."""
        given = {name: getattr(self, name) for name in Ruling.__struct_fields__}
        return Ruling(**given)

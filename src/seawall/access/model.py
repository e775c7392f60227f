"""Projects, upstreams and callers as values, and what access refuses."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from seawall.access.limits import Limits
from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError
from seawall.vocabulary.ids import KeyId, ProjectId

Api = Literal["messages", "chat"]
LimitField = Literal["max_tokens", "max_completion_tokens"]


class Upstream(msgspec.Struct, frozen=True, kw_only=True):
    """Where requests for a model go. `private` allows an address that is not on the public internet.

    `model` is the name upstream; `credential` is in memory only and stored sealed. `limit_field` is how an upstream of
    Chat Completions calls the limit of tokens when a request of Messages is translated for it.
    """

    name: str
    api: Api
    base_url: str
    model: str
    timeout_s: float = 120.0
    retries: int = 1
    private: bool = False
    limit_field: LimitField = "max_tokens"
    credential: str | None = None


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """A project: its rules of keeping and showing, whose it is and whether that one is banned, and its models."""

    id: ProjectId
    name: str
    zero_retention: bool = False
    images_allowed: bool = False
    appends_notices: bool = False
    steer_share: float = 1.0
    country: str = ""
    organisation: str | None = None
    banned: bool = False
    models: Mapping[str, Upstream] = {}


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever presents a key. `limits` are the conditions of an outside tester; a key of a project has none."""

    project: Project
    key: KeyId
    zero_retention: bool
    limits: Limits | None = None

    @property
    def lifted(self) -> bool:
        """Tell whether this caller is let past the safeguards."""
        return self.limits is not None and not self.limits.safeguards


class KeyHeld(msgspec.Struct, frozen=True, kw_only=True):
    """A working key of a project, as whoever presents it outside the live path."""

    project: ProjectId
    key: KeyId
    zero_retention: bool


class KeyShown(msgspec.Struct, frozen=True, kw_only=True):
    """A key as lists show it, with who answers for it; the secret itself is shown once, when it is made."""

    key: KeyId
    project: ProjectId
    name: str
    owner: str
    prefix: str
    zero_retention: bool | None
    created_at: datetime
    revoked_at: datetime | None = None


class KeyRefused(SeawallError):
    """No key, none that is known, or one that was revoked."""

    code, status = "access.key_refused", 401


class OrganisationBarred(SeawallError):
    """The organisation whose project this key is of is banned."""

    code, status = "access.organisation_banned", 403

    def __init__(self) -> None:
        super().__init__(
            "The organisation that this key belongs to is banned here.",
            hint="Ask whoever runs this gateway; it was told why.",
        )


class NoSuchProject(NotFound):
    """No project has that name."""

    code = "access.no_such_project"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no project {name!r}.", hint="`seawall projects list` shows all.")


class NoSuchKey(NotFound):
    """No key has that id."""

    code = "access.no_such_key"


class NameTaken(Conflict):
    """Another project has the name."""

    code = "access.name_taken"


class BadSetting(InvalidInput):
    """A setting of a project or model cannot be used."""

    code = "access.bad_setting"

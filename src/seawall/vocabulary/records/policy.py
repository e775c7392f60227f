"""Records of the policy: which one was put into force when. The documents themselves are found by their digest."""

from typing import ClassVar

from seawall.vocabulary.records.record import Audience, Record


class PolicyPublished(Record, frozen=True, kw_only=True):
    """A usage policy was put into force."""

    kind: ClassVar[str] = "policy.published"
    audience: ClassVar[Audience] = Audience.PUBLIC
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    version: int
    digest: str
    name: str
    previous: str | None
    by: str

"""Records of what leaves: where events go to since when, and what was sent again by hand."""

from typing import ClassVar

from seawall.vocabulary.ids import ProjectId
from seawall.vocabulary.records.record import Audience, Record


class _ByStaff(Record, frozen=True, kw_only=True):
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    by: str


class WebhookAdded(_ByStaff, frozen=True, kw_only=True):
    """Events of a project go to an endpoint from now on."""

    kind: ClassVar[str] = "webhook.added"
    private: ClassVar[frozenset[str]] = frozenset({"by", "url"})
    endpoint: str
    project: ProjectId
    url: str
    kinds: tuple[str, ...]


class WebhookRotated(_ByStaff, frozen=True, kw_only=True):
    """An endpoint has a new secret; the one before signs beside it for a day."""

    kind: ClassVar[str] = "webhook.rotated"
    endpoint: str


class WebhookEnded(_ByStaff, frozen=True, kw_only=True):
    """Events do not go to an endpoint any more, and its secret was erased."""

    kind: ClassVar[str] = "webhook.ended"
    endpoint: str


class WebhookTested(_ByStaff, frozen=True, kw_only=True):
    """Somebody had an event sent to an endpoint that tells of nothing."""

    kind: ClassVar[str] = "webhook.tested"
    endpoint: str
    event: str


class DeliveryReplayed(_ByStaff, frozen=True, kw_only=True):
    """Somebody had an event sent again, under its own id."""

    kind: ClassVar[str] = "delivery.replayed"
    delivery: str
    event: str


ALL: tuple[type[Record], ...] = (WebhookAdded, WebhookRotated, WebhookEnded, WebhookTested, DeliveryReplayed)

"""Endpoints: where the events of a project go to. A secret is shown once and lies sealed in the vault."""

import base64
import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import Row, insert, select, update

from seawall.outbox.errors import BadEndpoint, NoSuchEndpoint
from seawall.outbox.kinds import KINDS, Endpoint, State
from seawall.outbox.tables import deliveries, endpoints
from seawall.store import Transaction
from seawall.vault import Retention, Vault
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.ids import ItemId, ProjectId, new_id
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.outbox import WebhookAdded, WebhookEnded, WebhookRotated

Write = Callable[[Transaction, Record], object]
PREFIX = "whsec_"
OVERLAP = timedelta(days=1)
_LONGEST = 500


def add(
    tx: Transaction,
    *,
    project: ProjectId,
    url: str,
    kinds: Sequence[str],
    private: bool,
    by: str,
    vault: Vault,
    record: Write,
    clock: Clock,
) -> tuple[Endpoint, str]:
    """Let events of a project go to an address; return the endpoint and the secret that signs. Raises BadEndpoint."""
    named, secret, asked = new_id("we"), _new_secret(), _asked(kinds)
    row = {
        "id": named,
        "project": project,
        "url": _checked(url, private=private),
        "private": private,
        "kinds": list(asked),
        "secret": vault.put(tx, secret.encode(), owner=named, retention=Retention.CREDENTIAL),
        "added_at": clock(),
        "added_by": by,
    }
    made = _endpoint(tx.execute(insert(endpoints).values(row).returning(endpoints)).one())
    record(tx, WebhookAdded(endpoint=named, project=project, url=url, kinds=asked, by=by))
    return made, secret


def rotate(
    tx: Transaction, endpoint: str, *, by: str, vault: Vault, record: Write, clock: Clock
) -> tuple[Endpoint, str]:
    """Make a new secret; the one before signs beside it for a day. Return the endpoint and the secret.

    Raises NoSuchEndpoint.
    """
    found, secret, now = find(tx, endpoint), _new_secret(), clock()
    if found.earlier is not None:
        vault.erase(tx, ItemId(found.earlier), by=by, reason_code="webhook_rotated")
    item = vault.put(tx, secret.encode(), owner=endpoint, retention=Retention.CREDENTIAL)
    values = {"secret": item, "earlier": found.secret, "earlier_until": now + OVERLAP}
    mine = endpoints.c.id == endpoint
    row = tx.execute(update(endpoints).where(mine).values(values).returning(endpoints)).one()
    record(tx, WebhookRotated(endpoint=endpoint, by=by))
    return _endpoint(row), secret


def forget_secrets(tx: Transaction, *, vault: Vault, clock: Clock) -> int:
    """Erase secrets that were replaced and sign no more; return how many."""
    over = endpoints.c.earlier_until <= clock()
    rows = tx.execute(select(endpoints.c.id, endpoints.c.earlier).where(over).with_for_update()).all()
    for row in rows:
        vault.erase(tx, ItemId(row.earlier), by="seawall", reason_code="webhook_rotated")
    gone = {"earlier": None, "earlier_until": None}
    tx.execute(update(endpoints).where(endpoints.c.id.in_([row.id for row in rows])).values(gone))
    return len(rows)


def end(tx: Transaction, endpoint: str, *, by: str, vault: Vault, record: Write, clock: Clock) -> Endpoint:
    """Let nothing go there any more; what waited is dead, and the secret erased. Raises NoSuchEndpoint."""
    open_ = (endpoints.c.id == endpoint) & endpoints.c.ended_at.is_(None)
    row = tx.execute(update(endpoints).where(open_).values(ended_at=clock()).returning(endpoints)).first()
    if row is None:
        raise NoSuchEndpoint(endpoint)
    waits = (deliveries.c.endpoint == endpoint) & (deliveries.c.state == State.WAITING)
    gone = {"state": State.DEAD, "again_at": None, "error": "outbox.endpoint_ended"}
    tx.execute(update(deliveries).where(waits).values(gone))
    for each in filter(None, (row.secret, row.earlier)):
        vault.erase(tx, ItemId(each), by=by, reason_code="webhook_ended")
    tx.execute(update(endpoints).where(endpoints.c.id == endpoint).values(earlier=None, earlier_until=None))
    record(tx, WebhookEnded(endpoint=endpoint, by=by))
    return _endpoint(row)


def find(tx: Transaction, endpoint: str) -> Endpoint:
    """Return an endpoint in use. Raises NoSuchEndpoint."""
    open_ = (endpoints.c.id == endpoint) & endpoints.c.ended_at.is_(None)
    row = tx.execute(select(endpoints).where(open_)).first()
    if row is None:
        raise NoSuchEndpoint(endpoint)
    return _endpoint(row)


def every(tx: Transaction) -> list[Endpoint]:
    """Return the endpoints in use, oldest first."""
    found = select(endpoints).where(endpoints.c.ended_at.is_(None)).order_by(endpoints.c.id)
    return [_endpoint(row) for row in tx.execute(found)]


def of_project(tx: Transaction, project: str, kind: str) -> list[Endpoint]:
    """Return the endpoints of a project that ask for a kind of event."""
    mine = (endpoints.c.project == project) & endpoints.c.ended_at.is_(None)
    found = select(endpoints).where(mine, endpoints.c.kinds.contains([kind])).order_by(endpoints.c.id)
    return [_endpoint(row) for row in tx.execute(found)]


def _new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _asked(kinds: Sequence[str]) -> tuple[str, ...]:
    wrong = [each for each in kinds if each not in KINDS]
    if wrong:
        raise BadEndpoint(f"{wrong[0][:60]!r} is no kind of event.", hint=f"Known: {', '.join(KINDS)}.")
    return tuple(dict.fromkeys(kinds)) or tuple(KINDS)


def _checked(url: str, *, private: bool) -> str:
    """Return an address that can be used. Raises BadEndpoint."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    plain = url.isascii() and url.isprintable() and len(url) <= _LONGEST and not parts.username and not parts.fragment
    if parts.scheme not in ("https", "http") or not host or not plain:
        raise BadEndpoint("That is no address of an endpoint.", hint="It begins with https:// and names no user.")
    if parts.scheme == "http" and not private:
        raise BadEndpoint(f"{host} is not reached by https.", hint="Plain http is for private endpoints alone.")
    return url


def _endpoint(row: Row[tuple[object, ...]]) -> Endpoint:
    fields = {name: getattr(row, name) for name in Endpoint.__struct_fields__}
    return Endpoint(**(fields | {"kinds": tuple(fields["kinds"])}))

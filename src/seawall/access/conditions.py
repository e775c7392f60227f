"""The conditions of testers' keys as gateway processes keep them in memory, and the counting of what is used.

`Meter.count` runs in the transaction that writes an exchange: what was used survives whatever happens to a process.
"""

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import ip_network
from typing import Any

import msgspec
from sqlalchemy import Row, exists, select, text

from seawall.access.limits import Allowance, Limits
from seawall.access.people.tables import passkeys, people, totp
from seawall.access.projects import CHANNEL
from seawall.access.tables import engagements, tester_keys, testers, usage
from seawall.store import Transaction
from seawall.store.listen import notify

USED = "used "
_COUNT = text("""
    INSERT INTO access_tester_usage AS u (scope, requests, tokens)
    SELECT * FROM unnest(CAST(:scopes AS text[]), CAST(:requests AS bigint[]), CAST(:tokens AS bigint[])) ORDER BY 1
    ON CONFLICT (scope) DO UPDATE SET requests = u.requests + excluded.requests, tokens = u.tokens + excluded.tokens
    RETURNING scope, requests, tokens
""")


HAS_FACTOR = exists().where(passkeys.c.person == people.c.id, passkeys.c.removed_at.is_(None)) | exists().where(
    totp.c.person == people.c.id, totp.c.enrolled_at.is_not(None)
)
"""Whether a person can prove themselves by a passkey or an authenticator app. Recovery codes do not count."""


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was used, under the names of an engagement and of a key of it."""

    scopes: tuple[str, ...]
    requests: int = 0
    tokens: int = 0


class Totals(msgspec.Struct, frozen=True):
    """What is counted under one name."""

    scope: str
    requests: int
    tokens: int


class Meter:
    """Counts what testers use. `allowances` are those of this process."""

    def __init__(self) -> None:
        self._allowances: dict[str, Allowance] = {}

    def allowance(self, scope: str) -> Allowance:
        """Return the one allowance of that name in this process."""
        return self._allowances.setdefault(scope, Allowance(scope))

    def count(self, tx: Transaction, uses: Iterable[Use]) -> Sequence[Totals]:
        """Add what was used, and tell every process once it is committed; return what is counted then."""
        added: dict[str, list[int]] = {}
        for each in uses:
            for scope in each.scopes:
                counts = added.setdefault(scope, [0, 0])
                counts[0], counts[1] = counts[0] + each.requests, counts[1] + each.tokens
        # In one order everywhere, or two processes would wait for each other.
        scopes = sorted(added)
        bound = {"scopes": scopes, "requests": [added[each][0] for each in scopes]}
        rows = tx.execute(_COUNT, bound | {"tokens": [added[each][1] for each in scopes]}).all()
        for scope in scopes:
            notify(tx, CHANNEL, USED + scope)
        return [Totals(row.scope, row.requests, row.tokens) for row in rows]

    def counted(self, totals: Iterable[Totals]) -> None:
        """Take in what was committed."""
        for each in totals:
            self.allowance(each.scope).told(each.requests, each.tokens)

    def reread(self, tx: Transaction, scope: str) -> None:
        """Take in what another process counted."""
        if scope in self._allowances:
            row = tx.execute(select(usage).where(usage.c.scope == scope)).first()
            self.counted([] if row is None else [Totals(row.scope, row.requests, row.tokens)])


def load(tx: Transaction, meter: Meter) -> Mapping[str, tuple[Limits, tuple[str, ...], str]]:
    """Return, for each key of a tester, its limits, the models that it reaches, and whose it is."""
    meter.counted(Totals(row.scope, row.requests, row.tokens) for row in tx.execute(select(usage)))
    found = (
        select(
            tester_keys,
            engagements,
            testers.c.removed_at,
            people.c.active_since,
            HAS_FACTOR.label("has_factor"),
            tester_keys.c.request_budget.label("key_requests"),
            tester_keys.c.token_budget.label("key_tokens"),
            engagements.c.request_budget.label("all_requests"),
            engagements.c.token_budget.label("all_tokens"),
            engagements.c.id.label("of"),
        )
        .join(engagements, engagements.c.id == tester_keys.c.engagement)
        .join(
            testers,
            (testers.c.engagement == tester_keys.c.engagement) & (testers.c.person == tester_keys.c.person),
        )
        .join(people, people.c.id == tester_keys.c.person)
    )
    return {row.key: (_limits(row, meter), tuple(row.models), row.person) for row in tx.execute(found)}


def _limits(row: Row[Any], meter: Meter) -> Limits:
    whole, own = meter.allowance(row.of), meter.allowance(row.key)
    whole.request_budget, whole.token_budget = row.all_requests, row.all_tokens
    own.request_budget, own.token_budget = row.key_requests, row.key_tokens
    return Limits(
        engagement=row.of,
        begins=row.begins,
        ends=row.ends,
        networks=tuple(map(ip_network, row.addresses)),
        safeguards=row.safeguards,
        allowances=(whole, own),
        barred=_barred(row),
    )


def _barred(row: Row[Any]) -> str:
    if row.ended_at is not None:
        return f"This engagement ended on {row.ended_at:%d %B %Y, %H:%M} UTC."
    if row.removed_at is not None or row.active_since is None:
        return "Whoever this key was made for is no tester any more."
    if not row.has_factor:
        return "This key works once its tester has a passkey or an authenticator app."
    return ""

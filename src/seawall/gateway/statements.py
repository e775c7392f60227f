"""The statements of the hot path: many exchanges in one round trip, every value bound."""

from collections.abc import Sequence
from typing import Any

import psycopg

from seawall.gateway.entries import Closed, Opened
from seawall.store.columns import blobs, encoded, flags, integers, texts, times

_OPEN = """
INSERT INTO gateway_exchanges (id, process, project, key, account, has_end_user, api, model, streamed, zero_retention,
    policy, arm, input_decision, input_verdict, input_findings, standing, input_item, opened_at, network)
SELECT t.id, %s, t.project, t.key, t.account, t.has_end_user, t.api, t.model, t.streamed, t.zero_retention,
    t.policy, t.arm, t.decision, t.verdict::jsonb, t.findings::jsonb, t.standing::jsonb, t.item, t.at,
    t.network
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bool[], %s::text[], %s::text[], %s::bool[],
    %s::bool[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],
    %s::bytea[])
AS t(id, project, key, account, has_end_user, api, model, streamed, zero_retention, policy, arm, decision, verdict,
    findings, standing, item, at, network)
"""

# `because` travels as JSON: unnest would flatten an array of arrays.
_CLOSE = """
UPDATE gateway_exchanges AS e SET closed_at = t.at, outcome = t.outcome, status = t.status, measure = t.measure,
    because = ARRAY(SELECT jsonb_array_elements_text(t.because::jsonb)), output_decision = t.decision,
    output_verdict = t.verdict::jsonb, output_findings = t.findings::jsonb, input_tokens = t.input_tokens,
    output_tokens = t.output_tokens, output_item = t.item
FROM unnest(%s::text[], %s::timestamptz[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[],
    %s::text[], %s::bigint[], %s::bigint[], %s::text[])
AS t(id, at, outcome, status, measure, because, decision, verdict, findings, input_tokens, output_tokens, item)
WHERE e.id = t.id AND e.closed_at IS NULL
"""

_NOTE = """
UPDATE gateway_exchanges SET output_decision = %s, output_verdict = %s::jsonb WHERE id = %s AND closed_at IS NULL
"""

Connection = psycopg.Connection[Any]


def insert_opened(connection: Connection, process: str, rows: Sequence[Opened], items: Sequence[str | None]) -> None:
    """Insert the openings, with the vault items of their content."""
    connection.execute(
        _OPEN,
        (
            process,
            texts([row.exchange for row in rows]),
            texts([row.project for row in rows]),
            texts([row.key for row in rows]),
            texts([row.account for row in rows]),
            flags([row.has_end_user for row in rows]),
            texts([row.api for row in rows]),
            texts([row.model for row in rows]),
            flags([row.streamed for row in rows]),
            flags([row.zero_retention for row in rows]),
            texts([row.policy for row in rows]),
            texts([row.arm for row in rows]),
            texts([row.decision for row in rows]),
            encoded([row.verdict for row in rows]),
            encoded([row.findings for row in rows]),
            encoded([row.standing for row in rows]),
            texts([*items]),
            times([row.at for row in rows]),
            blobs([row.network for row in rows]),
        ),
    )


def note_output(connection: Connection, exchange: str, decision: str, verdict: bytes) -> None:
    """Keep the verdict on an answer that is still under way."""
    connection.execute(_NOTE, (decision, verdict.decode(), exchange))


def update_closed(connection: Connection, rows: Sequence[Closed], items: Sequence[str | None]) -> None:
    """Close the exchanges; one that is closed already stays as it is."""
    connection.execute(
        _CLOSE,
        (
            texts([row.exchange for row in rows]),
            times([row.at for row in rows]),
            texts([row.outcome.value for row in rows]),
            integers([row.status for row in rows]),
            texts([row.measure for row in rows]),
            texts([_json_list(row.because) for row in rows]),
            texts([row.decision for row in rows]),
            encoded([row.verdict for row in rows]),
            encoded([row.findings for row in rows]),
            integers([row.input_tokens for row in rows]),
            integers([row.output_tokens for row in rows]),
            texts([*items]),
        ),
    )


def _json_list(names: list[str]) -> str:
    return "[" + ",".join(f'"{name}"' for name in names) + "]" if names else "[]"

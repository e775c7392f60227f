"""Releases and what they rest on; cases about child safety that were handed over to an authority."""

from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    """Make room for both."""
    _releases()
    _exports()


def _releases() -> None:
    op.execute("""
        CREATE TABLE risk_releases (
            id text PRIMARY KEY,
            model text NOT NULL,
            version text NOT NULL,
            applies text NOT NULL,
            risk text NOT NULL,
            conditions text[] NOT NULL,
            expires_at timestamptz NOT NULL,
            state text NOT NULL,
            proposed_by text NOT NULL,
            proposed_human text NOT NULL,
            proposed_at timestamptz NOT NULL,
            decided_by text,
            decided_at timestamptz,
            statement text,
            missing text[] NOT NULL,
            record text,
            reason text,
            reason_code text,
            withdrawn_by text,
            withdrawn_at timestamptz
        )
    """)
    op.execute("""
        CREATE UNIQUE INDEX risk_releases_proposed_idx ON risk_releases (model, version, applies)
        WHERE state = 'proposed'
    """)
    op.execute("""
        CREATE TABLE risk_documents (
            release text NOT NULL REFERENCES risk_releases (id),
            title text NOT NULL,
            part text NOT NULL,
            sha256 text NOT NULL,
            item text,
            PRIMARY KEY (release, title)
        )
    """)


def _exports() -> None:
    op.execute("""
        CREATE TABLE cases_exports (
            id text PRIMARY KEY,
            "case" text NOT NULL REFERENCES cases_cases (id),
            by text NOT NULL,
            at timestamptz NOT NULL,
            recipient text NOT NULL,
            to_item text NOT NULL,
            manifest_sha256 text NOT NULL,
            file_sha256 text NOT NULL,
            approval text NOT NULL,
            preserved_until timestamptz NOT NULL,
            released_at timestamptz
        )
    """)
    op.execute('CREATE INDEX cases_exports_case_idx ON cases_exports ("case", id)')
    op.execute("CREATE INDEX cases_exports_open_idx ON cases_exports (preserved_until) WHERE released_at IS NULL")
    op.execute("""
        CREATE TABLE cases_exported (
            export text NOT NULL REFERENCES cases_exports (id),
            item text NOT NULL,
            hold text NOT NULL,
            PRIMARY KEY (export, item)
        )
    """)
    op.execute("CREATE INDEX cases_exported_item_idx ON cases_exported (item)")

"""The index of the audit, and where records flow to."""

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Make the tables."""
    _index()
    _streams()
    _campaigns()
    _reviews()
    _secrets()


def _index() -> None:
    op.execute("""
        CREATE TABLE audit_entries (
            sequence bigint PRIMARY KEY,
            kind text NOT NULL,
            at timestamptz NOT NULL,
            actor text NOT NULL
        )
    """)
    op.execute("CREATE INDEX audit_entries_kind_idx ON audit_entries (kind, sequence)")
    op.execute("CREATE INDEX audit_entries_actor_idx ON audit_entries (actor, sequence)")
    op.execute("CREATE INDEX audit_entries_at_idx ON audit_entries (at)")
    op.execute("CREATE TABLE audit_subjects (subject text, sequence bigint, PRIMARY KEY (subject, sequence))")
    op.execute("CREATE TABLE audit_indexed (generation integer PRIMARY KEY, next bigint NOT NULL)")


def _streams() -> None:
    op.execute("""
        CREATE TABLE audit_streams (
            id text PRIMARY KEY,
            way text NOT NULL,
            form text NOT NULL,
            target text NOT NULL,
            private boolean NOT NULL,
            kinds text[] NOT NULL,
            secret text,
            authority text NOT NULL,
            added_at timestamptz NOT NULL,
            generation integer NOT NULL,
            next bigint NOT NULL,
            previous bigint,
            sent bigint NOT NULL,
            sent_at timestamptz,
            failures integer NOT NULL,
            error text,
            again_at timestamptz
        )
    """)


def _campaigns() -> None:
    op.execute("""
        CREATE TABLE access_campaigns (
            id text PRIMARY KEY,
            begun_by text NOT NULL,
            begun_at timestamptz NOT NULL,
            deadline timestamptz NOT NULL,
            closed_at timestamptz
        )
    """)
    op.execute("""
        CREATE TABLE access_campaign_items (
            id text PRIMARY KEY,
            campaign text NOT NULL REFERENCES access_campaigns (id),
            source text NOT NULL,
            thing text NOT NULL,
            holder text NOT NULL,
            what text NOT NULL,
            owner text NOT NULL,
            orphaned boolean NOT NULL,
            review_at timestamptz NOT NULL,
            state text NOT NULL,
            decided_by text,
            decided_at timestamptz,
            reminded_at timestamptz
        )
    """)
    op.execute("CREATE INDEX access_campaign_items_campaign_idx ON access_campaign_items (campaign, id)")
    # One open item for a thing: two campaigns at once do not ask the same twice.
    op.execute("""
        CREATE UNIQUE INDEX access_campaign_items_open_idx ON access_campaign_items (source, thing) WHERE state = 'open'
    """)


def _reviews() -> None:
    op.execute("""
        CREATE TABLE access_reviews (
            source text,
            thing text,
            owner text NOT NULL,
            review_at timestamptz NOT NULL,
            PRIMARY KEY (source, thing)
        )
    """)


def _secrets() -> None:
    op.execute("""
        CREATE TABLE access_secrets (
            name text,
            version integer,
            made_at timestamptz NOT NULL,
            made_by text NOT NULL,
            retired_at timestamptz,
            PRIMARY KEY (name, version)
        )
    """)

"""What judges and people say after an exchange, and which releases of classifiers are on record."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the tables."""
    op.execute("""
        CREATE TABLE gateway_reviews (
            exchange text NOT NULL,
            stage text NOT NULL,
            judge text NOT NULL,
            piece integer NOT NULL,
            findings jsonb NOT NULL,
            decision text,
            verdict jsonb,
            at timestamptz NOT NULL,
            CONSTRAINT gateway_reviews_pkey PRIMARY KEY (exchange, stage, judge, piece)
        )
    """)
    op.execute("""
        CREATE TABLE gateway_classifier_releases (
            name text NOT NULL,
            release text NOT NULL,
            weights text NOT NULL,
            recorded_at timestamptz NOT NULL,
            CONSTRAINT gateway_classifier_releases_pkey PRIMARY KEY (name, release)
        )
    """)
    op.execute("""
        CREATE TABLE gateway_decision_reviews (
            decision text CONSTRAINT gateway_decision_reviews_pkey PRIMARY KEY,
            "right" boolean NOT NULL,
            by text NOT NULL,
            at timestamptz NOT NULL
        )
    """)

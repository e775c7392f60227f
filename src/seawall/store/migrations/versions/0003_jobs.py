"""Tables of the job queue: Procrastinate's own schema, and why a job failed last."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create them."""
    from procrastinate.schema import SchemaManager  # here: every start reads this file, few starts migrate

    # Many statements with percent signs and colons: past SQLAlchemy, which would take them for parameters.
    driver = op.get_bind().connection.driver_connection
    driver.execute(SchemaManager.get_schema())  # type: ignore[union-attr]
    op.execute("""
        CREATE TABLE store_job_failures (
            job bigint CONSTRAINT store_job_failures_pkey PRIMARY KEY,
            at timestamptz NOT NULL,
            error text NOT NULL
        )
    """)

"""Tables of the store itself. Those of the job queue belong to Procrastinate and are not declared here."""

from sqlalchemy import BigInteger, Column, DateTime, Table, Text

from seawall.store.database import metadata

job_failures = Table(
    "store_job_failures",
    metadata,
    Column("job", BigInteger, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("error", Text, nullable=False),
)

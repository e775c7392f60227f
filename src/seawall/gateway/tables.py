"""Tables of the gateway: exchanges and the processes that serve them. Content is in the vault, never here."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from seawall.store import metadata

exchanges = Table(
    "gateway_exchanges",
    metadata,
    Column("id", Text, primary_key=True),
    Column("process", Text, nullable=False),
    Column("project", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("has_end_user", Boolean, nullable=False),
    Column("api", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("streamed", Boolean, nullable=False),
    Column("zero_retention", Boolean, nullable=False),
    Column("policy", Text, nullable=False),
    Column("arm", Text, nullable=False),
    Column("input_decision", Text, nullable=False),
    Column("input_verdict", JSONB, nullable=False),
    Column("input_findings", JSONB, nullable=False),
    Column("standing", JSONB, nullable=False),
    Column("input_item", Text),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
    Column("outcome", Text),
    Column("measure", Text),
    Column("because", ARRAY(Text)),
    Column("output_decision", Text),
    Column("output_verdict", JSONB),
    Column("output_findings", JSONB),
    Column("output_item", Text),
    Column("input_tokens", BigInteger),
    Column("output_tokens", BigInteger),
    Column("status", Integer),
    Column("batch", Text),
    # A keyed digest of the network that it came from; NULL where nothing may be kept.
    Column("network", LargeBinary),
)
Index("gateway_exchanges_open_idx", exchanges.c.process, postgresql_where=text("closed_at IS NULL"))
Index(
    "gateway_exchanges_unbatched_idx",
    exchanges.c.id,
    postgresql_where=text("closed_at IS NOT NULL AND batch IS NULL"),
)
Index("gateway_exchanges_account_idx", exchanges.c.account, exchanges.c.id)
# Rows close about in the order in which they lie, and this kind of index costs the hot path next to nothing.
Index(
    "gateway_exchanges_closed_idx",
    exchanges.c.closed_at,
    postgresql_using="brin",
    postgresql_with={"autosummarize": "on", "pages_per_range": 32},
)

processes = Table(
    "gateway_processes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
)

# What judges said once an exchange was over, and the decision that followed, if any.
reviews = Table(
    "gateway_reviews",
    metadata,
    Column("exchange", Text, primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("judge", Text, primary_key=True),
    Column("piece", Integer, primary_key=True),
    Column("findings", JSONB, nullable=False),
    Column("decision", Text),
    Column("verdict", JSONB(none_as_null=True)),
    Column("at", DateTime(timezone=True), nullable=False),
)

# Releases of classifiers whose record was written.
classifier_releases = Table(
    "gateway_classifier_releases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("release", Text, primary_key=True),
    Column("weights", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
)

# What people said of decisions when they looked at them: right or wrong. The latest word counts.
verdicts = Table(
    "gateway_decision_reviews",
    metadata,
    Column("decision", Text, primary_key=True),
    Column("right", Boolean, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

# Of which exchanges a file of labels has texts, so that it can be made anew when one of them is to go.
label_exports = Table(
    "gateway_label_exports",
    metadata,
    Column("file_digest", Text, primary_key=True),
    Column("exchange", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
Index("gateway_label_exports_account_idx", label_exports.c.account)

# What closed exchanges come to, by five minutes: made from them, and made anew for the last minutes.
tallies = Table(
    "gateway_tallies",
    metadata,
    Column("at", DateTime(timezone=True), primary_key=True),
    Column("what", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
)

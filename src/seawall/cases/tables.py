"""Tables of cases: ids, codes and times. What anybody wrote lies in the vault.

`cases_events` is a case's own trail, for whoever works on it; the ledger has the same as records. A notice is a row of
the transaction that decided, so that neither is there without the other.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from seawall.store import metadata

_UNSETTLED = "state IN ('open', 'claimed', 'waiting')"


def _moment(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _case(**options: Any) -> Column[Any]:
    return Column("case", Text, ForeignKey("cases_cases.id"), nullable=False, **options)


cases = Table(
    "cases_cases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("origin", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("sealed", Boolean, nullable=False),
    Column("readers", ARRAY(Text)),
    Column("project", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("has_end_user", Boolean, nullable=False),
    Column("exchange", Text),
    Column("about", Text),
    Column("rule", Text),
    Column("category", Text),
    Column("source", Text, nullable=False, unique=True),
    Column("words", Text),
    Column("detected_automatically", Boolean, nullable=False),
    _moment("opened_at"),
    _moment("due_at"),
    _moment("paused_at", nullable=True),
    Column("claimed_by", Text),
    Column("claimed_human", Text),
    _moment("claim_until", nullable=True),
    Column("round", Integer, nullable=False),
    Column("decision", Text),
    _moment("decided_at", nullable=True),
    Column("merged_into", Text, ForeignKey("cases_cases.id")),
    Column("joined", Integer, nullable=False),
    Column("version", BigInteger, nullable=False),
)
_c = cases.c
# A queue is worked by priority, then by what is due; lists go from the newest on.
Index("cases_queue_idx", _c.sealed, _c.queue, _c.priority, _c.due_at, _c.id, postgresql_where=text(_UNSETTLED))
Index("cases_working_idx", _c.sealed, _c.priority, _c.due_at, _c.id, postgresql_where=text(_UNSETTLED))
Index("cases_due_idx", _c.sealed, _c.due_at, _c.id, postgresql_where=text(_UNSETTLED))
Index("cases_queue_due_idx", _c.sealed, _c.queue, _c.due_at, _c.id, postgresql_where=text(_UNSETTLED))
Index("cases_newest_idx", _c.sealed, _c.id)
Index("cases_state_idx", _c.sealed, _c.state, _c.id)
Index("cases_origin_idx", _c.sealed, _c.origin, _c.id)
Index("cases_queue_newest_idx", _c.sealed, _c.queue, _c.id)
Index("cases_account_idx", _c.account, _c.id)
Index("cases_exchange_idx", _c.exchange, _c.id, postgresql_where=text("exchange IS NOT NULL"))
Index("cases_claimed_idx", _c.claimed_by, _c.id, postgresql_where=text("state = 'claimed'"))
Index("cases_claim_until_idx", _c.claim_until, postgresql_where=text("state = 'claimed'"))
Index("cases_merged_into_idx", _c.merged_into, postgresql_where=text("merged_into IS NOT NULL"))

events = Table(
    "cases_events",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    _case(),
    _moment("at"),
    Column("what", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("told", JSONB, nullable=False),
    Column("item", Text),
)
Index("cases_events_case_idx", events.c.case, events.c.seq)
# How much somebody looked at.
Index("cases_events_viewed_idx", events.c.by, events.c.at, postgresql_where=text("what = 'viewed'"))

# What each reviewer said, one for each stage of each round.
proposals = Table(
    "cases_proposals",
    metadata,
    _case(primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("by", Text, nullable=False),
    Column("human", Text, nullable=False),
    Column("ruling", JSONB, nullable=False),
    Column("reason", Text, nullable=False),
    _moment("at"),
)

# The one record of a decision; everything that is told of it is rendered from `body`.
decisions = Table(
    "cases_decisions",
    metadata,
    Column("id", Text, primary_key=True),
    _case(),
    Column("project", Text, nullable=False),
    Column("account", Text, nullable=False),
    _moment("at"),
    Column("body", JSONB, nullable=False),
    Column("reversed_by", Text),
    Column("bulk", Text),
)
Index("cases_decisions_case_idx", decisions.c.case, decisions.c.id)
Index("cases_decisions_account_idx", decisions.c.account, decisions.c.id)
Index("cases_decisions_at_idx", decisions.c.at)

appeals = Table(
    "cases_appeals",
    metadata,
    _case(primary_key=True),
    # A decision is appealed once.
    Column("decision", Text, nullable=False, unique=True),
    _moment("filed_at"),
    _moment("until"),
)

# What was done because somebody kept filing what was manifestly unfounded; `filer` is an account, or a keyed digest of
# an address.
filer_acts = Table(
    "cases_filer_acts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("filer", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("what", Text, nullable=False),
    _moment("at"),
    _moment("until", nullable=True),
    Column("settled", Integer, nullable=False),
    Column("unfounded", Integer, nullable=False),
    _moment("lifted_at", nullable=True),
    Column("lifted_by", Text),
)
Index("cases_filer_acts_filer_idx", filer_acts.c.filer, filer_acts.c.kind, filer_acts.c.id)

# Who filed what, and whether it was found to be manifestly unfounded.
filings = Table(
    "cases_filings",
    metadata,
    _case(primary_key=True),
    Column("filer", Text, nullable=False),
    Column("kind", Text, nullable=False),
    _moment("at"),
    _moment("settled_at", nullable=True),
    Column("unfounded", Boolean),
)
Index("cases_filings_filer_idx", filings.c.filer, filings.c.kind, filings.c.settled_at)
Index("cases_filings_unfounded_idx", filings.c.filer, postgresql_where=text("unfounded"))

# A notice tells of a decision, of what was done to an account or to somebody who files, or of a request about it.
notices = Table(
    "cases_notices",
    metadata,
    Column("id", Text, primary_key=True),
    Column("decision", Text, ForeignKey("cases_decisions.id"), unique=True),
    Column("act", Text, ForeignKey("cases_filer_acts.id"), unique=True),
    Column("legal_request", Text),
    # What was done to the account without a case, and that it was taken back.
    Column("sanction", BigInteger, ForeignKey("enforce_acts.seq"), unique=True),
    Column("taken_back", BigInteger, ForeignKey("enforce_acts.seq"), unique=True),
    Column("project", Text, nullable=False),
    Column("account", Text, nullable=False),
    _moment("at"),
    _moment("given_at", nullable=True),
    CheckConstraint("num_nonnulls(decision, act, legal_request, sanction, taken_back) = 1", name="about"),
    UniqueConstraint("legal_request", "account"),
)
Index("cases_notices_waiting_idx", notices.c.project, notices.c.id, postgresql_where=text("given_at IS NULL"))
Index("cases_notices_account_idx", notices.c.account, notices.c.id)
Index("cases_notices_undelivered_idx", notices.c.id, postgresql_where=text("given_at IS NULL"))

# Links of the portal by the digest of their token, which is nowhere else.
links = Table(
    "cases_links",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("project", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("exchange", Text),
    _moment("made_at"),
    _moment("ends_at"),
    _moment("revoked_at", nullable=True),
)
Index("cases_links_ends_idx", links.c.ends_at)

# A report of somebody who uses no product: `place` and `contact` are items of the vault.
reports = Table(
    "cases_reports",
    metadata,
    _case(primary_key=True),
    Column("about", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("contact", Text),
    Column("language", Text, nullable=False),
)

# Where an account is reached by e-mail, as its product said; the address is an item of the vault.
contacts = Table(
    "cases_contacts",
    metadata,
    Column("account", Text, primary_key=True),
    Column("project", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("language", Text, nullable=False),
    _moment("said_at"),
)

# Decisions that were drawn for their quality; `outcome` is what somebody else would have decided.
samples = Table(
    "cases_samples",
    metadata,
    Column("decision", Text, ForeignKey("cases_decisions.id"), primary_key=True),
    _case(),
    Column("sealed", Boolean, nullable=False),
    _moment("drawn_at"),
    Column("by", Text),
    Column("human", Text),
    Column("outcome", Text),
    Column("agrees", Boolean),
    _moment("at", nullable=True),
)
Index("cases_samples_open_idx", samples.c.sealed, samples.c.decision, postgresql_where=text("at IS NULL"))

# Statements of reasons for the authority: `puid` is our name for one, `name` the authority's.
statements = Table(
    "cases_statements",
    metadata,
    Column("decision", Text, ForeignKey("cases_decisions.id"), primary_key=True),
    Column("puid", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    _moment("made_at"),
    _moment("sent_at", nullable=True),
    Column("name", Text),
    Column("wrong", ARRAY(Text)),
)
Index("cases_statements_waiting_idx", statements.c.decision, postgresql_where=text("state = 'waiting'"))

# A preview of many decisions at once: what it showed is what may follow.
bulks = Table(
    "cases_bulks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("by", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("reason", Text, nullable=False),
    _moment("made_at"),
    _moment("ends_at"),
    _moment("done_at", nullable=True),
)

# What somebody who works here is told by e-mail; `seen` is the last line of a case's trail that they were told of.
mail_wishes = Table(
    "cases_mail_wishes",
    metadata,
    Column("person", Text, primary_key=True),
    Column("queues", ARRAY(Text), nullable=False),
    Column("came", Boolean, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("votes", Boolean, nullable=False),
    Column("appeals", Boolean, nullable=False),
    Column("pace", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("seen", BigInteger, nullable=False),
)

# What they were told of: an id, so that they are told once.
mailed = Table(
    "cases_mailed",
    metadata,
    Column("person", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("about", Text, primary_key=True),
    _moment("at"),
)
Index("cases_mailed_at_idx", mailed.c.at)

# How somebody wants to see what was written, and after how much of it they are told to rest. Theirs alone.
comforts = Table(
    "cases_comforts",
    metadata,
    Column("person", Text, primary_key=True),
    Column("blurred", Boolean, nullable=False),
    Column("grey", Boolean, nullable=False),
    Column("folded", Boolean, nullable=False),
    Column("keys", Boolean, nullable=False),
    Column("break_after", Integer, nullable=False),
)

# Cases about child safety that were handed over to an authority: to which key, exactly what, and until when it is kept.
exports = Table(
    "cases_exports",
    metadata,
    Column("id", Text, primary_key=True),
    _case(),
    Column("by", Text, nullable=False),
    _moment("at"),
    Column("recipient", Text, nullable=False),
    Column("to_item", Text, nullable=False),
    Column("manifest_sha256", Text, nullable=False),
    Column("file_sha256", Text, nullable=False),
    Column("approval", Text, nullable=False),
    _moment("preserved_until"),
    _moment("released_at", nullable=True),
)
Index("cases_exports_case_idx", exports.c.case, exports.c.id)
Index("cases_exports_open_idx", exports.c.preserved_until, postgresql_where=text("released_at IS NULL"))

exported = Table(
    "cases_exported",
    metadata,
    Column("export", Text, ForeignKey("cases_exports.id"), primary_key=True),
    Column("item", Text, primary_key=True),
    Column("hold", Text, nullable=False),
)
Index("cases_exported_item_idx", exported.c.item)

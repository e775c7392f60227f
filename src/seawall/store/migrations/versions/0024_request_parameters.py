"""What a request asks for, kept in the vault; files of rules by digest; who was told that somebody acts alone."""

from alembic import op

revision = "0024"
down_revision = "0021"

# Rules that were in force before were not kept: whoever starts next puts theirs in force, and records it.
_CHANGES = """
ALTER TABLE access_requests ADD COLUMN parameters text;
CREATE TABLE access_rights_texts (
    digest text NOT NULL,
    body text NOT NULL,
    CONSTRAINT access_rights_texts_pkey PRIMARY KEY (digest)
);
DELETE FROM access_rights;
ALTER TABLE access_rights
    ADD COLUMN texts text NOT NULL,
    ADD COLUMN approved boolean NOT NULL,
    ADD CONSTRAINT access_rights_texts_fkey FOREIGN KEY(texts) REFERENCES access_rights_texts (digest);
CREATE TABLE access_alarms (
    request text NOT NULL,
    person text NOT NULL,
    what text NOT NULL,
    at timestamptz NOT NULL,
    seen_at timestamptz,
    CONSTRAINT access_alarms_pkey PRIMARY KEY (request, person, what),
    CONSTRAINT access_alarms_request_fkey FOREIGN KEY(request) REFERENCES access_requests (id),
    CONSTRAINT access_alarms_person_fkey FOREIGN KEY(person) REFERENCES access_people (id)
);
"""


def upgrade() -> None:
    """Make them."""
    op.execute(_CHANGES)

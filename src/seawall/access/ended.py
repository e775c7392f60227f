"""Who is told when a person is deactivated: every room that holds something of theirs. Sessions end in any case."""

from seawall.access.approvals.requests import cancel_theirs
from seawall.access.people.edges import Told
from seawall.access.people.links import end_links
from seawall.access.people.roles import review_owned

PERSON_ENDED: tuple[Told, ...] = (end_links, cancel_theirs, review_owned)

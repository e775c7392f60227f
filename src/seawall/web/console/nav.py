"""What the navigation offers: only what this person may do, as the rules say for each entry."""

import msgspec

from seawall.access.rights import Asked, Resource, Rights
from seawall.access.rights.actions import BY_NAME
from seawall.web.signed import Signed

# As if the passkey were fresh and the others had agreed: whatever then asks for them says so.
_AT_BEST = Asked(passkey_seconds=0, approved=True)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One place to go. `action` is what somebody must be allowed; None is for everybody who is signed in."""

    label: str
    path: str
    action: str | None = None

    def covers(self, path: str) -> bool:
        """Tell whether a path is this place or inside it."""
        return path == self.path or (self.path != "/console" and path.startswith(self.path + "/"))


ENTRIES: tuple[Entry, ...] = (
    Entry(label="Home", path="/console"),
    Entry(label="Cases", path="/console/cases", action="case.read"),
    Entry(label="Child safety", path="/console/child-safety", action="child_safety.read"),
    Entry(label="Investigations", path="/console/investigations", action="investigation.read"),
    Entry(label="Rescreening", path="/console/rescreenings", action="rescreening.read"),
    Entry(label="Dashboard", path="/console/dashboard", action="dashboard.read"),
    Entry(label="Policy", path="/console/policy", action="policy.read"),
    Entry(label="Approvals", path="/console/approvals", action="approval.read"),
    Entry(label="Accounts", path="/console/accounts", action="account.read"),
    Entry(label="Filers", path="/console/filers", action="account.read"),
    Entry(label="Notices", path="/console/notices", action="notice.read"),
    Entry(label="Projects", path="/console/projects", action="project.read"),
    Entry(label="Releases", path="/console/releases", action="release.read"),
    Entry(label="Organisations", path="/console/organisations", action="organisation.read"),
    Entry(label="Testers", path="/console/testers", action="tester.read"),
    Entry(label="Legal", path="/console/legal", action="legal.read"),
    Entry(label="Privacy", path="/console/privacy", action="privacy.read"),
    Entry(label="Commitments", path="/console/commitments", action="commitment.read"),
    Entry(label="Feedback", path="/console/feedback", action="feedback.read"),
    Entry(label="Webhooks", path="/console/webhooks", action="webhook.read"),
    Entry(label="People", path="/console/people", action="person.read"),
    Entry(label="Directories", path="/console/directories", action="person.read"),
    Entry(label="Tokens", path="/console/tokens", action="person.read"),
    Entry(label="Rights", path="/console/rights", action="rights.read"),
    Entry(label="Metrics", path="/console/metrics", action="metrics.read"),
    Entry(label="Audit", path="/console/audit", action="audit.read"),
    Entry(label="Profile", path="/console/profile"),
)


def offered(rights: Rights, signed: Signed) -> tuple[Entry, ...]:
    """Return the entries that a person may open."""
    return tuple(entry for entry in ENTRIES if entry.action is None or could(rights, signed, entry.action))


def could(rights: Rights, signed: Signed, action: str, name: str = "any") -> bool:
    """Tell whether a person may do something once they have proven and asked what it takes."""
    thing = Resource(kind=BY_NAME[action].kind, id=name)
    return rights.may(signed.principal, action, thing, _AT_BEST).allowed

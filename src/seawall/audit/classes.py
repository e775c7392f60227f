"""Which event a kind of record is, for people and for other systems: the one table of it.

A kind that stands in no line is an API activity, its activity read from its last word; so a new kind is never lost.
OCSF 1.3: https://schema.ocsf.io/1.3.0
"""

from enum import StrEnum

import msgspec

from seawall.vocabulary.records import KINDS

AUTHENTICATION, ACCOUNT_CHANGE, API_ACTIVITY = 3002, 3001, 6003
LOGON, LOGOFF = 1, 2
CREATE, READ, UPDATE, DELETE, OTHER = 1, 2, 3, 4, 99
INFORMATIONAL, LOW, MEDIUM, HIGH = 1, 2, 3, 4


class Family(StrEnum):
    """What an event is about."""

    SIGN_IN = "sign-in"
    RIGHTS = "change of rights"
    APPROVAL = "approval"
    CONTENT = "content taken out, held or erased"
    ADMINISTRATION = "administrative action"
    LIVE = "decision on an exchange or an account"
    LEDGER = "the ledger itself"


class Mapped(msgspec.Struct, frozen=True, kw_only=True):
    """A kind as other systems see it. `severity` is OCSF's `severity_id`."""

    family: Family
    event_class: int = API_ACTIVITY
    activity: int = OTHER
    severity: int = INFORMATIONAL
    failed: bool = False
    says: str = ""


def _one(
    family: Family, event_class: int, activity: int, severity: int = INFORMATIONAL, *, failed: bool = False
) -> Mapped:
    return Mapped(family=family, event_class=event_class, activity=activity, severity=severity, failed=failed)


_SIGN_IN, _RIGHTS, _ALLOW = Family.SIGN_IN, Family.RIGHTS, Family.APPROVAL
EXACT: dict[str, Mapped] = {
    "session.begun": _one(_SIGN_IN, AUTHENTICATION, LOGON),
    "session.proven": _one(_SIGN_IN, AUTHENTICATION, OTHER),
    "session.revoked": _one(_SIGN_IN, AUTHENTICATION, LOGOFF),
    "sign_in.refused": _one(_SIGN_IN, AUTHENTICATION, LOGON, MEDIUM, failed=True),
    "sign_in_link.issued": _one(_SIGN_IN, ACCOUNT_CHANGE, OTHER, LOW),
    "factor.enrolled": _one(_SIGN_IN, ACCOUNT_CHANGE, 10, LOW),
    "factor.removed": _one(_SIGN_IN, ACCOUNT_CHANGE, 11, LOW),
    "person.added": _one(_RIGHTS, ACCOUNT_CHANGE, 1, LOW),
    "person.activated": _one(_RIGHTS, ACCOUNT_CHANGE, 2, LOW),
    "person.deactivated": _one(_RIGHTS, ACCOUNT_CHANGE, 5, LOW),
    "person.reminded": _one(Family.ADMINISTRATION, API_ACTIVITY, OTHER),
    "person.changed": _one(_RIGHTS, ACCOUNT_CHANGE, OTHER),
    "role.granted": _one(_RIGHTS, ACCOUNT_CHANGE, 7, MEDIUM),
    "role.withdrawn": _one(_RIGHTS, ACCOUNT_CHANGE, 8, LOW),
    "role.confirmed": _one(_RIGHTS, ACCOUNT_CHANGE, OTHER),
    "rights.changed": _one(_RIGHTS, API_ACTIVITY, UPDATE, HIGH),
    "glass.broken": _one(_ALLOW, API_ACTIVITY, CREATE, HIGH),
    "audit.exported": _one(Family.CONTENT, API_ACTIVITY, READ, LOW),
    "audit.searched": _one(Family.CONTENT, API_ACTIVITY, READ),
    "audit.followed": _one(Family.CONTENT, API_ACTIVITY, READ, LOW),
    "audit.stream_added": _one(Family.ADMINISTRATION, API_ACTIVITY, CREATE, MEDIUM),
    "audit.stream_removed": _one(Family.ADMINISTRATION, API_ACTIVITY, DELETE, MEDIUM),
    "case.viewed": _one(Family.CONTENT, API_ACTIVITY, READ, LOW),
    "child_safety.viewed": _one(Family.CONTENT, API_ACTIVITY, READ, MEDIUM),
    "investigation.viewed": _one(Family.CONTENT, API_ACTIVITY, READ, LOW),
    "investigation.viewed_sealed": _one(Family.CONTENT, API_ACTIVITY, READ, MEDIUM),
    "investigation.searched": _one(Family.CONTENT, API_ACTIVITY, READ, LOW),
    "child_safety.exported": _one(Family.CONTENT, API_ACTIVITY, READ, HIGH),
    "labels.exported": _one(Family.CONTENT, API_ACTIVITY, READ, MEDIUM),
    "ledger.field_disclosed": _one(Family.CONTENT, API_ACTIVITY, READ, MEDIUM),
    "release.document_read": _one(Family.CONTENT, API_ACTIVITY, READ, LOW),
    "release.signed_off": _one(_ALLOW, API_ACTIVITY, CREATE, HIGH),
    "release.withdrawn": _one(_ALLOW, API_ACTIVITY, DELETE, MEDIUM),
    "ledger.recovered": _one(Family.LEDGER, API_ACTIVITY, UPDATE, HIGH),
    "ledger.key_rotated": _one(Family.LEDGER, API_ACTIVITY, UPDATE, MEDIUM),
    "secret.rotated": _one(Family.ADMINISTRATION, API_ACTIVITY, UPDATE, MEDIUM),
    "secret.retired": _one(Family.ADMINISTRATION, API_ACTIVITY, DELETE, MEDIUM),
    "key.created": _one(_RIGHTS, API_ACTIVITY, CREATE, LOW),
    "key.revoked": _one(_RIGHTS, API_ACTIVITY, DELETE, LOW),
}
# The beginning of a kind, for those that stand above in no line.
FAMILIES: tuple[tuple[str, Family], ...] = (
    ("session.", Family.SIGN_IN), ("sign_in", Family.SIGN_IN), ("factor.", Family.SIGN_IN),
    ("person.", Family.RIGHTS), ("role.", Family.RIGHTS), ("rights.", Family.RIGHTS),
    ("recertification.", Family.RIGHTS),
    ("scim.", Family.RIGHTS), ("directory.", Family.RIGHTS), ("group.", Family.RIGHTS), ("token.", Family.RIGHTS),
    ("request.", Family.APPROVAL), ("glass.", Family.APPROVAL), ("vote.", Family.APPROVAL),
    ("release.", Family.APPROVAL),
    ("vault.", Family.CONTENT), ("privacy.", Family.CONTENT), ("labels.", Family.CONTENT),
    ("exchange", Family.LIVE), ("decision.", Family.LIVE), ("standing.", Family.LIVE), ("strike.", Family.LIVE),
    ("case.", Family.LIVE), ("child_safety.", Family.LIVE), ("rescreening.", Family.LIVE),
    ("investigation.", Family.CONTENT),
    ("ledger.", Family.LEDGER),
)  # fmt: skip
WORDS: dict[str, int] = {
    **dict.fromkeys(("created", "added", "asked", "issued", "begun", "published", "broken", "counted", "held"), CREATE),
    **dict.fromkeys(("exported", "disclosed", "viewed", "shown", "read"), READ),
    **dict.fromkeys(("erased", "revoked", "removed", "withdrawn", "ended", "due_erased", "released"), DELETE),
}


def mapped(kind: str) -> Mapped:
    """Return what a kind is; never nothing."""
    family = next((each for begin, each in FAMILIES if kind.startswith(begin)), Family.ADMINISTRATION)
    word = kind.rpartition(".")[2].rpartition("_")[2]
    found = EXACT.get(kind) or _one(family, API_ACTIVITY, WORDS.get(word, UPDATE))
    known = KINDS.get(kind)
    says = (known.__doc__ or "").strip().partition("\n")[0] if known is not None else kind
    return msgspec.structs.replace(found, says=says)


def table() -> str:
    """Return the page that says which event is which kind of record."""
    lines = [
        "# Events of the audit",
        "",
        "Every record kind, by what it is about. OCSF 1.3 class and activity, and severity.",
        "",
    ]
    for family in Family:
        lines += [
            f"## {family.value.capitalize()}",
            "",
            "| kind | what happened | OCSF | severity |",
            "|---|---|---|---|",
        ]
        for name in sorted(KINDS):
            found = mapped(name)
            if found.family is family:
                told = f"{found.event_class}, {found.activity}"
                lines.append(f"| `{name}` | {found.says} | {told} | {found.severity} |")
        lines.append("")
    return "\n".join(lines)

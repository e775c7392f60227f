"""What is told of a decision, each a pure function of its record: to the person, to the authority, in numbers.

    Decided -> notice | statement | row | record;  rows -> tally

Since all are made from one value, they cannot contradict each other. Words come as an argument, from the vault.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import msgspec

from seawall.cases.decided import Decided
from seawall.cases.filers import FilerAct, Files, What
from seawall.cases.model import Origin, Outcome
from seawall.cases.speaking import Say
from seawall.cases.speaking import marked as _
from seawall.vocabulary.categories import MAPPINGS
from seawall.vocabulary.records.cases import CaseDecided

_NOTHING_LEFT = _("Nothing is held against the account because of it.")
_DID = {
    Outcome.NOTHING: _NOTHING_LEFT,
    Outcome.WARN: _("The account was warned. It goes on as before."),
    Outcome.RESTRICT: _("The account was restricted to {per_minute} requests a minute."),
    Outcome.SUSPEND: _("The account was suspended: its requests are refused."),
    Outcome.BAN: _("The account was closed: its requests are refused."),
}
_ACCOUNT = {Outcome.SUSPEND: "DECISION_ACCOUNT_SUSPENDED", Outcome.BAN: "DECISION_ACCOUNT_TERMINATED"}
_PROVISION = {Outcome.RESTRICT: "DECISION_PROVISION_PARTIAL_SUSPENSION"}
_SOURCES = {Origin.REPORT: "SOURCE_ARTICLE_16", Origin.FLAG: "SOURCE_TYPE_OTHER_NOTIFICATION"}
_CAME_UP = {
    Origin.FLAG: "Somebody who uses the service flagged an answer",
    Origin.REPORT: "Somebody reported it",
    Origin.ESCALATION: "The usage policy held a request for review",
    Origin.FINDING: "It was found by the provider",
    Origin.APPEAL: "An earlier decision was appealed against, and is replaced by a milder one",
}


_FILED = {
    (Files.NOTICES, What.WARNED): _(
        "Of your flags and reports {unfounded} of {settled} were manifestly unfounded. This is a warning."
    ),
    (Files.APPEALS, What.WARNED): _(
        "Of your appeals {unfounded} of {settled} were manifestly unfounded. This is a warning."
    ),
    (Files.NOTICES, What.SUSPENDED): _(
        "Your flags and reports are not processed for a while: {unfounded} of {settled} were manifestly unfounded."
    ),
    (Files.APPEALS, What.SUSPENDED): _(
        "Your appeals are not processed for a while: {unfounded} of {settled} were manifestly unfounded."
    ),
}
_COUNTED = _("People looked at each of them. Their marks are counted automatically.")
_STANDS = _("We looked at it again. The decision stands.")
_BACK = _("An earlier decision was taken back, with everything that followed from it.")


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What the person concerned is told: what happened, why, by which rule, for how long, and what they can do."""

    decision: str
    account: str
    about: str | None
    exchange: str | None
    what: str
    why: str
    rule: str | None
    category: str | None
    decided_automatically: bool
    detected_automatically: bool
    at: datetime
    until: datetime | None
    reverses: tuple[str, ...]
    answers_appeal: bool
    stands: bool | None
    appeal_until: datetime | None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One decision as numbers see it."""

    origin: str
    outcome: str
    category: str
    appeal: str
    reversed: int
    detected_automatically: bool
    seconds: int


def notice(decided: Decided, why: str, say: Say = str) -> Notice:
    """Return what the person is told. Of a case about child safety neither exchange nor rule is named."""
    appeal, open_ = decided.origin is Origin.APPEAL, not decided.sealed
    category = MAPPINGS[decided.category].title if decided.category is not None else None
    return Notice(
        decision=decided.id,
        account=decided.account,
        about=decided.about if open_ or appeal else None,
        exchange=decided.exchange if open_ else None,
        what=_what(decided, say),
        why=why,
        rule=decided.rule if open_ else None,
        category=category if open_ else None,
        decided_automatically=False,
        detected_automatically=decided.detected_automatically,
        at=decided.at,
        until=decided.until,
        reverses=decided.reverses,
        answers_appeal=appeal,
        stands=decided.about_right if appeal else None,
        appeal_until=decided.appeal_until,
    )


def notice_of_act(act: FilerAct, say: Say = str) -> Notice:
    """Return what whoever files is told, when they were warned or are not heard for a while."""
    what = say(_FILED[act.kind, act.what]).format(unfounded=act.unfounded, settled=act.settled)
    return Notice(
        decision=act.id,
        account=act.filer,
        about=None,
        exchange=None,
        what=what,
        why=say(_COUNTED),
        rule=None,
        category=None,
        decided_automatically=True,
        detected_automatically=True,
        at=act.at,
        until=act.until,
        reverses=(),
        answers_appeal=False,
        stands=None,
        appeal_until=None,
    )


def statement(decided: Decided, puid: str) -> dict[str, object] | None:
    """Return the statement of reasons in the fields of the DSA Transparency Database; None where nothing was taken.

    It is made of codes and dates alone and names nobody: no account, no exchange, no reviewer, and no word that anybody
    wrote, not even the reason that the person was given. Nothing is stated of child safety.
    """
    account, provision = _ACCOUNT.get(decided.outcome), _PROVISION.get(decided.outcome)
    if decided.sealed or (account is None and provision is None):
        return None
    facts = _facts(decided)
    told: dict[str, object] = {
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": f"Usage policy, {decided.rule or decided.reason_code}",
        "incompatible_content_explanation": facts,
        "content_type": ["CONTENT_TYPE_TEXT"],
        "category": MAPPINGS[decided.category].dsa if decided.category else "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
        "content_date": f"{decided.opened_at:%Y-%m-%d}",
        "application_date": f"{decided.at:%Y-%m-%d}",
        "decision_facts": facts,
        "source_type": _SOURCES.get(decided.origin, "SOURCE_VOLUNTARY"),
        "automated_detection": "Yes" if decided.detected_automatically else "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "puid": puid,
    }
    if account is not None:
        told["decision_account"] = account
    if provision is not None:
        told["decision_provision"] = provision
    if decided.until is not None:
        ends = "end_date_account_restriction" if account else "end_date_service_restriction"
        told[ends] = f"{decided.until:%Y-%m-%d}"
    return told


def row(decided: Decided | CaseDecided) -> Row:
    """Return a decision as numbers see it, of what the database has or of what the ledger has: both say the same."""
    opened, at = _moment(decided.opened_at), _moment(_at(decided))
    appeal = ""
    if decided.origin == Origin.APPEAL:
        appeal = "stands" if decided.about_right else "reversed"
    return Row(
        origin=str(decided.origin),
        outcome=str(decided.outcome),
        category=str(decided.category or ""),
        appeal=appeal,
        reversed=len(decided.reverses),
        detected_automatically=decided.detected_automatically,
        seconds=int((at - opened).total_seconds()),
    )


def tally(rows: Iterable[Row]) -> dict[str, int]:
    """Return how many decisions there were of each kind."""
    counts: Counter[str] = Counter()
    for each in rows:
        counts["decisions"] += 1
        counts[f"origin.{each.origin}"] += 1
        counts[f"outcome.{each.outcome}"] += 1
        counts[f"category.{each.category or 'none'}"] += 1
        counts["reversed"] += each.reversed
        counts["detected_automatically"] += each.detected_automatically
        if each.appeal:
            counts[f"appeal.{each.appeal}"] += 1
    return dict(sorted(counts.items()))


def record(decided: Decided) -> CaseDecided:
    """Return the same decision as the ledger has it."""
    return CaseDecided(
        case=decided.case,
        decision=decided.id,
        origin=decided.origin,
        project=decided.project,
        account=decided.account,
        exchange=decided.exchange,
        about=decided.about,
        about_right=decided.about_right,
        rule=decided.rule,
        category=decided.category,
        outcome=decided.outcome,
        until=decided.until.isoformat() if decided.until else None,
        per_minute=decided.per_minute,
        reason_code=decided.reason_code,
        reason_item=decided.reason,
        reverses=decided.reverses,
        detected_automatically=decided.detected_automatically,
        agreed_by=decided.agreed_by,
        opened_at=decided.opened_at.isoformat(),
        decided_at=decided.at.isoformat(),
        appeal_until=decided.appeal_until.isoformat() if decided.appeal_until else None,
        bulk=decided.bulk,
        unfounded=decided.unfounded,
        by=decided.by,
    )


def _facts(decided: Decided) -> str:
    """Return facts and circumstances, from codes and dates."""
    what = MAPPINGS[decided.category].title if decided.category is not None else "another breach of the usage policy"
    found = "by automated means" if decided.detected_automatically else "without automated means"
    until = f" until {decided.until:%d %B %Y}" if decided.until is not None else ""
    did = _DID[decided.outcome].format(per_minute=decided.per_minute).rstrip(".")
    by = "Two people decided" if decided.agreed_by else "A person decided"
    first = f"{_CAME_UP[decided.origin]}. The matter, {what}, was detected {found}."
    return f"{first} {by}: {did[0].lower()}{did[1:]}{until}. Reason code: {decided.reason_code}."


def _what(decided: Decided, say: Say) -> str:
    did = say(_DID[decided.outcome]).format(per_minute=decided.per_minute)
    if decided.origin is Origin.APPEAL and decided.about_right:
        return say(_STANDS)
    if decided.reverses:
        back = say(_BACK)
        return back if decided.outcome is Outcome.NOTHING else f"{back} {did}"
    return did


def _at(decided: Decided | CaseDecided) -> datetime | str:
    return decided.at if isinstance(decided, Decided) else decided.decided_at


def _moment(given: datetime | str) -> datetime:
    return datetime.fromisoformat(given) if isinstance(given, str) else given

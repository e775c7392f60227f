"""Records of what was held against accounts, and of what was taken back. Weights are in thousandths; no texts."""

from typing import ClassVar

from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, NoticeId, ProjectId, RuleId, StrikeId
from seawall.vocabulary.records.record import Audience, Record


class StrikeCounted(Record, frozen=True, kw_only=True):
    """A violation was counted against an account."""

    kind: ClassVar[str] = "strike.counted"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"account"})
    strike: StrikeId
    account: AccountId
    project: ProjectId
    decision: DecisionId
    exchange: ExchangeId
    rule: RuleId
    category: str
    weight_thousandths: int
    expires_at: str


class StandingChanged(Record, frozen=True, kw_only=True):
    """The standing of an account changed, by strikes, by a measure, by a rule, by a person or by a reversal."""

    kind: ClassVar[str] = "standing.changed"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"account", "by"})
    change: str
    account: AccountId
    project: ProjectId
    from_state: str
    to_state: str
    until: str | None
    per_minute: int | None
    limits: tuple[str, ...] = ()
    cause: str
    decision: DecisionId | None
    by: str | None
    reason_code: str | None


class SanctionNoted(Record, frozen=True, kw_only=True):
    """A person did something to an account, and its standing is as it was, as more holds against it."""

    kind: ClassVar[str] = "standing.sanction_noted"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"account", "by"})
    account: AccountId
    project: ProjectId
    act: int
    decision: DecisionId | None
    by: str | None
    reason_code: str | None


class DecisionReversed(Record, frozen=True, kw_only=True):
    """A decision was taken back, with its strikes, its labels and the changes of standing that would not have been.

    `caused_by` names the decision whose reversal took it along: that of a rule which would not have acted without it.
    """

    kind: ClassVar[str] = "decision.reversed"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"account", "by"})
    decision: DecisionId
    account: AccountId
    project: ProjectId
    strikes: tuple[StrikeId, ...]
    changes: tuple[str, ...]
    labels: tuple[str, ...] = ()
    caused_by: DecisionId | None = None
    by: str
    reason_code: str


class AccountLabelled(Record, frozen=True, kw_only=True):
    """An account was given a label, by a person or by the decision of a rule."""

    kind: ClassVar[str] = "account.labelled"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"account", "by"})
    label: str
    name: str
    account: AccountId
    project: ProjectId
    expires_at: str | None
    decision: DecisionId | None
    by: str | None
    reason_code: str


class LabelEnded(Record, frozen=True, kw_only=True):
    """A label was taken off an account before its time."""

    kind: ClassVar[str] = "account.label_ended"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"account", "by"})
    label: str
    name: str
    account: AccountId
    project: ProjectId
    by: str
    reason_code: str


class ReferenceGiven(Record, frozen=True, kw_only=True):
    """The operator said what an account pays with or uses. Only a keyed digest is kept, and not in here."""

    kind: ClassVar[str] = "account.reference_given"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"account"})
    account: AccountId
    project: ProjectId
    what: str
    through: str


class AccountRulesPublished(Record, frozen=True, kw_only=True):
    """Rules about accounts came into force. `enforced` names those that act by themselves."""

    kind: ClassVar[str] = "account_rules.published"
    audience: ClassVar[Audience] = Audience.PUBLIC
    private: ClassVar[frozenset[str]] = frozenset({"by"})
    version: int
    digest: str
    previous: str | None
    enforced: tuple[str, ...]
    monitored: tuple[str, ...]
    by: str


class AccountRuleApplied(Record, frozen=True, kw_only=True):
    """A rule about accounts acted under a decision of its own: what it did is undone with that decision."""

    kind: ClassVar[str] = "account_rule.applied"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"account"})
    decision: DecisionId
    rule: str
    rules_version: int
    account: AccountId
    project: ProjectId
    exchange: ExchangeId
    after: DecisionId
    measure: str
    labels: tuple[str, ...]
    opens_case: bool


class StandingNoticeGiven(Record, frozen=True, kw_only=True):
    """The operator's product took over a notice of what was done to an account without a case, or taken back."""

    kind: ClassVar[str] = "standing.notice_given"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"account"})
    notice: NoticeId
    account: AccountId
    project: ProjectId
    decision: DecisionId | None
    taken_back: bool
    by: str


class AccountRuleFailed(Record, frozen=True, kw_only=True):
    """A rule about accounts could not be asked, which is not the same as that it did not hold."""

    kind: ClassVar[str] = "account_rule.failed"
    audience: ClassVar[Audience] = Audience.AUDITOR
    private: ClassVar[frozenset[str]] = frozenset({"account"})
    rule: str
    rules_version: int
    account: AccountId
    project: ProjectId
    exchange: ExchangeId
    after: DecisionId

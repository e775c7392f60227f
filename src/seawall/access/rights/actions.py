"""The closed list of actions: what each does, to what kind of thing, and what it asks for beyond a role.

`fresh` asks for a passkey that verified the person in the last minutes. `seats` asks for other people: one for each
seat, each in one of the seat's roles, all different. A route or a command declares one of these names.
"""

import msgspec

Seat = frozenset[str]


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody may do."""

    name: str
    kind: str
    does: str
    fresh: bool = False
    seats: tuple[Seat, ...] = ()
    glass: bool = True

    @property
    def two_party(self) -> bool:
        """Tell whether other people must agree."""
        return bool(self.seats)

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the groups that the guards know it by."""
        return tuple(name for name, wanted in (("fresh", self.fresh), ("two_party", self.two_party)) if wanted)


def _one(name: str, kind: str, does: str) -> Action:
    return Action(name=name, kind=kind, does=does)


def _fresh(name: str, kind: str, does: str) -> Action:
    return Action(name=name, kind=kind, does=does, fresh=True)


def _two(name: str, kind: str, does: str, *seats: str, glass: bool = True) -> Action:
    named = tuple(frozenset(seat.split("|")) for seat in seats)
    return Action(name=name, kind=kind, does=does, fresh=True, seats=named, glass=glass)


ACTIONS: tuple[Action, ...] = (
    _one("case.read", "Case", "Read a case and what belongs to it."),
    _one("case.decide", "Case", "Decide a case."),
    _one("case.decide_appeal", "Case", "Decide an appeal against a decision."),
    _one("case.settle", "Case", "Settle a case on which two reviewers disagree."),
    _one("case.reopen", "Case", "Reopen a case that was closed."),
    _one("case.change_readers", "Case", "Say who alone may see a case."),
    _one("child_safety.read", "ChildSafetyCase", "Read a case about child safety."),
    _one("child_safety.decide", "ChildSafetyCase", "Decide a case about child safety."),
    _two("child_safety.export", "ChildSafetyCase", "Export a report to an authority.", "child_safety_reviewer|legal"),
    _one("investigation.read", "Investigation", "Read an investigation: its trail, and what it found, without words."),
    _one("investigation.open", "Investigation", "Open an investigation."),
    _one("investigation.manage", "Investigation", "Search across accounts, save what was found, name readers."),
    _one("investigation.look", "Investigation", "See what people and models wrote, in an investigation."),
    _one("rescreening.read", "Rescreening", "See what screening the past again would change."),
    _one("rescreening.start", "Rescreening", "Screen retained exchanges again; stop it."),
    _one("rescreening.open_cases", "Rescreening", "Open cases about what screening again showed."),
    _one("notice.read", "Notice", "See where notices are on their way, without their words."),
    _one("webhook.read", "Webhook", "See where events of projects go to, and what was not taken."),
    _fresh("webhook.change", "Webhook", "Let events go somewhere, test it, have them sent again, end it."),
    _one("account.read", "Account", "Read where an account stands and why."),
    _one("account.change_standing", "Account", "Restrict, suspend or restore an account."),
    _one("organisation.read", "Organisation", "Read whose projects are, and who is banned."),
    _one("organisation.change", "Organisation", "Make organisations, and say whose a project is."),
    _fresh("organisation.reinstate", "Organisation", "Let a banned organisation back in."),
    _two("organisation.ban", "Organisation", "Ban an organisation.", "senior_reviewer|legal|security"),
    _one("dashboard.read", "Dashboard", "See how things go: volume, decisions, detectors, cases and appeals."),
    _one("policy.read", "Policy", "Read usage policies."),
    _one("policy.draft", "Policy", "Write and try a usage policy."),
    _two("policy.publish", "Policy", "Put a usage policy into force.", "policy_editor|release_approver|legal"),
    _two("account_rules.enforce", "Policy", "Let rules about accounts act.", "policy_editor|senior_reviewer|legal"),
    _one("evaluation.read", "Evaluation", "Read evaluations."),
    _one("evaluation.run", "Evaluation", "Run and import evaluations."),
    _one("release.read", "Release", "Read releases and their gates."),
    _one("release.propose", "Release", "Propose a release and its evidence."),
    _two("release.sign_off", "Release", "Sign a release off.", "release_approver", glass=False),
    _fresh("release.refuse", "Release", "Refuse a release that was proposed."),
    _one("release.withdraw", "Release", "Take a proposal back, or end a sign-off."),
    _two("model.grant_access", "Model", "Give somebody access to a model.", "security|release_approver"),
    _one("legal.read", "LegalRequest", "Read requests of authorities and courts."),
    _one("legal.intake", "LegalRequest", "Take such a request in, and check who sent it."),
    _fresh("legal.review", "LegalRequest", "Review, narrow, refuse, approve, preserve; say what may not be told."),
    _two("legal.produce", "LegalRequest", "Hand data over in answer to a request.", "legal|security"),
    _one("vault.hold", "VaultItem", "Hold or release content."),
    _fresh("vault.erase", "VaultItem", "Erase content before its time."),
    _two("vault.disclose", "VaultItem", "Show content to somebody outside a case.", "legal|security"),
    _one("project.read", "Project", "Read projects, models and keys, without secrets."),
    _one("project.change", "Project", "Make and change projects and their models."),
    _fresh("key.create", "Project", "Make a key."),
    _one("key.revoke", "Project", "End a key."),
    _two("key.create_zero_retention", "Project", "Make a key with zero retention.", "security|legal"),
    _two("project.stop_keeping", "Project", "Let a project keep nothing of what is said.", "security|legal"),
    _one("tester.read", "Tester", "Read engagements of outside testers."),
    _fresh("tester.manage", "Tester", "Let testers into an engagement, give them keys, end it."),
    _two("tester.begin", "Tester", "Begin an engagement of outside testers.", "security|release_approver|legal"),
    _two("tester.lift_safeguards", "Tester", "Let a tester past the safeguards.", "security", "release_approver"),
    _one("privacy.read", "PrivacyRequest", "Read who asked for what about their data, and what was answered."),
    _fresh("privacy.answer", "PrivacyRequest", "Check who asks, and answer: export, correct, delete, opt out."),
    _one("commitment.read", "Commitment", "Read commitments, practices and what shows that they are kept."),
    _one("activity.record", "Activity", "State what was done for a practice, and withdraw it."),
    _one("feedback.read", "Feedback", "Read what people say of commitments, and what they are answered."),
    _one("feedback.answer", "Feedback", "Answer it, and say what of the answer everybody may read."),
    _one("report.draft", "Publication", "Prepare what is published."),
    _one("metrics.read", "Publication", "Read the public numbers, closed and as they stand."),
    _two("metrics.close", "Publication", "Close the public numbers of a period.", "legal|senior_reviewer", glass=False),
    _one("reasons.read", "Publication", "Read statements of reasons, and whether the authority has them."),
    _fresh("reasons.send", "Publication", "Send statements of reasons to the authority."),
    _two("document.publish", "Publication", "Publish a document for the public.", "publisher|legal|policy_editor"),
    _two("report.publish", "Publication", "Publish an edition of the hub.", "publisher|legal|policy_editor"),
    _one("audit.read", "Audit", "Read records of the ledger."),
    _one("audit.export", "Audit", "Export records of the ledger."),
    _two("audit.stream_add", "Audit", "Let records flow elsewhere.", "security|administrator|legal", glass=False),
    _fresh("audit.stream_remove", "Audit", "Let records flow somewhere no more."),
    _one("ledger.operate", "System", "Verify and publish the ledger."),
    _fresh("system.rotate_keys", "System", "Rotate keys of the installation."),
    _one("system.operate", "System", "Look after jobs and processes."),
    _one("person.read", "Person", "Read who there is and which roles they hold."),
    _fresh("person.add", "Person", "Add people and service accounts."),
    _fresh("person.change", "Person", "Change, deactivate and activate people."),
    _fresh("person.end_sessions", "Person", "End sessions of others."),
    _fresh("role.grant", "Person", "Give roles."),
    _fresh("role.withdraw", "Person", "Take roles away."),
    _one("role.confirm", "Person", "Confirm that roles are still needed."),
    _one("rights.read", "Rights", "Read these rules."),
    _two("rights.change", "Rights", "Change these rules.", "security|administrator", glass=False),
    _one("approval.read", "Approval", "Read requests that ask for other people."),
    _fresh("approval.vote", "Approval", "Approve or deny a request."),
    _fresh("approval.break_glass", "Approval", "Act alone in an emergency, under review."),
    _fresh("approval.review_glass", "Approval", "Review what was done alone."),
)

BY_NAME = {action.name: action for action in ACTIONS}
KINDS = tuple(sorted({action.kind for action in ACTIONS}))
if len(BY_NAME) != len(ACTIONS):
    raise RuntimeError("two actions share a name: see seawall.access.rights.actions.ACTIONS")

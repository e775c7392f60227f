"""What codes of cases are called on pages, and when a case is due, in words."""

from datetime import datetime

from seawall.cases.model import Case, Origin, Outcome, Priority, Stage, State
from seawall.vocabulary.categories import MAPPINGS, Category
from seawall.web.console.times import relative

ORIGINS = {
    Origin.FLAG: "Flagged",
    Origin.REPORT: "Reported",
    Origin.ESCALATION: "Held by the policy",
    Origin.FINDING: "Found",
    Origin.APPEAL: "Appeal",
}
STATES = {
    State.OPEN: "Free",
    State.CLAIMED: "Taken",
    State.WAITING: "Waits",
    State.DECIDED: "Settled",
    State.MERGED: "Merged",
}
PRIORITIES = {each: each.name.capitalize() for each in Priority}
STAGES = {
    Stage.FIRST: "First look",
    Stage.SECOND: "Second look, by somebody else, who is not shown what the first one said",
    Stage.SETTLE: "Two reviewers disagree; a third person settles it",
}
OUTCOMES = {
    Outcome.NOTHING: "Nothing",
    Outcome.WARN: "Warn",
    Outcome.RESTRICT: "Restrict to a rate",
    Outcome.SUSPEND: "Suspend, with an end",
    Outcome.BAN: "Close the account",
}
DID = {
    "nothing": "Nothing was done",
    "warn": "Warned",
    "restrict": "Restricted",
    "suspend": "Suspended",
    "ban": "Closed",
}
# Codes that are at hand; any other may be written.
REASONS = (
    "repeated",
    "first_time",
    "no_violation",
    "harmless_context",
    "detector_wrong",
    "decision_right",
    "decision_wrong",
    "serious_harm",
)
WAITS = ("asked_the_reporter", "asked_the_operator", "outside_help", "technical_fault")
MOVES = ("wrong_queue", "needs_expertise", "urgent_harm", "child_safety")
REOPENS = ("new_facts", "decided_wrongly", "asked_by_person")
HAPPENED = {
    "opened": "Came up",
    "flagged": "Was flagged",
    "appeal_filed": "The appeal was filed",
    "claimed": "Taken",
    "released": "Given back",
    "paused": "Let wait",
    "resumed": "Went on",
    "noted": "Note",
    "exported": "Handed over to an authority",
    "viewed": "What was written was looked at",
    "moved": "Handed to another queue",
    "readers_changed": "Who may see it was changed",
    "merged": "Merged into another",
    "joined": "Another one was merged into it",
    "proposed": "The first reviewer has decided; somebody else looks",
    "disagreed": "The second reviewer decided otherwise",
    "decided": "Settled",
    "failed": "Could not be carried out",
    "reopened": "Reopened",
    "sampled": "Drawn for its quality",
    "quality_reviewed": "Its quality was looked at",
    "notice_given": "The notice was handed over",
}
SURFACES = {
    "input": "Sent to the model",
    "output": "Answered",
    "tool_call": "Call of a tool",
    "tool_result": "Result of a tool",
    "document": "Document",
}
LINES = {
    "decision": "Decided by the policy",
    "strike": "Strike",
    "standing": "Standing changed",
    "person": "Decided by a person",
    "reversal": "Taken back",
    "waits": "Waits behind something graver",
}


def called(case: Case) -> str:
    """Return what a case is called: what it seems to be about."""
    return title_of(case.category) if case.category is not None else ORIGINS[case.origin]


def title_of(category: str | None) -> str:
    """Return the title of a category; its code where it is not known here."""
    known = category in Category.__members__.values()
    return MAPPINGS[Category(category)].title if known and category else category or ""


def due(case: Case, now: datetime) -> str:
    """Return how a case stands by its clock."""
    if case.state is State.DECIDED and case.decided_at is not None:
        return f"settled {relative(case.decided_at, now)}"
    if case.state is State.MERGED:
        return "settled with another"
    if case.state is State.WAITING:
        return "its clock stands still"
    return f"{'was due' if case.overdue(now) else 'due'} {relative(case.due_at, now)}"

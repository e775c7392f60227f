"""What the codes of commitments are called where people read them."""

from seawall.commitments.activities import ActivityKind, Withdrawal
from seawall.commitments.documents import Cadence, Certainty, Software
from seawall.commitments.model import State

STATES = {each.value: each.value.replace("_", " ") for each in State}
# What somebody should look at.
STRONG = (State.LAPSED.value, State.LAPSING.value)
CADENCES = {
    Cadence.ALWAYS: "all the time",
    Cadence.WEEKLY: "each week",
    Cadence.MONTHLY: "each month",
    Cadence.QUARTERLY: "each quarter",
    Cadence.HALF_YEARLY: "each half year",
    Cadence.YEARLY: "each year",
    Cadence.ON_CHANGE: "at each change",
    Cadence.ONCE: "once",
}
SOFTWARE = {
    Software.RUNS: "runs it",
    Software.ASSISTS: "assists people with it",
    Software.RECORDS: "records what people do",
}
CERTAINTIES = {
    Certainty.CHECKED: "compared with a source",
    Certainty.PARTLY: "partly compared with a source",
    Certainty.UNCHECKED: "from memory, not compared with a source",
}
KINDS = {each.value: each.value.replace("_", " ").capitalize() for each in ActivityKind}
WITHDRAWALS = (
    (Withdrawal.MISTAKE.value, "It was entered by mistake"),
    (Withdrawal.REPLACED.value, "Another entry takes its place"),
    (Withdrawal.ENDED.value, "What it speaks of ended early"),
    (Withdrawal.NOT_TRUE.value, "It is not true"),
)
WITHDRAWN = dict(WITHDRAWALS)


def owner(name: str) -> str:
    """Return an owner as people read it: a role in words, or a person's identifier."""
    return name if name.startswith("pe_") else name.replace("_", " ")

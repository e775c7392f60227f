"""Outside testers: institutes, labs and researchers who test models, under conditions that the live path holds them to.

    make -> validate(person) -> make_key -> AccessBook: when, from where, which models, how much -> end -> statement

Nothing of what they send is kept. Safeguards are on; others lift them, for one engagement (`lift_safeguards`). What a
test ran under is stated in a record, whose proof anyone checks. Imports `access.people` and `access.approvals`.
"""

from seawall.access.limits import BudgetSpent, OutsideConditions
from seawall.access.testers.engagements import Plan, end, end_due, every, find, make, purpose_of
from seawall.access.testers.history import Happened, Statement, find_statement, history, statements
from seawall.access.testers.members import keys_of, make_key, remove, testers_of, validate
from seawall.access.testers.model import Check, Engagement, State, Tester, TesterKey
from seawall.access.testers.safeguards import lift_safeguards, over_time, restore_safeguards
from seawall.access.testers.statement import Tested, issue, used

__all__ = [
    "BudgetSpent",
    "Check",
    "Engagement",
    "Happened",
    "OutsideConditions",
    "Plan",
    "State",
    "Statement",
    "Tested",
    "Tester",
    "TesterKey",
    "end",
    "end_due",
    "every",
    "find",
    "find_statement",
    "history",
    "issue",
    "keys_of",
    "lift_safeguards",
    "make",
    "make_key",
    "over_time",
    "purpose_of",
    "remove",
    "restore_safeguards",
    "statements",
    "testers_of",
    "used",
    "validate",
]

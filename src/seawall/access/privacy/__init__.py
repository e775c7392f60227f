"""Privacy: what is stored about somebody, its export, correction, deletion, opting out, and for how long it is kept.

    take -> check (who asks) -> export | delete_all | correct_person | contest | opt_out     within thirty days

Whatever holds data of people is a `Holder`, which `app` lists in an `Archive`; a deletion asks each and answers with
what each removed and what stays and why. `may_analyse` is asked by all who learn from content.
"""

from seawall.access.privacy.content import VaultHolder
from seawall.access.privacy.model import (
    Archive,
    Checked,
    Hold,
    Holder,
    Kept,
    Removed,
    Request,
    State,
    Stock,
    Subject,
    Whose,
    Wish,
)
from seawall.access.privacy.requests import (
    check,
    contest,
    correct_person,
    delete_all,
    every,
    export,
    find,
    may_analyse,
    opt_out,
    refuse,
    take,
)
from seawall.access.privacy.retention import Class, Set, classes, put_in_force, was_set
from seawall.access.privacy.staff import PeopleHolder
from seawall.access.privacy.stored import holds, stock

__all__ = [
    "Archive",
    "Checked",
    "Class",
    "Hold",
    "Holder",
    "Kept",
    "PeopleHolder",
    "Removed",
    "Request",
    "Set",
    "State",
    "Stock",
    "Subject",
    "VaultHolder",
    "Whose",
    "Wish",
    "check",
    "classes",
    "contest",
    "correct_person",
    "delete_all",
    "every",
    "export",
    "find",
    "holds",
    "may_analyse",
    "opt_out",
    "put_in_force",
    "refuse",
    "stock",
    "take",
    "was_set",
]

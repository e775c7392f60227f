"""The dangerous acts that this installation can carry out, wired to the rooms that do them.

One file a room, one value an act. What takes others and cannot be done here stands in `UNAVAILABLE` with the reason.
"""

from seawall.access.approvals import Acts
from seawall.app.acts import (
    account_rules,
    contents,
    legal,
    numbers,
    organisations,
    policies,
    projects,
    publications,
    releases,
    rules,
    testers,
)
from seawall.app.instance import Instance

UNAVAILABLE = {
    "child_safety.export": "no report to an authority can be made here yet. Cases about child safety never leave.",
}


def acts(instance: Instance) -> Acts:
    """Return the table of acts. Raises RuntimeError where it does not cover every action that asks for others."""
    rooms = (
        policies,
        account_rules,
        projects,
        organisations,
        contents,
        legal,
        rules,
        testers,
        numbers,
        publications,
        releases,
    )
    return Acts(tuple(act for room in rooms for act in room.acts(instance)), UNAVAILABLE)

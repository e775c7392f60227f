"""The dangerous acts that this installation can carry out, wired to the rooms that do them.

One file a room, one value an act. An action that asks for others and is no act here stops the start.
"""

from seawall.access.approvals import Acts
from seawall.app.acts import (
    account_rules,
    child_safety,
    contents,
    legal,
    numbers,
    organisations,
    policies,
    projects,
    publications,
    releases,
    rules,
    streams,
    testers,
)
from seawall.app.instance import Instance


def acts(instance: Instance) -> Acts:
    """Return the table of acts. Raises RuntimeError where it does not cover every action that asks for others."""
    rooms = (
        policies,
        account_rules,
        projects,
        organisations,
        child_safety,
        contents,
        legal,
        rules,
        testers,
        numbers,
        publications,
        releases,
        streams,
    )
    return Acts(tuple(act for room in rooms for act in room.acts(instance)), {})

"""The dangerous acts that this installation can carry out, wired to the rooms that do them.

One file a room, one value an act. What takes others and cannot be done here stands in `UNAVAILABLE` with the reason.
"""

from seawall.access.approvals import Acts
from seawall.app.acts import contents, organisations, policies, projects, publications, rules, testers
from seawall.app.instance import Instance

UNAVAILABLE = {
    "release.sign_off": "there is no room for releases yet.",
    "child_safety.export": "no report to an authority can be made here yet. Cases about child safety never leave.",
    "legal.produce": "there is no room for legal requests yet.",
}


def acts(instance: Instance) -> Acts:
    """Return the table of acts. Raises RuntimeError where it does not cover every action that asks for others."""
    rooms = (policies, projects, organisations, contents, rules, testers, publications)
    return Acts(tuple(act for room in rooms for act in room.acts(instance)), UNAVAILABLE)

"""Rights: what somebody may do, decided by Cedar policies that an operator can read and change.

    load(directory) -> Rights.may(principal, action, resource, asked) -> Permission(allowed, because, missing)

A role is a file of policies in `default/`; the guards hold whatever the roles say. The actions are a closed list in
`actions.py`, from which the schema is made. Imports `access.people` for who asks; knows nothing of HTTP.
"""

from seawall.access.rights.actions import ACTIONS, Action
from seawall.access.rights.force import follow, put_in_force
from seawall.access.rights.load import BadRights, load
from seawall.access.rights.rights import Asked, NotPermitted, Permission, Principal, Resource, Rights, asked, principal

__all__ = [
    "ACTIONS",
    "Action",
    "Asked",
    "BadRights",
    "NotPermitted",
    "Permission",
    "Principal",
    "Resource",
    "Rights",
    "asked",
    "follow",
    "load",
    "principal",
    "put_in_force",
]

"""Policies by action: a policy whose scope leaves an action out cannot decide it, so it is not looked at.

Only the scope is read, never the conditions. A scope that is not understood counts as one that takes every action.
"""

import json
from typing import Any

import cedarpy

from seawall.access.rights.actions import Action


class Sliced:
    """A text of policies, parsed once for each action that is decided."""

    def __init__(self, text: str) -> None:
        self._policies: dict[str, Any] = json.loads(cedarpy.policies_to_json_str(text))["staticPolicies"]
        self._made: dict[str, cedarpy.PolicySet] = {}

    def of(self, action: Action) -> cedarpy.PolicySet:
        """Return the policies that can speak of an action."""
        made = self._made.get(action.name)
        if made is None:
            names = {action.name, *action.groups}
            some = {name: policy for name, policy in self._policies.items() if _takes(policy["action"], names)}
            whole = {"staticPolicies": some, "templates": {}, "templateLinks": []}
            made = self._made[action.name] = cedarpy.PolicySet.from_json_str(json.dumps(whole))
        return made


def _takes(scope: dict[str, Any], names: set[str]) -> bool:
    if scope.get("op") not in ("==", "in"):
        return True
    named = scope.get("entities", [scope["entity"]] if "entity" in scope else None)
    return named is None or any(each.get("id") in names for each in named)

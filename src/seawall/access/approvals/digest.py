"""The digest of one exact action: RFC 8785 and SHA-256. Whoever executes makes it anew from what they will do."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from seawall.access.rights import Resource
from seawall.ledger.commitment import canonical

_TAG = b"seawall/request/1\x00"


def digest(action: str, resource: Resource, parameters: Mapping[str, Any]) -> bytes:
    """Return what a vote binds. Raises NotCanonical for parameters that JSON does not carry exactly."""
    thing = {"kind": resource.kind, "id": resource.id}
    body = canonical({"action": action, "resource": thing, "parameters": dict(parameters)}, "a request")
    return sha256(_TAG + body).digest()


def kept(parameters: Mapping[str, Any]) -> bytes:
    """Return parameters as they are kept for approvers to see. Raises NotCanonical."""
    return canonical(dict(parameters), "a request")

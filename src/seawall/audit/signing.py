"""Signatures of webhooks, in the form of Standard Webhooks: HMAC-SHA-256 over name, time and body. Pure.

webhook-id: <name>     webhook-timestamp: <seconds>     webhook-signature: v1,<base64>
"""

import base64
import hmac
from collections.abc import Mapping

TOLERANCE_S = 300


def signed(secret: bytes, name: str, at: int, body: bytes) -> dict[str, str]:
    """Return the headers of a delivery."""
    return {
        "webhook-id": name,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{_signature(secret, name, str(at), body)}",
    }


def holds(secret: bytes, headers: Mapping[str, str], body: bytes, now: int) -> bool:
    """Tell whether a delivery is ours and not an old one that somebody sends again."""
    name, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not at.isascii() or not at.isdigit() or abs(now - int(at)) > TOLERANCE_S:
        return False
    wanted = _signature(secret, name, at, body)
    given = [each.partition(",")[2] for each in headers.get("webhook-signature", "").split() if each.startswith("v1,")]
    return any(hmac.compare_digest(each.encode(), wanted.encode()) for each in given)


def _signature(secret: bytes, name: str, at: str, body: bytes) -> str:
    text = f"{name}.{at}.".encode() + body
    return base64.b64encode(hmac.digest(secret, text, "sha256")).decode()

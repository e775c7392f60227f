"""Identifiers: a short prefix that names the thing, then 48 bits of time and 80 random bits, sortable as text."""

import os
import time
from base64 import b32hexencode
from typing import NewType

AccountId = NewType("AccountId", str)
DecisionId = NewType("DecisionId", str)
ExchangeId = NewType("ExchangeId", str)
ItemId = NewType("ItemId", str)
KeyId = NewType("KeyId", str)
ProjectId = NewType("ProjectId", str)
RecordId = NewType("RecordId", str)
RuleId = NewType("RuleId", str)
StrikeId = NewType("StrikeId", str)


def new_id(prefix: str) -> str:
    """Return a fresh identifier such as ``ex_06d…``: 26 lower-case base32hex digits that sort by time of making."""
    stamp = int(time.time() * 1000).to_bytes(6, "big")
    return f"{prefix}_{b32hexencode(stamp + os.urandom(10)).decode().rstrip('=').lower()}"

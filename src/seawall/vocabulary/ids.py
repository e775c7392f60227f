"""Identifiers: a short prefix that names the thing, then 48 bits of time and 80 random bits, sortable as text."""

import os
import threading
import time
from typing import NewType

AccountId = NewType("AccountId", str)
CaseId = NewType("CaseId", str)
DecisionId = NewType("DecisionId", str)
DirectoryId = NewType("DirectoryId", str)
EngagementId = NewType("EngagementId", str)
ExchangeId = NewType("ExchangeId", str)
GroupId = NewType("GroupId", str)
ItemId = NewType("ItemId", str)
KeyId = NewType("KeyId", str)
LegalRequestId = NewType("LegalRequestId", str)
NoticeId = NewType("NoticeId", str)
OrganisationId = NewType("OrganisationId", str)
PersonId = NewType("PersonId", str)
PreservationId = NewType("PreservationId", str)
PrivacyId = NewType("PrivacyId", str)
ProjectId = NewType("ProjectId", str)
RecordId = NewType("RecordId", str)
ReleaseId = NewType("ReleaseId", str)
RequestId = NewType("RequestId", str)
RuleId = NewType("RuleId", str)
SessionId = NewType("SessionId", str)
StrikeId = NewType("StrikeId", str)
TokenId = NewType("TokenId", str)


_DIGITS = "0123456789abcdefghijklmnopqrstuv"
_PAIRS = [high + low for high in _DIGITS for low in _DIGITS]


class _Numbers:
    """128-bit numbers that begin with the time, each above those that this process made in the same millisecond.

    Records of one transaction are numbered by their identifiers, so chance may not swap two of them.
    """

    def __init__(self) -> None:
        self._lock, self._last = threading.Lock(), 0

    def fresh(self) -> int:
        """Return the next number; the steps within a millisecond are random, so that none tells another."""
        made = int(time.time() * 1000) << 80 | int.from_bytes(os.urandom(10), "big")
        with self._lock:
            if made >> 80 == self._last >> 80:
                made = self._last + 1 + (made & 0xFFFFFFFF)
            self._last = made
        return made


_numbers = _Numbers()


def new_id(prefix: str) -> str:
    """Return a fresh identifier such as ``ex_06d…``: 26 lower-case base32hex digits that sort by time of making."""
    number = _numbers.fresh() << 2
    # Two digits at a time from a table: several times faster than encoding bytes, and every exchange makes a few.
    return f"{prefix}_{''.join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])}"

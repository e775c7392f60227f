"""Releases: what is to be released, on which statement of its risk, and whether that was signed off.

    propose (with documents) -> ready: what is missing -> sign_off (others agree to the exact statement) | refuse
    signed off -> withdraw, or it lapses by itself

A statement names everything that it rests on by digest, and everything that is missing: what nobody measured is never
taken for a pass. Imports `access`, `ledger` and `store`. Limits: nothing is measured here yet, and the room
decides on statements, not on models: which weights run under a name it cannot see.
"""

from seawall.risk.board import Board
from seawall.risk.model import Applies, Brought, Document, Part, Plan, Refusal, Release, Risk, State, Withdrawal
from seawall.risk.proposing import attach, propose
from seawall.risk.public import SignedOff, signed_off
from seawall.risk.ready import Missing, ready
from seawall.risk.rows import every, find
from seawall.risk.showing import Shown, shown
from seawall.risk.signing import refuse, sign_off, withdraw

__all__ = [
    "Applies",
    "Board",
    "Brought",
    "Document",
    "Missing",
    "Part",
    "Plan",
    "Refusal",
    "Release",
    "Risk",
    "Shown",
    "SignedOff",
    "State",
    "Withdrawal",
    "attach",
    "every",
    "find",
    "propose",
    "ready",
    "refuse",
    "shown",
    "sign_off",
    "signed_off",
    "withdraw",
]

"""Recertification: everything that was given is confirmed by its owner, or taken away.

    begin -> items, each with whoever must confirm it -> confirm | withdraw -> deadline: the rest is withdrawn

What can be confirmed comes from sources (`Source`): roles and keys here, others by the same protocol. Nobody confirms
what they hold themselves, by whichever account. Where the owner is gone, administrators are asked at once.
"""

from seawall.access.recertify.campaigns import begin, close_due, confirm, inbox, remind, report, withdraw
from seawall.access.recertify.model import Campaign, Due, Item, Outcome, Report, Source, Standing
from seawall.access.recertify.sources import SOURCES

__all__ = [
    "SOURCES",
    "Campaign",
    "Due",
    "Item",
    "Outcome",
    "Report",
    "Source",
    "Standing",
    "begin",
    "close_due",
    "confirm",
    "inbox",
    "remind",
    "report",
    "withdraw",
]

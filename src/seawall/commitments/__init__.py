"""Commitments: what was promised, which practices serve it, and which records show that they are kept.

    frameworks -> commitments -> practices -> evidence rules      the register: data, with an operator's laid over it
    numbered records -> rules -> state of each practice -> state of each commitment -> commitment.state_changed

Nothing is kept because somebody says so: a practice is kept while the records that its rules ask for are there and
fresh. What people carry out themselves is an activity, with a name, a document's digest and an end, and shows as such.
Imports the ledger and `store`; never the vault, and nothing that could reach what is private.
"""

from seawall.commitments.adopted import load
from seawall.commitments.model import Book, State
from seawall.commitments.register import Register, register
from seawall.commitments.watch import step

__all__ = ["Book", "Register", "State", "load", "register", "step"]

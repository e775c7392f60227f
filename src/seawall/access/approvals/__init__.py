"""Two-party control: what one person asks for, others agree to, and then exactly that is done, once.

    Acts: ask_for -> vote (with a passkey, on the digest) -> carry_out (execute, in the transaction that does it)
    break_glass -> execute -> review by two others

Everything binds the digest of action, thing and parameters. Who is eligible is checked at the vote and again at
execution. Imports `access.people` and `access.rights`.
"""

from seawall.access.approvals.acts import Act, Acts, Table, ask_for, break_for, carry_out
from seawall.access.approvals.glass import break_glass, review
from seawall.access.approvals.model import Actor, Desk, Request, Rules, State
from seawall.access.approvals.requests import ask, cancel, execute, expire, vote

__all__ = [
    "Act",
    "Actor",
    "Acts",
    "Desk",
    "Request",
    "Rules",
    "State",
    "Table",
    "ask",
    "ask_for",
    "break_for",
    "break_glass",
    "cancel",
    "carry_out",
    "execute",
    "expire",
    "review",
    "vote",
]

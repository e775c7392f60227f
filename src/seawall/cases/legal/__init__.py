"""Requests of authorities, courts and parties: who asks, by which right, for what; and no more than that is given.

    take -> called back -> reviewed -> approved (another human) -> prepared -> produced (two people) -> delivered
    preserve -> holds that beat every deletion -> released;  notice: before production, or when what barred it ends

Nothing goes on before the sender was called back at a number that was found elsewhere. What a request says, who sent
it and what was handed over to whom lie in the vault; rows hold ids, codes and times. Data of other rooms comes through
`Bureau.sources`.
"""

from seawall.cases.legal.bureau import Bureau
from seawall.cases.legal.kinds import Bar, Channel, Data, FoundAt, Kind, Outcome, State, Tier
from seawall.cases.legal.model import Asked, LegalRequest, Papers, Scope, Sender

__all__ = [
    "Asked",
    "Bar",
    "Bureau",
    "Channel",
    "Data",
    "FoundAt",
    "Kind",
    "LegalRequest",
    "Outcome",
    "Papers",
    "Scope",
    "Sender",
    "State",
    "Tier",
]

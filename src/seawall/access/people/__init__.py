"""People and service accounts: who they are, how they prove it, the sessions that follow, the roles they hold.

    link | password + code | passkey -> Proof -> session (token shown once) -> sessions.find -> Session

Names and addresses lie in the vault; tables hold identifiers, and of secrets only what checks them. Whoever may do
what is decided in `access.rights`. A failed attempt is returned, not raised, so that its count is committed: see
`settled`. Limits: sign-in by OpenID Connect and provisioning come through `people.add` with their own source.
"""

from seawall.access.people.edges import Edges
from seawall.access.people.model import Kind, Person, Source
from seawall.access.people.proofs import Proof, SignInRefused, Way, settled
from seawall.access.people.sessions import Session

__all__ = ["Edges", "Kind", "Person", "Proof", "Session", "SignInRefused", "Source", "Way", "settled"]

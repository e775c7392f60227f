"""Cases: what machines cannot settle, people do, and whoever is concerned is told why and can have it looked at again.

    flag | held exchange | appeal | finding -> routed -> claimed -> (second reviewer) -> Decided
    Decided -> account, notice, statement of reasons, numbers;  appeal -> another human -> stands, or all is taken back

One decision record, many renderings: what anybody is told is made from `Decided` alone. What people write lies in the
vault. A case's permissions belong to the case. Imports `enforce`, `access`, `vault` and `store`; what cases are about
comes as an argument, `Office.exchanges`. Knows nothing of HTTP.
"""

from seawall.cases.decided import Decided
from seawall.cases.model import Case, Origin, Outcome, Priority, Ruling, Stage, State
from seawall.cases.office import Office
from seawall.cases.opening import Opening, open_case
from seawall.cases.rules import BadRules, Rules, load

__all__ = [
    "BadRules",
    "Case",
    "Decided",
    "Office",
    "Opening",
    "Origin",
    "Outcome",
    "Priority",
    "Rules",
    "Ruling",
    "Stage",
    "State",
    "load",
    "open_case",
]

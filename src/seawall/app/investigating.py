"""Wire investigations: exchanges from the gateway, cases from their office."""

from collections.abc import Sequence

from seawall.app.casework import office
from seawall.app.instance import Instance
from seawall.app.releases import shipped
from seawall.cases import Office, Origin
from seawall.cases.finding import sealed_among
from seawall.cases.opening import of_exchange, open_case
from seawall.gateway import replay, retained
from seawall.gateway.concerned import concerned
from seawall.investigations import Desk
from seawall.investigations.desk import Proposed
from seawall.policy.replay import StoredDecision
from seawall.screen import DETECTORS
from seawall.store import Transaction
from seawall.vocabulary.retained import Retained, Said, Shown


class GatewayExchanges:
    """The exchanges of the gateway, as investigations ask for them."""

    def retained(self, tx: Transaction, after: str, limit: int) -> tuple[list[Retained], str]:
        return retained.retained(tx, after, limit)

    def shown(self, tx: Transaction, ids: Sequence[str]) -> dict[str, Shown]:
        return retained.shown(tx, ids)

    def stored(self, tx: Transaction, ids: Sequence[str]) -> list[StoredDecision]:
        return replay.stored_of(tx, ids)

    def said(self, api: str, request: bytes | None, answer: bytes | None) -> tuple[Said, ...]:
        return retained.said(api, request, answer)

    def person_said(self, api: str, request: bytes | None) -> str:
        return retained.person_said(api, request)

    def tools(self, api: str, request: bytes | None, answer: bytes | None) -> frozenset[str]:
        return retained.tools(api, request, answer)


def desk(instance: Instance, working: Office | None = None) -> Desk:
    """Return what investigations work with. Raises BadRules."""
    cases = working or office(instance)

    return Desk(
        edges=instance.edges(),
        rights=instance.rights(),
        exchanges=GatewayExchanges(),
        open_case=lambda tx, proposed: propose(tx, cases, proposed),
        sealed_by_case=sealed_among,
        releases=lambda: _releases(instance),
    )


def propose(tx: Transaction, cases: Office, proposed: Proposed) -> tuple[str, bool] | None:
    """Open a case about an exchange in which something was found, once for each source; None where it is unknown."""
    found = concerned(tx, proposed.exchange)
    if found is None:
        return None
    opening = of_exchange(
        found, Origin.FINDING, proposed.source, category=proposed.category, detected_automatically=True
    )
    made, new = open_case(tx, cases, opening, by=proposed.by)
    return made.id, new


def _releases(instance: Instance) -> tuple[str, ...]:
    """Name the classifiers and the detectors that are asked, each with its release."""
    classifiers = [f"{each.classifier}@{each.release}" for each in shipped()] if instance.settings.classifiers else []
    return (*classifiers, *(f"{each.name}@{each.release}" for each in DETECTORS))

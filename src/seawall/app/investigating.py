"""Wire investigations: exchanges from the gateway, cases from their office, what screens again, and the jobs."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from seawall.app.accurate import started
from seawall.app.casework import office
from seawall.app.instance import Instance
from seawall.cases import Office, Origin
from seawall.cases.finding import sealed_among
from seawall.cases.opening import of_exchange, open_case
from seawall.gateway import replay, retained
from seawall.gateway.again import Again
from seawall.gateway.concerned import concerned
from seawall.gateway.live import Screens
from seawall.investigations import Desk
from seawall.investigations.desk import Proposed, Screener
from seawall.investigations.indexing import jobs
from seawall.investigations.rescreening import rescreen_job
from seawall.investigations.scanning import scan_job
from seawall.policy.replay import StoredDecision
from seawall.screen import DETECTORS
from seawall.screen.cascade import Tiers
from seawall.screen.engine import Classifier
from seawall.screen.linear import LinearClassifier
from seawall.store import Transaction
from seawall.store.jobs import Job
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

    @asynccontextmanager
    async def screening() -> AsyncIterator[Screener]:
        async with started(instance.settings) as accurate:
            yield Again(Screens(_classifiers(instance)), Tiers(await accurate()))

    return Desk(
        edges=instance.edges(),
        rights=instance.rights(),
        exchanges=GatewayExchanges(),
        open_case=lambda tx, proposed: propose(tx, cases, proposed),
        sealed_by_case=sealed_among,
        screening=screening,
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


def investigation_jobs(instance: Instance) -> tuple[Job, ...]:
    """Return the jobs: the index, searches through contents, screenings of the past."""
    working, database = desk(instance), instance.database()
    return (*jobs(database, working), scan_job(database, working), rescreen_job(database, working))


def _classifiers(instance: Instance) -> list[Classifier]:
    return [LinearClassifier.load()] if instance.settings.classifiers else []


def _releases(instance: Instance) -> tuple[str, ...]:
    """Name the classifiers and the detectors that are asked, each with its release."""
    classifiers = tuple(f"{each.name}@{each.release}" for each in _classifiers(instance))
    return (*classifiers, *(f"{each.name}@{each.release}" for each in DETECTORS))

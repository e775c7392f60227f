"""Tell people of evidence that runs out, through apprise: a job for each address, tried again until it is taken.

An address is a secret: it stands in a variable of the environment, which settings and jobs name, and in no log, record
or error. apprise is an extra, and is loaded only where there is something to send.
"""

import logging
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from seawall.app.instance import Instance
from seawall.app.settings import BadSettings
from seawall.commitments.model import Book
from seawall.commitments.watch import Change
from seawall.store import Transaction
from seawall.store.jobs import Job, enqueue
from seawall.vocabulary.errors import SeawallError

if TYPE_CHECKING:
    import apprise

JOB = "alerts.send"


class AlertsMissing(SeawallError):
    """Alerts are wanted, and what sends them is not installed."""

    code, status = "app.alerts_missing", 503

    def __init__(self) -> None:
        super().__init__(
            "Alerts are sent through apprise, which is not installed.", hint="pip install 'seawall[alerts]'"
        )


class AlertNotTaken(SeawallError):
    """Nobody took an alert at an address."""

    code, status = "app.alert_not_taken", 503

    def __init__(self, variable: str) -> None:
        super().__init__(f"The address in {variable} did not take an alert.", hint="It is tried again by itself.")


def alert_jobs(instance: Instance, book: Book) -> tuple[Job, ...]:
    """Return the job, where somebody is to be told. Raises BadSettings, AlertsMissing: then nothing starts."""
    wanted = _variables(instance)
    for each in wanted:
        _sender(each, os.environ)
    if not wanted:
        return ()

    def send(variable: str, what: str, name: str, before: str, after: str) -> None:
        title, text = words(book, what, name, before, after)
        if not _sender(variable, os.environ).notify(title=title, body=text):
            raise AlertNotTaken(variable)

    return (Job(JOB, send),)


def alert(instance: Instance, tx: Transaction, change: Change) -> None:
    """Have every address told of a change that alarms, and of its end, in the transaction that records it."""
    if not (change.alarming or change.ends_alarm):
        return
    for each in _variables(instance):
        enqueue(
            tx, JOB, variable=each, what=change.what, name=change.name, before=change.before.value,
            after=change.after.value,
        )  # fmt: skip


def words(book: Book, what: str, name: str, before: str, after: str) -> tuple[str, str]:
    """Return the title and the text of an alert."""
    told = book.practice(name).name if what == "practice" else book.item(name).says
    was, now = before.replace("_", " "), after.replace("_", " ")
    owner = f"Owner: {book.practice(name).owner.replace('_', ' ')}.\n" if what == "practice" else ""
    return f"{name}: {now}", f"{told}\nIt was {was}, and is {now}.\n{owner}seawall commitments explain {name}"


def _variables(instance: Instance) -> tuple[str, ...]:
    given = instance.settings.alerts
    return () if given is None else given.urls_env


def _sender(variable: str, environment: Mapping[str, str]) -> "apprise.Apprise":
    """Return what sends to the address in a variable. Raises AlertsMissing, BadSettings."""
    try:
        import apprise
    except ImportError:
        raise AlertsMissing from None
    # It would say at whom it failed, with all that opens the address.
    logging.getLogger("apprise").disabled = True
    made = apprise.Apprise(asset=apprise.AppriseAsset(app_id="Seawall", app_desc="Seawall", async_mode=False))
    if not environment.get(variable):
        raise BadSettings(f"alerts: the variable {variable} is empty.", hint="Set it, or remove it from urls_env.")
    if not made.add(environment[variable]):
        raise BadSettings(f"alerts: {variable} holds no address that apprise knows.", hint="Such as json://host/path")
    return made

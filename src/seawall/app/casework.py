"""Wire cases: the office that settles them, what a worker does for them, and what leaves the outbox."""

from datetime import timedelta
from pathlib import Path

from seawall.access.people import people
from seawall.app.account_rules import account_rule_jobs
from seawall.app.instance import Instance
from seawall.app.legalwork import limits
from seawall.app.settings import BadSettings, Settings
from seawall.app.voting import voting
from seawall.cases import Office, exports, load
from seawall.cases.claims import time_out
from seawall.cases.escalations import escalate_job
from seawall.cases.links import forget
from seawall.cases.mailing import forget_mailed, mailing_jobs
from seawall.cases.office import Abuse
from seawall.cases.sanctions import sanction_jobs
from seawall.cases.writing import composer
from seawall.enforce.rules.listing import of_rule
from seawall.enforce.sanctions import of_person
from seawall.gateway.concerned import concerned
from seawall.gateway.labels import review
from seawall.hub.scan import fit
from seawall.net.mail import MailServer
from seawall.outbox.deliver import attempt, attempt_due
from seawall.outbox.deliver import forget as forget_events
from seawall.outbox.endpoints import forget_secrets
from seawall.outbox.errors import NoAddress
from seawall.outbox.publish import JOB
from seawall.outbox.sending import Sender
from seawall.store import Transaction
from seawall.store.jobs import Job
from seawall.vocabulary.ids import DecisionId, ExchangeId


def office(instance: Instance) -> Office:
    """Return what cases are settled with. Raises BadRules, so that nothing starts on rules that cannot be used."""

    def reviewed(tx: Transaction, decision: DecisionId, exchange: ExchangeId | None, right: bool, by: str) -> None:
        if of_rule(tx, decision) or of_person(tx, decision):
            return  # it says nothing of what a detector found
        review(tx, decision, exchange=exchange, right=right, by=by, record=instance.record, clock=instance.clock)

    named = instance.settings.cases_rules
    return Office(
        edges=instance.edges(),
        rights=instance.rights(),
        rules=load(Path(named) if named else None),
        exchanges=concerned,
        reviewed=reviewed,
        abuse=_abuse(instance.settings),
        notice_for=limits(instance).notice_for,
        fit_for_all=lambda text: fit({"the public text": text.encode()}, instance.settings.hub_contacts),
    )


def sender(instance: Instance, home: str) -> Sender:
    """Return what sends webhooks and letters, these with links to the portal at an address. Raises BadSettings."""
    server = mail_server(instance.settings)
    edges = instance.edges()

    def reach(tx: Transaction, person: str) -> str:
        address = people.profile_of(tx, edges, person).address
        if not address:
            raise NoAddress
        return address

    compose = composer(office(instance), home.rstrip("/"))
    return Sender(instance.vault(), instance.clock, server=server, compose=compose, reach=reach)


def mail_server(settings: Settings) -> MailServer | None:
    """Return the mail server of the settings, its password read. Raises BadSettings."""
    given = settings.mail
    if given is None:
        return None
    return MailServer(
        host=given.host,
        port=given.port,
        sender=given.sender,
        security=given.security,
        user=given.user,
        password=_read("password_file", given.password_file).strip(),
        private=given.private,
        authority=_read("authority_file", given.authority_file),
    )


def _read(name: str, path: str) -> str:
    if not path:
        return ""
    try:
        return Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(f"mail: {name}: {path} cannot be read ({type(error).__name__}).") from None


def _abuse(settings: Settings) -> Abuse:
    given = settings.abuse
    return Abuse(
        window=timedelta(days=given.window_days),
        at_least=given.at_least,
        share=given.share,
        suspend=timedelta(days=given.suspend_days),
    )


def case_jobs(instance: Instance) -> tuple[Job, ...]:
    """Return the jobs of cases: held exchanges, claims that are over, notices, what leaves the outbox, links long over.

    Rules about accounts are among them, as they open cases, and letters to staff.
    """
    working = office(instance)
    settings = instance.settings
    send = sender(instance, settings.public_url or f"http://localhost:{settings.port}")

    def end_claims() -> None:
        with instance.database().begin() as tx:
            time_out(tx, working)

    def forget_old() -> None:
        with instance.database().begin() as tx:
            forget(tx, working)
            forget_events(tx, instance.clock)
            forget_mailed(tx, instance.clock())
            forget_secrets(tx, vault=instance.vault(), clock=instance.clock)

    def release_exported() -> None:
        with instance.database().begin() as tx:
            exports.release_due(tx, working)

    def deliver(delivery: str) -> None:
        attempt(instance.database(), send, delivery, instance.clock)

    def deliver_due() -> None:
        attempt_due(instance.database(), send, instance.clock)

    return (
        escalate_job(instance.database(), working),
        Job("cases.time_out", end_claims, every="* * * * *"),
        Job("cases.forget", forget_old, every="17 3 * * *"),
        Job("cases.release_exported", release_exported, every="*/5 * * * *"),
        # What fails keeps its own times: see `outbox.deliver`.
        Job(JOB, deliver),
        Job("outbox.due", deliver_due, every="* * * * *"),
        *account_rule_jobs(instance, working),
        # Without a mail server letters would only die one by one.
        *(mailing_jobs(instance.database(), working, voting(instance)) if settings.mail else ()),
        *sanction_jobs(instance.database(), working),
    )

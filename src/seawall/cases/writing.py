"""Write the letters of the outbox: a template, in the language of whoever is told, with a link and nothing private.

A letter names no rule, no exchange and no decision: mail is read on its way. Its link is the same each time that it is
written, so that one which was sent twice does not lead nowhere.
"""

import base64
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select

from seawall.cases import filers
from seawall.cases.links import Opens, issue
from seawall.cases.office import Office
from seawall.cases.speaking import marked as _
from seawall.cases.speaking import saying, translations
from seawall.cases.tables import notices
from seawall.net.mail import Letter
from seawall.outbox.kinds import FEEDBACK_ANSWERED, FILER_TOLD, REPORT_ANSWERED, STAFF_TOLD, Delivery, Event
from seawall.store import Transaction

_HERE = Path(__file__).parent
Compose = Callable[[Transaction, Delivery, Event, str], Letter]


_LEGAL = "legal"
_SUBJECTS = {
    "notice.laid": _("A decision about your use"),
    _LEGAL: _("Something about your data"),
    REPORT_ANSWERED: _("The answer to your report"),
    FILER_TOLD: _("About what you report"),
    FEEDBACK_ANSWERED: _("The answer to what you wrote"),
    STAFF_TOLD: _("Something waits for you"),
}
# Of letters with a link: what it opens, under which path, and what they say.
_LINKED = {
    "notice.laid": (Opens.NOTICE, "notice", "notice.txt"),
    REPORT_ANSWERED: (Opens.REPORT, "reported", "report.txt"),
    FEEDBACK_ANSWERED: (Opens.FEEDBACK, "feedback/said", "feedback.txt"),
}


def composer(office: Office, home: str) -> Compose:
    """Return what writes letters with links to the portal at an address."""

    def compose(tx: Transaction, delivery: Delivery, event: Event, address: str) -> Letter:
        if event.kind == STAFF_TOLD:
            text = _staff(home, delivery, event)
        else:
            text = _filer(tx, delivery, event) if event.kind == FILER_TOLD else _with_link(tx, delivery, event)
        about = _LEGAL if _of_an_authority(event) else event.kind
        subject = saying(delivery.language)(_SUBJECTS[about])
        return Letter(to=address, subject=subject, text=text, name=delivery.id, language=delivery.language)

    def _with_link(tx: Transaction, delivery: Delivery, event: Event) -> str:
        kind, place, template = _LINKED[event.kind]
        account = ""
        if kind is Opens.NOTICE:
            row = tx.execute(select(notices.c.account).where(notices.c.id == event.about)).one()
            account = row.account
        link, token = issue(
            tx, office, kind, event.about, project=event.project, key="", account=account,
            token=_token(office, delivery), by="mail",
        )  # fmt: skip
        url = f"{home}/portal/{place}/{token}"
        told = "legal.txt" if _of_an_authority(event) else template
        return _rendered(delivery.language, told, url=url, until=f"{link.ends_at:%Y-%m-%d}")

    return compose


def _of_an_authority(event: Event) -> bool:
    return bool(event.body.get("legal_request"))


def _staff(home: str, delivery: Delivery, event: Event) -> str:
    console = f"{home}/console"
    links = {name: f"{console}/{name}" for name in ("cases", "approvals")}
    profile = f"{console}/profile/mail"
    return _rendered(delivery.language, "staff.txt", counts=event.body["counts"], profile=profile, **links)


def _filer(tx: Transaction, delivery: Delivery, event: Event) -> str:
    act = filers.find(tx, event.about)
    until = f"{act.until:%Y-%m-%d}" if act.until else ""
    return _rendered(delivery.language, "filer.txt", until=until, settled=act.settled, unfounded=act.unfounded)


def _token(office: Office, delivery: Delivery) -> str:
    """Return the token of a letter's link: 256 bits that nobody has without the keystore."""
    return base64.urlsafe_b64encode(office.edges.lasting("letter", delivery.id)).decode().rstrip("=")


def _rendered(language: str, template: str, **values: object) -> str:
    return _made(language).get_template(template).render(**values)


@lru_cache(maxsize=8)
def _made(language: str) -> Environment:
    # Plain text, so nothing is escaped; no value in it was written by anybody.
    made = Environment(  # noqa: S701
        loader=FileSystemLoader(_HERE / "letters"),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    return made

"""Reports of people who use no product of the operator: what, where, in their words, and how they are reached.

They are about no account; what is done to one is done there. Words, place and address lie in the vault. Somebody who
left an address is told of the answer by e-mail, everybody by the link that they were given.
"""

import re
from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import insert, select

from seawall.cases import filers, words
from seawall.cases.decided import find as find_decision
from seawall.cases.errors import NoSuchCase
from seawall.cases.links import Opens, issue
from seawall.cases.model import SEALING, Case, Origin, State
from seawall.cases.office import Office
from seawall.cases.opening import Opening, open_case
from seawall.cases.rows import find, trail
from seawall.cases.tables import reports
from seawall.store import Transaction
from seawall.vocabulary.categories import Category
from seawall.vocabulary.errors import InvalidInput
from seawall.vocabulary.ids import AccountId, ItemId, KeyId, ProjectId, new_id

LONGEST, LONGEST_PLACE, LONGEST_CONTACT = 8000, 1000, 254
_ADDRESS = re.compile(r"[^@\s,;<>\"()\x00-\x1f\x7f]{1,64}@[^@\s,;<>\"()\x00-\x1f\x7f]{1,189}")
BY = "portal"


class About(StrEnum):
    """What a report is about."""

    CHILDREN = "children"
    VIOLENCE = "violence"
    SELF_HARM = "self_harm"
    FRAUD = "fraud"
    PRIVACY = "privacy"
    RIGHTS = "rights"
    HATE = "hate"
    OTHER = "other"


CATEGORIES: dict[About, Category] = {
    About.CHILDREN: SEALING,
    About.VIOLENCE: Category.VIOLENT_CRIMES,
    About.SELF_HARM: Category.SELF_HARM,
    About.FRAUD: Category.NONVIOLENT_CRIMES,
    About.PRIVACY: Category.PRIVACY,
    About.RIGHTS: Category.INTELLECTUAL_PROPERTY,
    About.HATE: Category.HATE,
}


class BadAddress(InvalidInput):
    """What was given is no address for e-mail."""

    code = "case.bad_address"

    def __init__(self) -> None:
        super().__init__("This is no e-mail address.", hint="Such as name@example.org; or leave it empty.")


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody reports."""

    about: About
    place: str
    words: str
    contact: str = ""
    language: str = "en"


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """Where a report is, for whoever made it."""

    report: str
    about: About
    at: datetime
    due_at: datetime
    answered_at: datetime | None
    answer: str


def report(tx: Transaction, office: Office, given: Report) -> tuple[Case, str]:
    """Take a report in; return the case and the token of the link that leads to it.

    Raises BadWords, BadAddress, FilingSuspended.
    """
    place, said = words.checked("place", given.place, LONGEST_PLACE), words.checked("report", given.words, LONGEST)
    contact = checked_address(given.contact) if given.contact.strip() else ""
    filer = filers.of_contact(office, contact) if contact else ""
    if filer:
        filers.require_heard(tx, office, filer, filers.Files.NOTICES)
    case, _ = open_case(tx, office, _opening(given, said), by=BY)
    row = {
        "case": case.id,
        "about": given.about,
        "place": words.keep(tx, office, place, owner=case.id),
        "contact": words.keep(tx, office, contact, owner=case.id) if contact else None,
        "language": given.language,
    }
    tx.execute(insert(reports).values(row))
    if filer:
        filers.filed(tx, office, case, filer)
    trail(tx, office.edges, case, "reported", BY, told={"about": given.about.value}, item=ItemId(str(row["place"])))
    _, token = issue(tx, office, Opens.REPORT, case.id, project="", key="", account="", by=BY)
    return case, token


def followed(tx: Transaction, office: Office, case: str) -> Answered:
    """Tell whoever reported something where it is. Raises NoSuchCase."""
    found = find(tx, case)
    row = tx.execute(select(reports).where(reports.c.case == found.id)).first()
    if row is None:
        raise NoSuchCase(case)
    end = found
    while end.merged_into is not None:
        end = find(tx, end.merged_into)
    made = find_decision(tx, end.decision) if end.state is State.DECIDED and end.decision is not None else None
    return Answered(
        report=found.id,
        about=About(row.about),
        at=found.opened_at,
        due_at=end.due_at,
        answered_at=None if made is None else made.at,
        # Of a case that became somebody else's, its words are for them.
        answer="" if made is None or end.id != found.id else words.read(tx, office, made.reason) or "",
    )


def checked_address(given: str) -> str:
    """Return an address for e-mail. Raises BadAddress, which repeats nothing of it."""
    address = given.strip()
    if len(address) > LONGEST_CONTACT or _ADDRESS.fullmatch(address) is None or not address.isprintable():
        raise BadAddress
    return address


def _opening(given: Report, said: str) -> Opening:
    return Opening(
        origin=Origin.REPORT,
        source=f"report:{new_id('re')}",
        project=ProjectId(""),
        key=KeyId(""),
        account=AccountId(""),
        has_end_user=False,
        category=CATEGORIES.get(given.about),
        words=said,
    )

"""Where an account is reached by e-mail, where its product says so. The address lies in the vault, as the account's."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from seawall.cases import words
from seawall.cases.flags import From
from seawall.cases.links import Link, Opens
from seawall.cases.office import Office
from seawall.cases.reports import checked_address
from seawall.cases.speaking import LANGUAGES
from seawall.cases.tables import contacts, reports
from seawall.store import Transaction
from seawall.vault.errors import ItemGone, NoSuchItem
from seawall.vocabulary.errors import Conflict, InvalidInput
from seawall.vocabulary.ids import ItemId


class KeepsNoAddress(Conflict):
    """Of a project or key without retention no address is kept."""

    code = "case.keeps_no_address"

    def __init__(self) -> None:
        super().__init__("This key keeps nothing, so no address either.", hint="Ask for its notices instead.")


class BadLanguage(InvalidInput):
    """Letters are not written in that language."""

    code = "case.bad_language"


def say(tx: Transaction, office: Office, account: str, address: str, language: str, *, through: From) -> None:
    """Say where an account is reached; an earlier address is erased. Raises BadAddress, BadLanguage, KeepsNoAddress."""
    if through.zero_retention:
        raise KeepsNoAddress
    if language not in LANGUAGES:
        raise BadLanguage(f"{language[:10]!r} is no language of letters.", hint=f"Known: {', '.join(LANGUAGES)}.")
    kept = checked_address(address)
    take_back(tx, office, account, through=through)
    row = {
        "account": account,
        "project": through.project,
        "address": words.keep(tx, office, kept, owner=account),
        "language": language,
        "said_at": office.edges.clock(),
    }
    tx.execute(insert(contacts).values(row))


def language_of(tx: Transaction, link: Link) -> str | None:
    """Return in which language whoever has a link is written to; None where nobody said."""
    if link.kind is Opens.REPORT:
        return tx.scalar(select(reports.c.language).where(reports.c.case == link.about))
    return tx.scalar(select(contacts.c.language).where(contacts.c.account == link.account)) if link.account else None


def take_back(tx: Transaction, office: Office, account: str, *, through: From) -> bool:
    """Forget where an account is reached; tell whether there was anything to forget."""
    mine = (contacts.c.account == account) & (contacts.c.project == through.project)
    item = tx.scalar(select(contacts.c.address).where(mine).with_for_update())
    if item is None:
        return False
    tx.execute(delete(contacts).where(mine))
    try:
        office.edges.vault.erase(tx, ItemId(item), by=through.key, reason_code="address_taken_back")
    except (ItemGone, NoSuchItem):
        return True
    return True

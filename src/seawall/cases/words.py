"""What people write in a case: checked, and kept in the vault alone."""

from seawall.cases.errors import BadWords
from seawall.cases.office import Office
from seawall.store import Transaction
from seawall.vault.errors import ItemGone, NoSuchItem
from seawall.vocabulary.ids import ItemId
from seawall.vocabulary.retention import Retention

LONGEST = 10_000


def checked(what: str, words: str, longest: int = LONGEST) -> str:
    """Return words without the space around them. Raises BadWords, which repeats none of them."""
    said = words.strip()
    readable = all(letter.isprintable() or letter in "\n\r\t" for letter in said)
    if not said or len(said) > longest or not readable:
        raise BadWords(what, len(words), longest)
    return said


def keep(tx: Transaction, office: Office, words: str, *, owner: str) -> ItemId:
    """Put words into the vault: a person's own are owned by their account, those of staff by the case."""
    return office.edges.vault.put(tx, words.encode("utf-8", "surrogatepass"), owner=owner, retention=Retention.CASE)


def read(tx: Transaction, office: Office, item: str | None) -> str | None:
    """Return kept words; None where there are none any more."""
    if item is None:
        return None
    try:
        return office.edges.vault.get(tx, ItemId(item)).decode("utf-8", "replace")
    except (ItemGone, NoSuchItem):
        return None

"""What people write in an investigation: checked, and kept in the vault alone."""

from hashlib import sha256

from seawall.investigations.desk import Desk
from seawall.investigations.errors import BadWords
from seawall.store import Transaction
from seawall.vault.errors import ItemGone, NoSuchItem
from seawall.vocabulary.ids import ItemId
from seawall.vocabulary.retention import Retention

LONGEST_NAME, LONGEST_NOTE = 120, 10_000


def checked(what: str, written: str, longest: int) -> str:
    """Return words without the space around them. Raises BadWords, which repeats none of them."""
    said = written.strip()
    readable = all(letter.isprintable() or letter in "\n\r\t" for letter in said)
    if not said or len(said) > longest or not readable:
        raise BadWords(what, len(written), longest)
    return said


def keep(tx: Transaction, desk: Desk, said: str, *, owner: str) -> ItemId:
    """Put words into the vault; the investigation owns them."""
    return desk.edges.vault.put(tx, said.encode("utf-8", "surrogatepass"), owner=owner, retention=Retention.CASE)


def read(tx: Transaction, desk: Desk, item: str | None) -> str | None:
    """Return kept words; None where there are none any more."""
    kept = content(tx, desk, item)
    return None if kept is None else kept.decode("utf-8", "replace")


def content(tx: Transaction, desk: Desk, item: str | None) -> bytes | None:
    """Return what the vault keeps; None where it is gone, or a hold alone keeps it."""
    if item is None or desk.edges.vault.overdue(tx, ItemId(item)):
        return None
    try:
        return desk.edges.vault.get(tx, ItemId(item))
    except (ItemGone, NoSuchItem):
        return None


def digest(said: str) -> str:
    """Return the digest of words, for the ledger."""
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()

"""Read a document of a release: what is not public lies in the vault, and who read it is on record."""

from seawall.risk.board import Board
from seawall.risk.errors import NoSuchDocument
from seawall.risk.rows import find
from seawall.risk.statement import content
from seawall.store import Transaction
from seawall.vocabulary.records.risk import ReleaseDocumentRead


def read(tx: Transaction, board: Board, release: str, digest: str, *, by: str) -> bytes:
    """Return a document of a release by its digest. Raises NoSuchRelease, NoSuchDocument, DocumentChanged."""
    found = find(tx, board, release)
    wanted = next((each for each in found.documents if each.sha256 == digest), None)
    if wanted is None:
        raise NoSuchDocument(f"{found.id} has no document {digest[:12]!r}.", hint=f"seawall releases show {found.id}")
    given = content(tx, board, wanted)
    if given is None:
        raise NoSuchDocument(f"{wanted.title!r} is public: the hub shows it.", hint="Read it there.")
    board.edges.record(tx, ReleaseDocumentRead(release=found.id, digest=digest, by=by))
    return given

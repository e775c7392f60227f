"""What the pages and the API work with, made once for a process."""

from collections.abc import Callable

import msgspec

from seawall.access.approvals import Acts, Desk, Table
from seawall.access.approvals.acts import unwired
from seawall.access.people import Edges
from seawall.access.people.passkeys import Site
from seawall.access.privacy import Archive
from seawall.access.sign_in import Providers
from seawall.cases import Office
from seawall.cases.legal import Bureau
from seawall.commitments import Book, load
from seawall.investigations import Desk as Inquiry
from seawall.risk import Board
from seawall.store import Database, Transaction
from seawall.vocabulary.errors import SeawallError
from seawall.web.pace import Pace


def _no_account(key: str, end_user: str | None) -> str:
    raise RuntimeError("no account secret is wired in")


class NothingProven(SeawallError):
    """This process cannot read the published ledger, so it makes no proofs."""

    code, status = "web.nothing_proven", 503

    def __init__(self, record: str) -> None:
        super().__init__(
            f"This process makes no proof of {record}.", hint=f"On the worker's host: seawall ledger prove {record}"
        )


class Proofs(msgspec.Struct, frozen=True, kw_only=True):
    """Proofs of the published ledger: `of` makes the proof file of a record, `key` is what it is checked with."""

    of: Callable[[Transaction, str], str]
    key: Callable[[], str]


class House(msgspec.Struct, frozen=True, kw_only=True):
    """The rooms behind the routes. `account` names the account of a key and an end user, `book` is the register.

    Without a `pace` attempts to sign in are not counted by address, nor without the others looks at the portal and
    reports. Without `proofs` nothing is proven, without an `office` no case is settled, without a `bureau` no legal
    request, without a `board` no release, and without an `inquiry` nothing is investigated.
    """

    database: Database
    edges: Edges
    desk: Desk
    site: Site
    providers: Providers = msgspec.field(default_factory=Providers)
    pace: Pace | None = None
    portal_pace: Pace | None = None
    report_pace: Pace | None = None
    archive: Archive = Archive()
    account: Callable[[str, str | None], str] = _no_account
    acts: Acts = unwired("this process carries nothing out.")
    proofs: Proofs | None = None
    office: Office | None = None
    bureau: Bureau | None = None
    inquiry: Inquiry | None = None
    board: Board | None = None
    book: Book = msgspec.field(default_factory=load)
    book_language: str = "en"

    @property
    def table(self) -> Table:
        """Return what dangerous acts are done with."""
        return Table(edges=self.edges, desk=self.desk, acts=self.acts)

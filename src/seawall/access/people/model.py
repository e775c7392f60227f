"""People as values, and what is refused about them."""

from datetime import datetime
from enum import StrEnum

import msgspec

from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound
from seawall.vocabulary.ids import PersonId


class Kind(StrEnum):
    """What an identity is."""

    PERSON = "person"
    SERVICE = "service"


class Source(StrEnum):
    """Where an identity comes from."""

    LOCAL = "local"
    DIRECTORY = "directory"
    PROVIDER = "provider"


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A person or a service account. Two of one `human` are one person wherever two are needed.

    `vouched_by` is the human without whom it would not exist: who added it, or whose directory did.
    """

    id: PersonId
    kind: Kind
    human: PersonId
    source: Source
    added_by: str
    vouched_by: PersonId | None
    added_at: datetime
    active_since: datetime | None
    deactivated_by: str | None = None

    @property
    def active(self) -> bool:
        """Tell whether it may do anything at all."""
        return self.active_since is not None


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What a person is called and reached by. Lies in the vault."""

    name: str
    address: str = ""


class NoSuchPerson(NotFound):
    """Nobody is known by that."""

    code = "access.no_such_person"

    def __init__(self, who: str) -> None:
        super().__init__(f"Nobody is known as {who!r}.", hint="`seawall people list` shows all; give the id.")


class BadPerson(InvalidInput):
    """A name, an address or a tie between people cannot be used."""

    code = "access.bad_person"


class AddressTaken(Conflict):
    """Somebody else has the address."""

    code = "access.address_taken"


class PersonInactive(Conflict):
    """The person was deactivated."""

    code = "access.person_inactive"

    def __init__(self, who: str) -> None:
        super().__init__(f"{who} is deactivated.", hint=f"`seawall people activate {who}` lets them in again.")


class NoSuchGrant(NotFound):
    """The person does not hold that role."""

    code = "access.no_such_grant"


class RoleTwice(InvalidInput):
    """A role would be given or taken twice at once."""

    code = "access.role_twice"


class RoleHeld(Conflict):
    """The person holds that role already."""

    code = "access.role_held"

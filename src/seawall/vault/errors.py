"""What can be wrong with an item, a hold or a key. No message ever carries content."""

from datetime import datetime

from seawall.vocabulary.errors import Conflict, InvalidInput, NotFound, SeawallError


class NoSuchItem(NotFound):
    """The vault does not have the item."""

    code = "vault.no_such_item"

    def __init__(self, item: str) -> None:
        super().__init__(
            f"The vault has no item {item!r}.",
            hint="It was never stored, or its retention ended and it was destroyed.",
        )


class ItemGone(NotFound):
    """Somebody had the item erased."""

    code, status = "vault.item_gone", 410

    def __init__(self, item: str, at: datetime, reason_code: str) -> None:
        super().__init__(
            f"Item {item!r} was erased on {at:%d %B %Y} ({reason_code}).",
            hint="It cannot be brought back. The ledger says who erased it: kind vault.item_erased.",
        )


class ItemOnHold(Conflict):
    """A hold forbids the deletion."""

    code = "vault.item_on_hold"

    def __init__(self, item: str, holds: tuple[str, ...]) -> None:
        super().__init__(
            f"Item {item!r} is on hold ({', '.join(holds)}) and was not deleted.",
            hint=f"When the reason has passed: seawall vault release {item}",
        )


class ItemNotHeld(Conflict):
    """There is no such hold to release."""

    code = "vault.item_not_held"

    def __init__(self, item: str, hold: str | None) -> None:
        which = f"hold {hold!r}" if hold else "hold"
        super().__init__(f"Item {item!r} has no open {which}.", hint="Nothing was changed.")


class ItemTampered(SeawallError):
    """What the database holds is not what the vault put there."""

    code, status = "vault.item_tampered", 500

    def __init__(self, item: str, part: str) -> None:
        super().__init__(
            f"The {part} of item {item!r} does not belong to this item, its owner and its class, or was changed.",
            hint="Somebody wrote to vault_items past Seawall, or a disk failed. Restore this row from a backup.",
        )


class KeyGone(SeawallError):
    """The key that an item needs is not in the keystore."""

    code, status = "vault.key_gone", 500

    def __init__(self, key: str) -> None:
        super().__init__(
            f"The keystore has no key {key!r}.",
            hint="After an erasure this is as it should be: a restored backup cannot be read back. "
            "Otherwise this is not the keystore that belongs to this database.",
        )


class KeystoreExposed(SeawallError):
    """Others than the owner can read the keystore."""

    code, status = "vault.keystore_exposed", 500

    def __init__(self, path: object, mode: int, wanted: int) -> None:
        super().__init__(
            f"{path} has mode {mode:04o}: others than its owner can read keys.",
            hint=f"chmod {wanted:04o} {path}, and rotate the keys: seawall vault rotate",
        )


class KeyDamaged(SeawallError):
    """A key file does not hold a key."""

    code, status = "vault.key_damaged", 500

    def __init__(self, path: object, size: int) -> None:
        super().__init__(f"{path} holds {size} bytes, a key has 32.", hint="Restore the keystore from its own backup.")


class BadName(InvalidInput):
    """A name or code that would not be safe in a file name or a record."""

    code = "vault.bad_name"

    def __init__(self, what: str, value: str) -> None:
        super().__init__(
            f"{value!r} is no {what}.", hint="Lower-case letters and digits, with . _ or - between, at most 80."
        )


class NotDisclosed(Conflict):
    """An item is a secret that the installation works with: a credential or what somebody proves themselves with."""

    code = "vault.not_disclosed"

    def __init__(self, item: str) -> None:
        super().__init__(f"{item} holds a credential, which is shown to nobody.", hint="Disclose content, not secrets.")

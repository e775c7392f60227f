"""Show content of the vault to somebody outside a case: once, to whoever asked, and recorded."""

from base64 import b64encode

import msgspec

from seawall.access.approvals import Act
from seawall.access.approvals.acts import Given
from seawall.access.rights import Resource
from seawall.app.instance import Instance
from seawall.store import Transaction
from seawall.vocabulary.ids import ItemId, PersonId


class Disclosure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which item, and who will see it."""

    item: str
    to: str


def acts(instance: Instance) -> tuple[Act, ...]:
    """Return the act."""

    def about(tx: Transaction, given: Disclosure) -> Resource:
        instance.vault().disclosable(tx, ItemId(given.item))
        return Resource(kind="VaultItem", id=given.item)

    def carry_out(tx: Transaction, by: PersonId, given: Disclosure) -> Given:
        content = instance.vault().disclose(tx, ItemId(given.item), to=given.to, by=by)
        return {"item": given.item, **_shown(content)}

    return (Act(action="vault.disclose", takes=Disclosure, about=about, says=_says, carry_out=carry_out),)


def _says(tx: Transaction, given: Disclosure) -> str:
    return f"Shows the content of {given.item} once, to whoever asks for this, for {given.to!r}. It stays in the vault."


def _shown(content: bytes) -> dict[str, str]:
    try:
        return {"text": content.decode()}
    except UnicodeDecodeError:
        return {"base64": b64encode(content).decode()}

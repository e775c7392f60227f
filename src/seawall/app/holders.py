"""Everything that holds data of people, in the order in which it is erased. Later users of content are added here."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from seawall import enforce
from seawall.access.privacy import Archive, Kept, PeopleHolder, Removed, Subject, VaultHolder, Whose, put_in_force
from seawall.app.instance import Instance
from seawall.cases.privacy import CasesHolder
from seawall.enforce.errors import NoSuchAccount
from seawall.gateway.privacy import ExchangesHolder
from seawall.store import Transaction
from seawall.vocabulary.ids import AccountId


class StandingHolder:
    """Where an account stands and why: kept, as what was decided against somebody must stay open to appeal."""

    name = "standing"

    def holds(self, tx: Transaction, subject: Subject) -> Iterable[Mapping[str, Any]]:
        """Give what is held against an account."""
        if subject.kind is Whose.ACCOUNT:
            for each in _history(tx, subject.id):
                yield {**each, "line": each["what"]}

    def erase(self, tx: Transaction, subject: Subject, *, by: str) -> Removed:
        """Remove nothing; say how much stays. No content is in it."""
        stays = len(_history(tx, subject.id)) if subject.kind is Whose.ACCOUNT else 0
        return Removed(count=0, kept=(Kept(what=self.name, count=stays, why="decisions_stay_open_to_appeal"),))


def archive(instance: Instance) -> Archive:
    """Return what privacy requests are answered from."""
    vault = instance.vault()
    return Archive(
        # The vault last: it takes whatever the others left.
        holders=(
            StandingHolder(),
            CasesHolder(),
            ExchangesHolder(vault),
            PeopleHolder(instance.edges()),
            VaultHolder(vault),
        ),
        periods=instance.periods(),
        backups_kept_days=instance.settings.backups_kept_days,
    )


def retention_in_force(instance: Instance) -> bool:
    """Record the periods of the settings where they changed, and bring forward what is due sooner."""
    with instance.database().begin() as tx:
        return put_in_force(tx, instance.edges(), archive(instance))


def _history(tx: Transaction, account: str) -> list[dict[str, Any]]:
    try:
        return [msgspec.to_builtins(each) for each in enforce.history(tx, AccountId(account))]
    except NoSuchAccount:
        return []

"""One instance, wired: settings to rooms, each made when it is first asked for."""

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from seawall.app.settings import Settings
from seawall.vocabulary.clock import Clock, system_clock
from seawall.vocabulary.ids import AccountId, ItemId, KeyId, ProjectId, RecordId

if TYPE_CHECKING:
    # Only for the type checker: the command line must not load PostgreSQL to print its help.
    from seawall.access.people import Edges
    from seawall.access.rights import Rights
    from seawall.commitments import Book
    from seawall.gateway.abandoned import Abandoned
    from seawall.ledger.sequencer import Sequencer
    from seawall.ledger.signer import Signer
    from seawall.store import Database, Transaction
    from seawall.store.embedded import Server
    from seawall.vault import Keystore, Vault, Writer
    from seawall.vocabulary.records import Record
    from seawall.vocabulary.retention import Retention


class Instance:
    """The rooms of one instance, as the commands and processes use them."""

    def __init__(self, settings: Settings | Callable[[], Settings], clock: Clock = system_clock) -> None:
        self._given = settings
        self.clock = clock

    @cached_property
    def settings(self) -> Settings:
        """The settings; read when first asked for, as some commands need none. Raises BadSettings."""
        return self._given() if callable(self._given) else self._given

    @cached_property
    def data_dir(self) -> Path:
        """Where everything is kept."""
        return Path(self.settings.data_dir).absolute()

    @property
    def ledger_dir(self) -> Path:
        """Where the ledger is published."""
        return self.data_dir / "ledger"

    @property
    def hub_dir(self) -> Path:
        """Where the newest edition of the hub is shown."""
        return self.data_dir / "hub"

    @cached_property
    def _server(self) -> "Server | None":
        from seawall.store import embedded

        return None if self.settings.database_url else embedded.start(self.data_dir)

    @cached_property
    def _database(self) -> "Database":
        from seawall.store import Database
        from seawall.store.migrate import migrate

        server = self.server()
        database = Database(server.get_uri() if server else self.settings.database_url)
        migrate(database)
        return database

    @cached_property
    def _keystore(self) -> "Keystore":
        from seawall.vault import Keystore

        return Keystore(self.data_dir / "keystore")

    @cached_property
    def _vault(self) -> "Vault":
        from seawall.vault import Vault

        return Vault(self.keystore(), self.clock, periods=self.periods(), record=self.record)

    def periods(self) -> "dict[Retention, timedelta | None]":
        """Return for how long each class of content is kept."""
        from seawall.vocabulary.retention import PERIODS, Retention

        set_ = self.settings.retention
        days = {Retention(name): getattr(set_, name) for name in set_.__struct_fields__}
        return {each: timedelta(days=days[each]) if each in days else kept for each, kept in PERIODS.items()}

    def server(self) -> "Server | None":
        """Return the embedded server, started; None where the settings name another."""
        return self._server

    def database(self) -> "Database":
        """Return the database, started and migrated."""
        return self._database

    def keystore(self) -> "Keystore":
        """Return the keystore."""
        return self._keystore

    def vault(self) -> "Vault":
        """Return the vault."""
        return self._vault

    @cached_property
    def _abandoned(self) -> "Abandoned":
        from seawall.gateway.abandoned import Abandoned

        return Abandoned(self.database(), self.clock)

    def abandoned(self) -> "Abandoned":
        """Return the observer that notices gateway processes which died."""
        return self._abandoned

    def record(self, tx: "Transaction", body: "Record") -> RecordId:
        """Write a record in the caller's transaction."""
        from seawall.ledger.write import record

        return record(tx, body, clock=self.clock)

    def signer(self) -> "Signer":
        """Return the key that signs the ledger, under the origin of the settings."""
        from seawall.ledger.signer import Signer

        return Signer.load_or_create(self.data_dir / "keys", self.settings.ledger_origin)

    def ledger_key(self) -> str:
        """Return the verifier key of the ledger as it is published now."""
        from seawall.ledger.sequencer import origin_of, read_state

        with self.database().begin() as tx:
            generation = read_state(tx).generation
        return str(self.signer().named(origin_of(self.settings.ledger_origin, generation)).verifier)

    def sequencer(self) -> "Sequencer":
        """Return the sequencer of the ledger."""
        from seawall.app.witnesses import witnesses
        from seawall.ledger.sequencer import Sequencer

        return Sequencer(
            self.database(),
            self.signer(),
            self.ledger_dir,
            self.clock,
            witnesses(self.settings.ledger_witnesses),
            release_after=timedelta(seconds=self.settings.ledger_release_after_s),
        )

    def account_secrets(self) -> tuple[bytes, ...]:
        """Return the secrets under which end users become accounts, newest first."""
        return tuple(self.keystore().every("accounts"))

    def account(self, key: str, end_user: str | None) -> AccountId:
        """Return the account of an end user of a key: the one that is known, also where the secret changed since."""
        from seawall.enforce import account_id
        from seawall.enforce.accounts import known_among

        named = [account_id(secret, KeyId(key), end_user) for secret in self.account_secrets()]
        with self.database().begin() as tx:
            return known_among(tx, named) or named[0]

    def seal(self, tx: "Transaction", credential: str, project: ProjectId) -> ItemId:
        """Put a credential into the vault."""
        from seawall.vault import Retention

        return self.vault().put(tx, credential.encode(), owner=project, retention=Retention.CREDENTIAL)

    def unseal(self, tx: "Transaction", item: ItemId) -> str:
        """Take a credential out of the vault."""
        return self.vault().get(tx, item).decode()

    def edges(self) -> "Edges":
        """Return what people, roles and approvals take from outside."""
        from seawall.access.ended import PERSON_ENDED
        from seawall.access.people import Edges
        from seawall.cases.claims import release_theirs

        keystore = self.keystore()
        return Edges(
            record=self.record,
            vault=self.vault(),
            clock=self.clock,
            person_ended=(*PERSON_ENDED, release_theirs),
            secret=keystore.secret("people"),
            secrets=lambda: keystore.every("people"),
            lasting_secret=keystore.secret("identities"),
        )

    @cached_property
    def _rights(self) -> "Rights":
        from seawall.access.rights import load

        return load(Path(self.settings.rights_dir) if self.settings.rights_dir else None)

    def rights(self) -> "Rights":
        """Return the rules of who may do what. Raises BadRights."""
        return self._rights

    @cached_property
    def _book(self) -> "Book":
        from seawall.commitments import load

        named = self.settings.commitments_dir
        return load(Path(named) if named else None)

    def book(self) -> "Book":
        """Return the register of commitments. Raises BadRegister."""
        return self._book

    def exchange_writer(self) -> "Writer":
        """Return what puts the content of exchanges into the vault, for one thread."""
        from seawall.vault import Retention, Writer

        return Writer(self.vault(), Retention.EXCHANGE)

    def close(self) -> None:
        """Give back what was opened."""
        if "_database" in self.__dict__:
            self._database.close()
        if self.__dict__.get("_server") is not None:
            self.__dict__["_server"].cleanup()

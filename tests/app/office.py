"""An instance whose people ask, agree and carry out, as tests of every dangerous act want it."""

from typing import Any

from seawall.access import keys, projects
from seawall.access.approvals import Request, Table, ask_for, carry_out
from seawall.access.approvals.acts import Done, told
from seawall.access.people import Person
from seawall.access.rights import put_in_force
from seawall.app.acts import acts
from seawall.app.instance import Instance
from seawall.app.voting import voting
from seawall.policy import publishing
from seawall.vault import Retention
from tests.access.team import Team
from tests.conftest import FrozenClock

KEY, PUBLISH, DISCLOSE = "key.create_zero_retention", "policy.publish", "vault.disclose"


class Office:
    """An instance, people who may ask and agree, and what they do."""

    def __init__(self, instance: Instance, clock: FrozenClock) -> None:
        self.instance, self.clock = instance, clock
        with instance.database().begin() as tx:
            put_in_force(tx, instance.rights(), by="host:test", record=instance.record, clock=clock)
            publishing.ensure_default(tx, record=instance.record, clock=clock)
            self.project = projects.create(tx, "demo", by="test", record=instance.record, clock=clock).id
            self.team = Team(tx, instance.edges(), clock)
            self.pol, self.rex = (self.team.join(tx, name, role) for name, role in
                                  (("pol", "policy_editor"), ("rex", "release_approver")))  # fmt: skip
        clock.advance(hours=73)
        self.team.desk = voting(instance)
        self.table = Table(edges=instance.edges(), desk=self.team.desk, acts=acts(instance))

    def ask(self, action: str, given: dict[str, Any], who: Person | None = None) -> Request:
        with self.instance.database().begin() as tx:
            actor = self.team.actor(tx, who or self.team.bob)
            return ask_for(tx, self.table, actor, action, given, reason="we need it")

    def agree(self, request: Request, who: Person | None = None, *, approves: bool = True) -> Request:
        with self.instance.database().begin() as tx:
            return self.team.vote(tx, who or self.team.lea, request, approves=approves)

    def do(self, request: Request, who: Person | None = None, **given: Any) -> Done:
        with self.instance.database().begin() as tx:
            return carry_out(tx, self.table, self.team.actor(tx, who or self.team.bob), request.id, **given)

    def tell(self, request: Request) -> tuple[dict[str, Any], str]:
        with self.instance.database().begin() as tx:
            return told(tx, self.table, request)

    def kinds(self) -> list[str]:
        with self.instance.database().begin() as tx:
            return [row[0] for row in tx.exec_driver_sql("SELECT kind FROM ledger_records ORDER BY id")]

    def keys(self) -> int:
        with self.instance.database().begin() as tx:
            return len(keys.list_keys(tx, self.project))

    def put(self, content: bytes, retention: Retention = Retention.CASE) -> str:
        with self.instance.database().begin() as tx:
            return self.instance.vault().put(tx, content, owner="ac_1", retention=retention)

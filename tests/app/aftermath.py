"""What must hold of a database after whatever happened: compared with what clients saw and with the ledger."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from seawall.access import Upstream as Mapped
from seawall.access import keys, projects
from seawall.app.instance import Instance
from seawall.app.publishing import publish_once
from seawall.gateway.abandoned import Abandoned
from tests.app.load import Noted
from tests.app.running import Home
from tests.gateway.upstream import Upstream


def project(instance: Instance, upstreams: dict[str, Upstream], name: str = "demo") -> str:
    """Make a project whose models lead to the upstreams in both APIs, and return the secret of a key."""
    ours: dict[str, Any] = {"by": "test", "record": instance.record}
    with instance.database().begin() as tx:
        projects.create(tx, name, clock=instance.clock, **ours)
        for model, upstream in upstreams.items():
            for api, called in (("chat", model), ("messages", f"{model}-messages")):
                mapped = Mapped(name=called, api=api, base_url=upstream.url, model=model, timeout_s=10.0, retries=0,
                                private=True, credential=None)  # type: ignore[arg-type]  # fmt: skip
                projects.set_model(tx, name, mapped, seal=instance.seal, **ours)
        return keys.create_key(tx, name, "k", clock=instance.clock, **ours)[1]


class Aftermath:
    """An instance whose processes have ended, everything that they left closed and published."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.interrupted = self._close_what_was_left()
        while publish_once(instance):
            pass
        self.exchanges = {row["id"]: row for row in self._rows("SELECT * FROM gateway_exchanges")}
        records = self._rows("SELECT id, kind, body, sequence FROM ledger_records")
        self.records = [{**row, "body": json.loads(bytes(row["body"]))} for row in records]
        self.strikes = self._rows("SELECT * FROM enforce_strikes")
        self.leaves = self._rows("SELECT exchange, batch FROM ledger_leaves")

    def _rows(self, statement: str) -> list[dict[str, Any]]:
        with self.instance.database().begin() as tx:
            return [dict(row) for row in tx.execute(text(statement)).mappings()]

    def _close_what_was_left(self) -> int:
        """Do what a worker does within a minute, without waiting for it."""
        moments = iter([0.0, 60.0])
        abandoned = Abandoned(self.instance.database(), self.instance.clock, lambda: next(moments))
        abandoned.look()
        return abandoned.look()

    def decided(self) -> dict[str, dict[str, Any]]:
        """Return the bodies of the records of decisions, by decision."""
        found = [each["body"] for each in self.records if each["kind"] == "exchange.decided"]
        by_decision = {body["decision"]: body for body in found}
        assert len(by_decision) == len(found), "a decision is on record twice"
        return by_decision

    def check(self, noted: Sequence[Noted]) -> None:
        """Fail unless all that clients saw is on record, once, and the whole agrees with itself."""
        decided = self.decided()
        for each in noted:
            if each.exchange:
                row = self.exchanges[each.exchange]
                assert each.decision in (row["input_decision"], row["output_decision"], each.decided), each
            if each.decided:
                assert decided[each.decided]["measure"] == each.measure or each.status == 403, each
        self._check_closed()
        self._check_strikes(decided)

    def _check_closed(self) -> None:
        assert all(row["closed_at"] is not None for row in self.exchanges.values())
        batched = Counter(row["exchange"] for row in self.leaves)
        assert batched == Counter(list(self.exchanges)), [
            (name, batched[name], row["outcome"], row["batch"], row["opened_at"], row["closed_at"])
            for name, row in self.exchanges.items()
            if batched[name] != 1
        ]
        assert all(row["sequence"] is not None for row in self.records)
        cut = [row for row in self.exchanges.values() if row["outcome"] == "interrupted"]
        for row in cut:
            verdicts = [row["input_verdict"], row["output_verdict"]]
            assert row["measure"] in {each.get("measure", "allow") for each in verdicts if each is not None}, row

    def _check_strikes(self, decided: dict[str, dict[str, Any]]) -> None:
        counted = Counter((row["decision"], row["rule"]) for row in self.strikes)
        assert set(counted.values()) <= {1}, "a strike was counted twice"
        due = {(row["input_decision"], strike["rule"]) for row in self.exchanges.values()
               for strike in (row["input_verdict"] or {}).get("strikes", ())}  # fmt: skip
        assert set(counted) == due, "strikes and decisions differ"
        assert {decision for decision, _ in counted} <= set(decided)
        recorded = Counter(each["body"]["strike"] for each in self.records if each["kind"] == "strike.counted")
        assert recorded == Counter(row["id"] for row in self.strikes)

    def verified_by(self, home: Home) -> dict[str, Any]:
        """Return what a process that shares nothing says of the published log."""
        key = self.instance.ledger_key()
        told: dict[str, Any] = home.told("ledger", "verify", str(self.instance.ledger_dir), "--key", key)
        assert told["verified"], told
        assert told["size"] == len(self.records)
        return told

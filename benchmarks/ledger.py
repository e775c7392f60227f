"""How many records a second are committed and integrated, and what checking one proof costs."""

import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.screening import timed
from seawall.app.instance import Instance
from seawall.app.settings import Settings
from seawall.ledger.files import Files
from seawall.ledger.proof import Proof, check
from seawall.ledger.prove import prove
from seawall.ledger.write import batch, record_many
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId, ProjectId, RuleId, new_id
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.records.exchanges import ExchangeDecided

_GROUP = 200


def _decided() -> ExchangeDecided:
    return ExchangeDecided(
        decision=DecisionId(new_id("de")),
        exchange=ExchangeId(new_id("ex")),
        project=ProjectId(new_id("pr")),
        account=AccountId(new_id("ac")),
        measure=Measure.WITHHOLD,
        because=(RuleId("jailbreak.pattern"),),
        policy_digest="0" * 64,
    )


def measure(records: int) -> list[dict[str, Any]]:
    """Write records in groups as the gateway does, publish them, prove one, check the proof."""
    with tempfile.TemporaryDirectory(prefix="seawall-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        instance = Instance(Settings(data_dir=str(folder / "data")))
        try:
            return _measure(instance, records)
        finally:
            instance.close()


def _measure(instance: Instance, records: int) -> list[dict[str, Any]]:
    sequencer, last = instance.sequencer(), ""
    began = time.perf_counter()
    for _ in range(records // _GROUP):
        with instance.database().begin() as tx:
            last = record_many(tx, [_decided() for _ in range(_GROUP)], clock=instance.clock)[-1]
    committed = time.perf_counter() - began
    while sequencer.step():
        pass
    integrated = time.perf_counter() - began
    began = time.perf_counter()
    with instance.database().begin() as tx:
        batch(tx, [(ExchangeId(new_id("ex")), b'{"a":1}') for _ in range(5000)], clock=instance.clock)
    batched = time.perf_counter() - began
    with instance.database().begin() as tx:
        made = prove(tx, Files(instance.ledger_dir), last)
    text, verifier = made.encode(), instance.signer().verifier
    proof = timed(lambda: check(Proof.parse(text), verifier), 500)
    return [
        {"what": "records committed", "value": round(records / committed), "unit": "a second"},
        {"what": "records committed and integrated", "value": round(records / integrated), "unit": "a second"},
        {"what": "exchanges put into a batch", "value": round(5000 / batched), "unit": "a second"},
        {
            "what": "proof parsed and checked, with its signature",
            "value": proof["p50_us"],
            "unit": "µs (p50)",
        },
    ]

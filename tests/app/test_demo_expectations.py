"""What the demo takes for right: every way in which a turn can differ from the scenario is told, and fails the run."""

from typing import Any

import msgspec
import pytest

from seawall.app.demo.expectations import Came, differences
from seawall.app.demo.facts import Fact
from seawall.app.demo.hub import HubTold
from seawall.app.demo.outcome import LedgerTold, Outcome, UpstreamTold
from seawall.app.demo.proof import Proven
from seawall.app.demo.scenario import Turn
from seawall.app.demo.speaking import Heard, Told
from seawall.vocabulary.ids import AccountId
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.standing import State

FACT = Fact(
    exchange="ex_1",
    account=AccountId("ac_1"),
    decision="de_1",
    measure=Measure.STEER,
    because=("self_harm.support",),
    would_have=(),
    outcome="answered",
    arm="none",
    kept=True,
    findings=(),
    reason="",
    output_tokens=3,
)
HEARD = Heard(text="you are not alone", told=Told(exchange="ex_1", notice="{}"))
TURN = Turn(
    say="-",
    expects=(Measure.STEER, Measure.ANNOTATE),
    because="self_harm.support",
    banner=True,
    has="not alone",
    lacks="a secret",
    then=State.GOOD,
)


def told(*, heard: Any = None, fact: Any = None, state: State = State.GOOD, keeps: bool = True) -> tuple[str, ...]:
    came = Came(
        heard=msgspec.structs.replace(HEARD, **(heard or {})),
        fact=msgspec.structs.replace(FACT, **(fact or {})),
        state=state,
    )
    return differences(TURN, came, keeps=keeps)


def test_a_turn_that_came_as_expected_differs_in_nothing() -> None:
    assert told() == told(fact={"measure": Measure.ANNOTATE}) == ()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"fact": {"measure": Measure.ALLOW}}, "expected steer or annotate, was allow"),
        ({"fact": {"because": ()}}, "expected because of self_harm.support, was no rule"),
        ({"state": State.WARNED}, "expected the account to be good, it is warned"),
        ({"heard": {"status": 403}}, "expected status 200, was 403"),
        ({"heard": {"told": Told(exchange="ex_1")}}, "expected a banner, there was none"),
        ({"heard": {"told": Told(exchange="ex_2", notice="{}")}}, "the answer names ex_2, recorded was ex_1"),
        ({"heard": {"text": "hello"}}, "the answer lacks what it should have"),
        ({"heard": {"text": "not alone, a secret"}}, "the answer has what it should lack"),
        ({"heard": {"refused": True}}, "the answer was refused, the record says otherwise"),
        ({"fact": {"kept": False}}, "content was not kept"),
        ({"keeps": False}, "content was kept"),
    ],
)
def test_every_difference_is_told_and_no_other(changed: dict[str, Any], sentence: str) -> None:
    assert told(**changed) == (sentence,)


PROOF = Proven(exchange="ex_1", file="-", proven=True)
LEDGER = LedgerTold(
    verified=True,
    size=3,
    first_size=1,
    address="-",
    key="-",
    problems=(),
    proof=PROOF,
    tampered_copy_refused=True,
    tampered_copy_problem="-",
)
OUTCOME = Outcome(
    ledger=LEDGER,
    upstream=UpstreamTold(kind="scripted", model="scripted"),
    counts={},
    conversations=1,
    exchanges=1,
    moderations=0,
    accounts=1,
    steering={},
    would_have={},
    skipped=(),
    mismatches=(),
    address="-",
    seconds=1.0,
    hub=HubTold(address="-", verified=True),
)


@pytest.mark.parametrize(
    "ledger",
    [
        {"verified": False},
        {"proof": None},
        {"proof": msgspec.structs.replace(PROOF, proven=False)},
        {"tampered_copy_refused": False},
    ],
)
def test_a_ledger_that_does_not_hold_makes_a_run_wrong(ledger: dict[str, Any]) -> None:
    assert OUTCOME.right
    assert not msgspec.structs.replace(OUTCOME, ledger=msgspec.structs.replace(LEDGER, **ledger)).right


def test_a_hub_that_does_not_hold_makes_a_run_wrong() -> None:
    assert not msgspec.structs.replace(OUTCOME, hub=HubTold(address="-", verified=False)).right


def test_a_mismatch_makes_a_run_wrong() -> None:
    assert not msgspec.structs.replace(OUTCOME, mismatches=("rowan: expected steer, was allow",)).right

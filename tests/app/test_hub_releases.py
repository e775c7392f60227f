"""What was signed off stands on the hub's page of the model, and only what is public of it."""

from seawall.app.hubbing import inputs_of
from seawall.app.publishing import publish_once
from seawall.hub.build import KINDS, build
from seawall.hub.published import read_log
from seawall.ledger.files import Files
from seawall.ledger.note import Verifier
from seawall.risk import Withdrawal, withdraw
from tests.risk.test_releases import ACT, LACKING, Board
from tests.risk.test_releases import desk as desk


def page_of(desk: Board, path: str) -> str:
    """Publish what is on record and return a page of the hub that is built from it."""
    instance = desk.office.instance
    desk.office.clock.advance(hours=2)
    publish_once(instance)
    with instance.database().begin() as tx:
        given = inputs_of(instance, tx)
    log = read_log(Files(instance.ledger_dir).read, Verifier.parse(instance.ledger_key()), KINDS)
    files = build(given, log).files
    assert path in files, sorted(each for each in files if each.startswith("models/"))
    return files[path].decode()


def test_a_sign_off_stands_with_its_proof_on_the_page_of_the_model(desk: Board) -> None:
    made = desk.proposed()
    request = desk.office.ask(ACT, {"release": made.id, "lacking": LACKING}, desk.rex)
    desk.office.agree(request, desk.ray)
    shown = desk.office.do(request, desk.rex).shown
    told = page_of(desk, "models/small-1.0.html")
    assert "signed off for use by others until" in told
    assert "one condition; without thresholds, evaluations, safeguards, capability report" in told
    assert shown["statement"] in told
    assert shown["record"] in told
    assert desk.rex.id not in told
    assert "withdrawn" not in told
    with desk.office.instance.database().begin() as tx:
        withdraw(tx, desk.board, made.id, code=Withdrawal.SUPERSEDED, by=desk.rex.id)
    assert "withdrawn since" in page_of(desk, "models/small-1.0.html")

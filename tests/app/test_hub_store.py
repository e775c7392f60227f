"""A hub in a store of others: from the settings over signed requests to an address at which anybody verifies."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from seawall.app import hub_delivering
from seawall.app.cli import cli
from seawall.app.instance import Instance
from seawall.app.settings import read
from seawall.hub.doors import EDITIONS
from seawall.hub.targets import TargetFailed
from tests.app.test_hub import Press
from tests.conftest import FrozenClock
from tests.hub.s3_peer import BUCKET, KEY, MISSING, RCLONE, SECRET, Peer

TOML = """
[[hub_targets]]
name = "cdn"
kind = "s3"
bucket = "{bucket}"
prefix = "site"
endpoint = "{address}"
access_key_env = "HUB_KEY"
secret_key_env = "HUB_SECRET"
"""


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    if RCLONE is None:
        pytest.skip(MISSING)
    made = Peer(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def press(
    peer: Peer, tmp_path: Path, database_url: str, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Press]:
    (tmp_path / "seawall.toml").write_text(TOML.format(bucket=BUCKET, address=peer.address))
    stated = {"SEAWALL_DATA_DIR": str(tmp_path / "data"), "SEAWALL_DATABASE_URL": database_url}
    monkeypatch.setenv("HUB_KEY", KEY)
    monkeypatch.setenv("HUB_SECRET", SECRET)
    instance = Instance(read(stated, tmp_path), clock)
    yield Press(instance, clock)
    instance.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address(peer: Peer) -> Iterator[str]:
    """Where everybody reads what the store holds."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(peer.folder / BUCKET / "site")))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def verified(address: str, *options: str) -> Result:
    return CliRunner().invoke(cli, ["hub", "verify", address, *options])


def test_editions_in_a_store_verify_at_its_address(
    press: Press, peer: Peer, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance, held, state = press.instance, peer.folder / BUCKET / "site", tmp_path / "seen.json"
    press.edition()
    digest = hub_delivering.deliver(instance, "cdn")
    first = verified(address, "--key", instance.ledger_key(), "--state", str(state))
    assert first.exit_code == 0, first.output
    assert "edition 1 of" in first.output
    second = press.edition()["digest"]
    # A secret that is not the right one changes nothing and stands in no error.
    monkeypatch.setenv("HUB_SECRET", "wrong-wrong-wrong")
    with pytest.raises(TargetFailed, match="refuses the access key") as refused:
        hub_delivering.deliver(instance, "cdn")
    assert "wrong-wrong-wrong" not in refused.value.message
    assert {each.name for each in (held / EDITIONS).iterdir()} == {digest}
    monkeypatch.setenv("HUB_SECRET", SECRET)
    hub_delivering.deliver(instance, "cdn")
    assert {each.name for each in (held / EDITIONS).iterdir()} == {digest, second}
    after = verified(address, "--state", str(state))
    assert after.exit_code == 0, after.output
    assert "edition 2 of" in after.output
    by_itself = verified(address)
    assert "By the site's own key" in by_itself.output
    # Of a whole copy too: a sync of the bucket.
    assert verified(str(held), "--key", instance.ledger_key()).exit_code == 0
    door = held / "policies" / "index.html"
    door.write_text(door.read_text().replace("</main>", "<p>We changed our mind.</p></main>"))
    wrong = verified(address, "--state", str(state))
    assert wrong.exit_code == 1
    assert "policies/index.html: the door was changed" in wrong.output

"""Ledger and hub are checked by a program that is none of ours: the Go team's own notes and tiles, in 150 lines.

It needs Go and golang.org/x/mod: on Debian, apt-get install golang-go golang-golang-x-mod-dev.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seawall.hub.folder import write
from seawall.ledger.note import Checkpoint, Verifier
from seawall.ledger.write import record_many
from seawall.vocabulary.records.privacy import RetentionChanged
from tests.hub.conftest import Ground
from tests.ledger.test_witness import Server

SOURCE = Path(__file__).parent / "third_party" / "verify.go"
PACKAGES = Path("/usr/share/gocode")
Verify = Callable[..., str]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, built."""
    if shutil.which("go") is None or not (PACKAGES / "src" / "golang.org" / "x" / "mod" / "sumdb" / "note").is_dir():
        pytest.skip("Go or golang.org/x/mod is not there: apt-get install golang-go golang-golang-x-mod-dev")
    folder = tmp_path_factory.mktemp("go")
    told = {"GO111MODULE": "off", "GOPATH": str(PACKAGES), "GOCACHE": str(folder / "cache"), "CGO_ENABLED": "0"}
    subprocess.run(["go", "vet", str(SOURCE)], check=True, env=os.environ | told)
    subprocess.run(["go", "build", "-o", "verify", str(SOURCE)], cwd=folder, check=True, env=os.environ | told)
    return folder / "verify"


class Site:
    """A ledger and a hub as they lie in folders, with a checkpoint from before they grew."""

    def __init__(self, ground: Ground, folder: Path) -> None:
        self.key, self.ledger, self.old, self.hub = ground.key, ground.log.directory, folder / "old", folder / "hub"
        self.old.write_bytes((self.ledger / "checkpoint").read_bytes())
        many = [RetentionChanged(days={"exchange": days}, backups_kept_days=35, sooner=0) for days in range(300)]
        with ground.log.database.begin() as tx:
            list(record_many(tx, many, clock=ground.log.clock))
        ground.log.clock.advance(seconds=1)
        write(ground.published(), self.hub)


@pytest.fixture
def site(ground: Ground, tmp_path: Path) -> Site:
    return Site(ground, tmp_path)


def verified(program: Path, site: Site) -> subprocess.CompletedProcess[str]:
    command = [program, site.key, site.ledger, site.old, site.hub]
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)


def test_a_program_of_others_finds_ledger_and_hub_good_and_every_flipped_byte(program: Path, site: Site) -> None:
    done = verified(program, site)
    assert done.returncode == 0, done.stderr
    entries = int((site.ledger / "checkpoint").read_text().split("\n")[1])
    files = sum(each.is_file() for each in site.hub.rglob("*"))
    # All but the manifest with its proof, and how the ledger grew.
    assert done.stdout == f"{entries} entries, {files - 3} files hold\n"
    last = f"001.p/{entries - 256}"
    tiles = ("0/000", f"0/{last}", "1/000.p/1", "entries/000", f"entries/{last}")
    changed = [
        site.old, site.ledger / "checkpoint", *(site.ledger / "tile" / each for each in tiles),
        site.hub / "manifest.json", site.hub / "manifest.tlog-proof", site.hub / "index.html",
        next((site.hub / "records").iterdir()),
    ]  # fmt: skip
    for path in changed:
        held = path.read_bytes()
        for at in {len(held) // 3, len(held) // 2}:
            path.write_bytes(held[:at] + bytes([held[at] ^ 1]) + held[at + 1 :])
            assert verified(program, site).returncode == 1, (path, at)
        path.write_bytes(held)
    assert verified(program, site).returncode == 0


def test_it_finds_a_signed_fork_and_another_key_and_passes_over_a_witness(
    program: Path, site: Site, ground: Ground
) -> None:
    before = Checkpoint.parse(site.old.read_text().rpartition("\n\n")[0] + "\n")
    good = site.old.read_text()
    site.old.write_text(ground.log.signer.sign(Checkpoint(before.origin, before.size, bytes(32)).text()))
    assert "old" in verified(program, site).stderr
    site.old.write_text(good)
    with Server(ground.log.signer.verifier) as witness:
        note = (site.ledger / "checkpoint").read_text()
        cosigned = note + witness.cosign(note.rpartition("\n\n")[0] + "\n").decode()
    (site.ledger / "checkpoint").write_text(cosigned)
    assert verified(program, site).returncode == 0
    site.key = str(Verifier(ground.log.signer.origin, Ed25519PrivateKey.generate().public_key().public_bytes_raw()))
    assert "checkpoint" in verified(program, site).stderr

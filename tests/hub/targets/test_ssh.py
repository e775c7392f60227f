"""Editions over rsync and a real sshd, of which a test has one of its own: on loopback, with keys of its own."""

import getpass
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from seawall.hub.targets import Before, Edition, Rsync, TargetFailed, TargetInUse
from tests.app.running import free_port, until
from tests.hub.targets.places import in_folder

SSHD = next((each for each in ("/usr/sbin/sshd", "/usr/local/sbin/sshd") if Path(each).exists()), "")
RRSYNC = shutil.which("rrsync")
CONFIG = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/authorized
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PermitUserEnvironment no
LogLevel VERBOSE
"""


class Server:
    """An sshd that lets one key in."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        for name in ("host", "client", "stranger"):
            self._run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name))
        self.admit()
        (folder / "config").write_text(CONFIG.format(port=self.port, folder=folder))
        self.known = folder / "known"
        self.known.write_text(f"[127.0.0.1]:{self.port} {(folder / 'host.pub').read_text()}")
        if os.geteuid() == 0:
            # What it parts with its rights in; as root it does not start without.
            Path("/run/sshd").mkdir(exist_ok=True, mode=0o755)
        command = [SSHD, "-D", "-f", str(folder / "config"), "-E", str(folder / "log")]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        until(lambda: "Server listening" in self.log() or self.process.poll() is not None, "sshd")

    def log(self) -> str:
        file = self.folder / "log"
        return file.read_text() if file.exists() else ""

    def admit(self, only: str = "") -> None:
        """Let the key in, for everything or for one command."""
        said = f'command="{only}",restrict ' if only else ""
        (self.folder / "authorized").write_text(said + (self.folder / "client.pub").read_text())

    def shell(self, key: str = "client") -> str:
        known = f"-o UserKnownHostsFile={self.known} -o GlobalKnownHostsFile=none -o StrictHostKeyChecking=yes"
        return f"ssh -F none -o BatchMode=yes -o IdentitiesOnly=yes -i {self.folder / key} -p {self.port} {known}"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()

    def _run(self, *words: str) -> None:
        subprocess.run(words, check=True, capture_output=True)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if not SSHD or shutil.which("rsync") is None or shutil.which("ssh") is None:
        pytest.skip("sshd, ssh or rsync is not installed here: apt-get install openssh-server rsync")
    made = Server(tmp_path_factory.mktemp("ssh"))
    if made.process.poll() is not None:
        pytest.skip(f"sshd does not start here: {made.log()[-300:]}")
    yield made
    made.stop()


def target(server: Server, folder: Path, key: str = "client") -> Rsync:
    to = f"{getpass.getuser()}@127.0.0.1:{folder}"
    return Rsync(name="www", to=to, shell=server.shell(key), within_s=60)


def test_an_edition_comes_over_ssh_and_the_next_one_after_it(
    server: Server, tmp_path: Path, first: Edition, second: Edition
) -> None:
    www = tmp_path / "www"
    target(server, www).put(first, Before())
    assert in_folder(www) == in_folder(first.folder)
    target(server, www).put(second, Before(shown=first.digest))
    assert in_folder(www) == in_folder(second.folder)
    assert www.readlink().name == second.digest
    assert {each.name for each in (tmp_path / ".www.editions").iterdir()} == {first.digest, second.digest}
    assert "Accepted publickey" in server.log()


def test_whoever_has_no_key_or_answers_for_another_host_changes_nothing(
    server: Server, tmp_path: Path, first: Edition, second: Edition
) -> None:
    www = tmp_path / "www"
    target(server, www).put(first, Before())
    with pytest.raises(TargetFailed, match="Permission denied"):
        target(server, www, "stranger").put(second, Before(shown=first.digest))
    known = server.known.read_text()
    server.known.write_text(f"[127.0.0.1]:{server.port} {(server.folder / 'stranger.pub').read_text()}")
    try:
        with pytest.raises(TargetFailed, match="REMOTE HOST IDENTIFICATION HAS CHANGED"):
            target(server, www).put(second, Before(shown=first.digest))
    finally:
        server.known.write_text(known)
    assert in_folder(www) == in_folder(first.folder)
    assert not (tmp_path / ".www.editions" / second.digest).exists()


def test_what_is_no_hub_is_left_alone_there_too(server: Server, tmp_path: Path, first: Edition) -> None:
    www = tmp_path / "www"
    www.mkdir()
    (www / "theirs.txt").write_text("theirs")
    with pytest.raises(TargetInUse):
        target(server, www).put(first, Before())
    assert in_folder(www) == {"theirs.txt": b"theirs"}


@pytest.mark.skipif(RRSYNC is None, reason="rrsync is not installed here")
def test_an_account_that_may_do_no_more_than_rsync_is_enough(
    server: Server, tmp_path: Path, first: Edition, second: Edition
) -> None:
    server.admit(only=f"{RRSYNC} {tmp_path}")
    try:
        # Of an account like that a path begins in what it may write to.
        there = target(server, Path("/www"))
        there.put(first, Before())
        there.put(second, Before(shown=first.digest))
    finally:
        server.admit()
    assert in_folder(tmp_path / "www") == in_folder(second.folder)

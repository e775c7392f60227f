"""One instance to a data directory."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from seawall.store.lock import AlreadyRunning, InstanceLock

HOLDING = """
import sys, time
from pathlib import Path
from seawall.store.lock import InstanceLock

with InstanceLock(Path(sys.argv[1])):
    child = __import__("subprocess").Popen(["sleep", "60"]) if len(sys.argv) > 2 else None
    print(child.pid if child else 0, flush=True)
    time.sleep(600)
"""


def _holder(data_dir: Path, *more: str) -> tuple[subprocess.Popen[str], int]:
    holder = subprocess.Popen([sys.executable, "-c", HOLDING, str(data_dir), *more], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    with holder.stdout as output:
        return holder, int(output.readline())


def test_a_second_instance_says_so_and_stops(tmp_path: Path) -> None:
    holder, _ = _holder(tmp_path)
    try:
        with pytest.raises(AlreadyRunning, match=f"{tmp_path} .process {holder.pid}") as caught:
            InstanceLock(tmp_path).acquire()
        assert f"kill {holder.pid}" in caught.value.hint
        assert "SEAWALL_DATA_DIR" in caught.value.hint
    finally:
        holder.kill()
        holder.wait()


def test_an_instance_that_was_killed_leaves_the_directory_free(tmp_path: Path) -> None:
    holder, _ = _holder(tmp_path)
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()

    with InstanceLock(tmp_path) as lock:
        assert lock.path.read_text() == f"{os.getpid()}\n"


def test_a_process_that_the_killed_instance_started_does_not_keep_the_lock(tmp_path: Path) -> None:
    holder, child = _holder(tmp_path, "with a child")
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    try:
        assert psutil.pid_exists(child)
        with InstanceLock(tmp_path) as lock:
            assert lock.path.read_text() == f"{os.getpid()}\n"
    finally:
        os.kill(child, signal.SIGKILL)


def test_a_released_directory_is_free_and_may_not_exist_before(tmp_path: Path) -> None:
    data_dir = tmp_path / "new" / "data"
    with InstanceLock(data_dir), pytest.raises(AlreadyRunning):
        InstanceLock(data_dir).acquire()
    with InstanceLock(data_dir):
        pass


def test_two_directories_have_two_instances(tmp_path: Path) -> None:
    with InstanceLock(tmp_path / "one"), InstanceLock(tmp_path / "other") as other:
        assert other.path.exists()

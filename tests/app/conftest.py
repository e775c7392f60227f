"""Homes for real processes, made once and copied, as making one takes seconds; and an office for acts."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from seawall.app.instance import Instance
from seawall.app.preparing import prepare
from seawall.app.settings import Settings
from tests.app.office import Office
from tests.app.running import Home, Running
from tests.conftest import FrozenClock


def _folder() -> Path:
    """Return a fresh folder with a short path, which sockets want, that the server's own user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="sw-"))
    folder.chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def made() -> Iterator[Path]:
    """A data directory with a migrated database and the default policy."""
    folder = _folder()
    instance = Instance(Settings(data_dir=str(folder / "seawall-data")))
    prepare(instance)
    instance.close()
    yield folder / "seawall-data"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def fresh() -> Iterator[Home]:
    """A home in which nothing was started yet."""
    home = Home(_folder())
    yield home
    shutil.rmtree(home.folder, ignore_errors=True)


@pytest.fixture
def home(fresh: Home, made: Path) -> Home:
    """A home that was started before."""
    subprocess.run(["cp", "-a", str(made), str(fresh.data_dir)], check=True)
    return fresh


@pytest.fixture(scope="module")
def shared(made: Path) -> Iterator[Running]:
    """Everything, running and ready, for tests that leave it so."""
    home = Home(_folder())
    subprocess.run(["cp", "-a", str(made), str(home.data_dir)], check=True)
    running = home.up()
    yield running
    running.swept()
    shutil.rmtree(home.folder, ignore_errors=True)


@pytest.fixture
def up(home: Home) -> Iterator[Running]:
    """Everything, running and ready."""
    running = home.up()
    yield running
    running.swept()


@pytest.fixture
def office(database_url: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Office]:
    """An instance whose people ask, agree and carry out."""
    instance = Instance(Settings(data_dir=str(tmp_path / "data"), database_url=database_url), clock)
    yield Office(instance, clock)
    instance.close()

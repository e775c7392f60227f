"""Before anything leaves: what must not be in it is found. When it leaves: whole or not at all."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from seawall.hub import folder
from seawall.hub.folder import FolderInUse, put
from seawall.hub.scan import NotFitToPublish, fit, scan
from seawall.vocabulary.ids import new_id
from tests.hub.conftest import Ground


def told(text: str, *contacts: str) -> list[str]:
    return [each.what for each in scan({"a.html": text.encode()}, contacts)]


def test_a_site_made_of_public_records_is_fit(ground: Ground) -> None:
    files = ground.published()
    fit(files)
    assert list(scan(files, ())) == []


@pytest.mark.parametrize("prefix", ["it", "ac", "pe", "key", "ex", "pr", "se", "ca", "st", "hold"])
def test_no_identifier_of_anybody_leaves(prefix: str) -> None:
    name = new_id(prefix)
    assert told(f"<p>About {name}.") == [f"it holds an identifier that begins with {prefix}_"]
    with pytest.raises(NotFitToPublish) as refused:
        fit({"a.html": name.encode()})
    assert name not in refused.value.message


def test_a_record_may_be_named() -> None:
    assert told(f"<p>{new_id('re')}") == []


def test_addresses_leave_only_where_they_are_meant_to() -> None:
    assert told("write to ada@people.test") == ["it holds an e-mail address that is not one of the contacts"]
    assert told("write to Safety@lark.example.", "safety@lark.example") == []
    behind = told("safety@lark.example+ada@people.test", "safety@lark.example")
    assert behind == ["it holds an e-mail address that is not one of the contacts"]


def test_an_identifier_is_one_where_it_stands_alone() -> None:
    name = new_id("ac")
    for around in ("({})", "\n{}\n", '"{}"', "re-{}", "é{}", "{}-{}"):
        assert told(around.format(name, name)) == ["it holds an identifier that begins with ac_"]
    for around in ("1{}", "_{}", "abcdefgh{}", "{}0", "{}_"):
        assert told(around.format(name)) == [], around
    assert told(f"{new_id('re')} {name}") == ["it holds an identifier that begins with ac_"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("sw_" + "a" * 43, "a key of a project or a token"),
        ("swt_" + "A1" * 20, "a key of a project or a token"),
        ("-----BEGIN PRIVATE KEY-----", "a private key"),
        ("sk-" + "b" * 24, "an access key"),
    ],
)
def test_no_secret_leaves(text: str, what: str) -> None:
    assert told(text) == [f"it holds {what}"]


def test_what_a_proof_opens_is_looked_at_too(ground: Ground) -> None:
    import base64

    files = ground.built().files
    path = next(each for each in files if each.startswith("records/"))
    head, extra, rest = files[path].decode().split("\n", 2)
    opened = base64.b64decode(extra.removeprefix("extra "))
    hidden = base64.b64encode(
        opened.replace(b'"host:', b'"').replace(b'"v":1', b'"v":1,"x":"ada@people.test"')
    ).decode()
    changed = "\n".join((head, f"extra {hidden}", rest))
    assert [each.where for each in scan({path: changed.encode()})] == [path]


def test_a_folder_shows_one_edition_whole(tmp_path: Path) -> None:
    out = tmp_path / "site"
    put({"index.html": b"one", "a/b.html": b"b"}, out, "1")
    assert (out / "a" / "b.html").read_bytes() == b"b"
    put({"index.html": b"two"}, out, "2")
    assert folder.read_all(out) == {"index.html": b"two"}
    assert (tmp_path / ".site.editions" / "1" / "index.html").read_bytes() == b"one"


def test_files_of_others_are_never_replaced(tmp_path: Path) -> None:
    out = tmp_path / "site"
    out.mkdir()
    put({"index.html": b"one"}, out, "1")
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "thesis.txt").write_text("years of work")
    with pytest.raises(FolderInUse):
        put({"index.html": b"one"}, theirs, "1")
    assert folder.read_all(theirs) == {"thesis.txt": b"years of work"}


def test_only_a_few_editions_are_kept(tmp_path: Path) -> None:
    out = tmp_path / "site"
    for number in range(8):
        made = put({"index.html": b"x"}, out, str(number))
        os.utime(made, (number, number))
    assert len(list((tmp_path / ".site.editions").iterdir())) == 4
    assert out.resolve().name == "7"


_KILLED = """
    import os, sys
    from pathlib import Path
    from seawall.hub import folder

    at, calls = int(sys.argv[2]), 0

    def dying(real):
        def run(*given, **named):
            global calls
            calls += 1
            if calls == at:
                os._exit(9)
            return real(*given, **named)
        return run

    for name in ("fsync", "fdatasync"):
        setattr(os, name, dying(getattr(os, name)))
    for name in ("rename", "replace", "symlink_to"):
        setattr(Path, name, dying(getattr(Path, name)))
    files = {f"{number}.html": b"two" for number in range(3)}
    folder.put(files, Path(sys.argv[1]), "2")
"""


def test_a_crash_at_any_step_leaves_the_old_edition_or_the_new_one(tmp_path: Path) -> None:
    old = {f"{number}.html": b"one" for number in range(3)}
    new = dict.fromkeys(old, b"two")
    ended = []
    for at in range(1, 40):
        out = tmp_path / str(at) / "site"
        out.parent.mkdir()
        put(old, out, "1")
        command = [sys.executable, "-c", textwrap.dedent(_KILLED), str(out), str(at)]
        ran = subprocess.run(command, check=False, capture_output=True, text=True)
        assert ran.returncode in (0, 9), ran.stderr
        assert folder.read_all(out) in (old, new), at
        put(new, out, "2")
        assert folder.read_all(out) == new
        ended.append(ran.returncode)
        if ran.returncode == 0:
            break
    assert ended[-1] == 0
    assert len(ended) > 8

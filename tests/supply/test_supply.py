"""Bills of materials, licences, advisories and signed releases say what is so, and nothing where they do not know."""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from supply.audit import Verdict, judge
from supply.licences import complaints, permits, read
from supply.locked import ROOT, SETS, Package, packages
from supply.release import SUMS, build, release
from supply.signature import BadSignature, load, new_key, public, sign, verify
from supply.verify import checked

from supply import audit, sbom


@pytest.mark.parametrize("name", SETS)
def test_a_bill_lists_every_locked_package_with_its_hashes_and_licence(name: str) -> None:
    made = json.loads(sbom.bill(name, read()))
    locked = {line.partition("==")[0] for line in _pinned(name)}
    assert {each["name"] for each in made["components"]} == locked
    assert all(each["hashes"] and each["licenses"] and each["purl"] for each in made["components"])
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(made)) is None


def _pinned(name: str) -> list[str]:
    lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith((" ", "#"))]


def test_the_same_files_give_the_same_bytes() -> None:
    assert sbom.bill("core", read()) == sbom.bill("core", read())


def test_a_bill_that_is_stale_or_missing_fails_the_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sbom.main([], tmp_path) == 0
    assert sbom.main(["--check"], tmp_path) == 0
    (tmp_path / "dev.json").write_text("{}")
    (tmp_path / "local.json").unlink()
    assert sbom.main(["--check"], tmp_path) == 1
    said = capsys.readouterr().err
    assert "sbom/dev.json is stale" in said
    assert "sbom/local.json is stale" in said
    assert "core" not in said


def test_the_bills_of_this_tree_are_not_stale() -> None:
    assert sbom.main(["--check"]) == 0


@pytest.mark.parametrize(
    ("expression", "fits"),
    [
        ("MIT", True), ("GPL-3.0-only", False), ("MIT OR GPL-3.0-only", True), ("MIT AND GPL-3.0-only", False),
        ("GPL-3.0-only AND MIT OR Zlib", True), ("(MIT)", False), ("", False),
    ],
)  # fmt: skip
def test_a_licence_is_allowed_when_one_choice_of_it_is(expression: str, fits: bool) -> None:
    assert permits(expression, frozenset({"MIT", "Zlib"})) is fits


def test_an_unknown_licence_and_one_of_another_set_are_complaints() -> None:
    known = read()
    assert complaints(known, "core", [Package(name="novel", version="1", hashes=())])[0].startswith("novel: no licence")
    weights = [each for each in packages("local") if each.name.startswith("gemma")]
    assert weights
    assert complaints(known, "local", weights) == []
    assert len(complaints(known, "core", weights)) == len(weights)


def test_a_licence_that_a_package_states_in_spdx_is_the_one_that_is_written_down() -> None:
    compared = 0
    for name, written in read().packages.items():
        try:
            stated = distribution(name).metadata.get("License-Expression")
        except PackageNotFoundError:
            continue
        if stated:
            assert written == stated, name
            compared += 1
    assert compared > 50


def _row(name: str, **more: object) -> dict[str, object]:
    return {"name": name, "version": "1", **more}


@pytest.mark.parametrize(
    ("status", "rows", "verdict"),
    [
        (0, [_row("a", vulns=[])], Verdict.CLEAN),
        (1, [_row("a", vulns=[{"id": "PYSEC-1"}])], Verdict.VULNERABLE),
        (0, [_row("a", vulns=[]), {"name": "b", "skip_reason": "could not be audited"}], Verdict.UNKNOWN),
        (1, [_row("a", vulns=[])], Verdict.UNKNOWN),
        (0, [], Verdict.UNKNOWN),
        (1, [{"name": "b", "skip_reason": "x"}, _row("a", vulns=[{"id": "PYSEC-1"}])], Verdict.VULNERABLE),
    ],
)
def test_only_a_full_answer_is_clean(status: int, rows: list[object], verdict: Verdict) -> None:
    assert judge(status, json.dumps({"dependencies": rows}), ["a"]).verdict is verdict


@pytest.mark.parametrize("said", ["", "connection refused", "[]", "{}", "null"])
def test_no_answer_is_unknown(said: str) -> None:
    assert judge(0, said, []).verdict is Verdict.UNKNOWN
    assert judge(1, said, []).verdict is Verdict.UNKNOWN


def test_an_audit_that_cannot_run_is_unknown_and_fails_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.main(["--quick"], tmp_path / "nothing") == 0
    assert "advisories: unknown, pip-audit is not set up" in capsys.readouterr().out
    assert audit.main([], tmp_path / "nothing") == 0
    assert capsys.readouterr().out.count(": unknown") == len(SETS)


def test_a_known_vulnerability_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tool = tmp_path / "pip-audit"
    told = {"dependencies": [_row("a", vulns=[{"id": "PYSEC-1"}])]}
    tool.write_text(f"#!/bin/sh\ncat <<'X'\n{json.dumps(told)}\nX\nexit 1\n")
    tool.chmod(0o755)
    assert audit.main([], tool) == 1
    assert "a: PYSEC-1" in capsys.readouterr().out


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "release.key"
    new_key(path)
    return path


def test_a_signature_holds_for_its_file_its_comment_and_its_key(tmp_path: Path, secret: Path) -> None:
    file, key = tmp_path / "file", load(secret)
    file.write_bytes(b"released")
    text = sign(key, file, "file:file")
    assert verify(public(key), file, text) == "file:file"
    assert verify(f"untrusted comment: x\n{public(key)}\n", file, text) == "file:file"
    with pytest.raises(BadSignature, match="comment"):
        verify(public(key), file, text.replace("file:file", "file:other"))
    other = tmp_path / "other.key"
    with pytest.raises(BadSignature, match="another key"):
        verify(new_key(other), file, text)
    file.write_bytes(b"releasee")
    with pytest.raises(BadSignature, match="not what was signed"):
        verify(public(key), file, text)
    for broken in ("", text[:40], text.replace("RUR", "xxx")[:-3], "\n".join(["a", "!", "trusted comment: x", "!"])):
        with pytest.raises(BadSignature):
            verify(public(key), file, broken)


def test_signature_and_key_have_the_layout_of_minisign(tmp_path: Path, secret: Path) -> None:
    file, key = tmp_path / "file", load(secret)
    file.write_bytes(b"released")
    lines = sign(key, file, "c").splitlines()
    raw, named = base64.b64decode(lines[1]), base64.b64decode(public(key))
    assert (raw[:2], named[:2], raw[2:10]) == (b"ED", b"Ed", named[2:10])
    assert (len(raw), len(named), len(base64.b64decode(lines[3]))) == (74, 42, 64)
    assert lines[0].startswith("untrusted comment: ")
    key.verify_key.verify(hashlib.blake2b(b"released", digest_size=64).digest(), raw[10:])


def test_a_secret_key_is_made_once_and_kept_from_others(secret: Path) -> None:
    with pytest.raises(FileExistsError):
        new_key(secret)
    assert secret.stat().st_mode & 0o777 == 0o600
    secret.chmod(0o644)
    with pytest.raises(BadSignature, match="open to other users"):
        load(secret)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small tree that is built as Seawall is, with a commit of its own."""
    tree = tmp_path / "tree"
    (tree / "src" / "seawall").mkdir(parents=True)
    for name in ("pyproject.toml", "LICENSE", "README.md"):
        shutil.copy(ROOT / name, tree / name)
    shutil.copy(ROOT / "src" / "seawall" / "__init__.py", tree / "src" / "seawall" / "__init__.py")
    for words in (
        ("init", "-q"),
        ("add", "."),
        ("-c", "user.name=t", "-c", "user.email=t@t.test", "commit", "-qm", "A tree"),
    ):
        subprocess.run(["git", *words], cwd=tree, check=True)
    return tree


def test_a_release_is_built_again_to_the_same_bytes(tmp_path: Path, source: Path) -> None:
    first = build(tmp_path / "one", source=source)
    for path in source.rglob("*"):
        if ".git" not in path.parts:
            path.touch()
    second = build(tmp_path / "two", source=source)
    assert [path.name for path in first] == [path.name for path in second]
    assert {path.suffix for path in first} == {".whl", ".gz"}
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert "seawall/__init__.py" in zipfile.ZipFile(first[0 if first[0].suffix == ".whl" else 1]).namelist()


def test_a_download_is_verified_and_a_changed_added_or_unsigned_one_is_not(
    tmp_path: Path, source: Path, secret: Path
) -> None:
    dist = tmp_path / "dist"
    key = release(dist, secret, source=source)
    comment, files = checked(dist, key)
    assert len(files) == 2
    assert "commit:" in comment
    command = [sys.executable, "-m", "supply.verify", str(dist), key]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
    wheel = next(dist.glob("*.whl"))
    whole = wheel.read_bytes()
    wheel.write_bytes(whole[:-1] + b"x")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, "not what was released" in done.stderr) == (1, True)
    wheel.write_bytes(whole)
    (dist / "extra.whl").write_bytes(whole)
    with pytest.raises(BadSignature, match="no file of this release"):
        checked(dist, key)
    (dist / "extra.whl").unlink()
    (dist / SUMS).write_text((dist / SUMS).read_text().replace("0", "1"))
    with pytest.raises(BadSignature):
        checked(dist, key)
    for path in dist.glob("*.*"):
        if not path.name.startswith(SUMS):
            path.unlink()

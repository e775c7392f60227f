"""Build a release: a wheel and an sdist that anybody can build again to the same bytes, their digests, a signature."""

import argparse
import hashlib
import os
import subprocess
import sys
from pathlib import Path

from supply.locked import ROOT
from supply.signature import BadSignature, load, new_key, public, sign

SUMS = "SHA256SUMS"


def build(into: Path, *, source: Path = ROOT, epoch: str | None = None) -> list[Path]:
    """Build wheel and sdist of a source tree. Times inside are those of the last commit, whenever it is built."""
    into.mkdir(parents=True, exist_ok=True)
    moment = epoch or _git(source, "log", "-1", "--format=%ct")
    environment = {**os.environ, "SOURCE_DATE_EPOCH": moment, "PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(into)]
    subprocess.run(command, cwd=source, env=environment, check=True, stdout=subprocess.DEVNULL)
    return sorted(path for path in into.iterdir() if path.suffix in (".whl", ".gz"))


def sums(files: list[Path]) -> str:
    """Return the digests as `sha256sum -c` reads them."""
    return "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)


def release(into: Path, secret: Path, *, source: Path = ROOT) -> str:
    """Build, write the digests, sign them; return the public key. Raises BadSignature."""
    key = load(secret)
    for old in into.glob("*") if into.exists() else ():
        old.unlink()
    files = build(into, source=source)
    listed = into / SUMS
    listed.write_text(sums(files))
    commit = _git(source, "rev-parse", "HEAD")
    (into / f"{SUMS}.minisig").write_text(sign(key, listed, f"file:{SUMS} commit:{commit}"))
    return public(key)


def _git(source: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=source, check=True, capture_output=True, text=True).stdout.strip()


def main(arguments: list[str]) -> int:
    """Make a key, or a release."""
    parser = argparse.ArgumentParser(prog="python -m supply.release", description=__doc__)
    parser.add_argument("secret", type=Path, help="the file of the secret key; keep it off this machine otherwise")
    parser.add_argument("--into", type=Path, default=ROOT / "dist")
    parser.add_argument("--new-key", action="store_true", help="make the key instead of a release")
    given = parser.parse_args(arguments)
    try:
        print(new_key(given.secret) if given.new_key else release(given.into, given.secret))
    except (BadSignature, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

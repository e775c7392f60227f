"""Check a download: that the digests were signed with the release key, and that every file has its digest."""

import argparse
import hashlib
import sys
from pathlib import Path

from supply.release import SUMS
from supply.signature import BadSignature, verify


def checked(folder: Path, key: str) -> tuple[str, list[str]]:
    """Return the trusted comment and the names of the files that are as released. Raises BadSignature."""
    listed = folder / SUMS
    comment = verify(key, listed, (folder / f"{SUMS}.minisig").read_text())
    wanted = dict(reversed(line.split("  ", 1)) for line in listed.read_text().splitlines())
    found = sorted(path.name for path in folder.iterdir() if not path.name.startswith(SUMS))
    if not found:
        raise BadSignature("There is no file to check.")
    for name in found:
        if name not in wanted:
            raise BadSignature(f"{name} is no file of this release.")
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != wanted[name]:
            raise BadSignature(f"{name} is not what was released.")
    return comment, found


def main(arguments: list[str]) -> int:
    """Check a folder of downloads."""
    parser = argparse.ArgumentParser(prog="python -m supply.verify", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("key", help="the public key, from somewhere you trust")
    given = parser.parse_args(arguments)
    try:
        comment, found = checked(given.folder, given.key)
    except (BadSignature, OSError) as error:
        print(f"NOT verified: {error}", file=sys.stderr)
        return 1
    print(f"Verified: {', '.join(found)} ({comment})")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

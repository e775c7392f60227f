"""Read the locked requirements: names, versions, hashes."""

import re
from pathlib import Path

import msgspec

ROOT = Path(__file__).parent.parent
SETS = ("core", "dev", "local")
_ONE = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^\s;\\]+)(?P<marker>[^\\\n]*)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class Package(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One locked package. `hashes` are those of all files that may be installed, `everywhere` or on some systems."""

    name: str
    version: str
    hashes: tuple[str, ...]
    everywhere: bool = True


def packages(name: str) -> list[Package]:
    """Return the packages of `requirements/<name>.txt`, sorted."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    found = list(_ONE.finditer(text))
    ends = [each.start() for each in found[1:]] + [len(text)]
    return sorted(
        Package(
            name=each["name"],
            version=each["version"],
            hashes=tuple(sorted(_HASH.findall(text[each.end() : end]))),
            everywhere=";" not in each["marker"],
        )
        for each, end in zip(found, ends, strict=True)
    )

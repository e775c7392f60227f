"""Which licence each locked package has, written down by a person, and which licences are allowed."""

import re
import tomllib
from collections.abc import Sequence

import msgspec

from supply.locked import ROOT, Package


class Licences(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`allowed` are SPDX ids; `packages` are SPDX expressions by name; `only` are ids that one set alone may have."""

    allowed: frozenset[str]
    only: dict[str, frozenset[str]]
    packages: dict[str, str]


def read() -> Licences:
    """Return what `supply/licences.toml` says."""
    return msgspec.convert(tomllib.loads((ROOT / "supply" / "licences.toml").read_text("utf-8")), Licences)


def complaints(known: Licences, name: str, locked: Sequence[Package]) -> list[str]:
    """Return what is wrong with the licences of a set: unknown ones and ones that are not allowed."""
    allowed = known.allowed | known.only.get(name, frozenset())
    found = []
    for package in locked:
        expression = known.packages.get(package.name)
        if expression is None:
            found.append(f"{package.name}: no licence is written down in supply/licences.toml")
        elif not permits(expression, allowed):
            found.append(f"{package.name}: {expression} is not allowed in {name}")
    return found


def permits(expression: str, allowed: frozenset[str]) -> bool:
    """Tell whether an SPDX expression can be met with what is allowed: every AND, one OR. Brackets are not read."""
    choices = re.split(r"\s+OR\s+", expression)
    return any(all(each.strip() in allowed for each in re.split(r"\s+AND\s+", choice)) for choice in choices)

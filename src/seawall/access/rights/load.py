"""Read the rules: those that come with Seawall, and a directory of the operator's that replaces or adds roles.

A file `reviewer.cedar` of the operator replaces ours of that name; another name adds a role; an empty one takes ours
away. The guards cannot be replaced. Everything is parsed once and checked against the schema, before it decides.
"""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import cedarpy

from seawall.access.rights.rights import Rights
from seawall.access.rights.schema import schema
from seawall.vocabulary.errors import InvalidInput

OURS = Path(__file__).parent / "default"
GUARDS = "guards.cedar"
_FILE = re.compile(r"[A-Za-z0-9_-]{1,60}\.cedar")
_ROLE = re.compile(r'Role::"([a-z][a-z_]{0,39})"')


class BadRights(InvalidInput):
    """Rules cannot be used; the ones in force stay."""

    code = "access.bad_rights"


def load(theirs: Path | None = None) -> Rights:
    """Return the rules, with the files of an operator's directory. Raises BadRights."""
    return composed(read_texts(theirs))


def texts(theirs: Mapping[str, str]) -> dict[str, str]:
    """Return every file of rules by name: ours, with those of an operator's in their place."""
    return {path.name: path.read_text("utf-8") for path in sorted(OURS.glob("*.cedar"))} | dict(theirs)


def composed(theirs: Mapping[str, str]) -> Rights:
    """Return the rules, with an operator's files by name. Raises BadRights."""
    files = texts({})
    guards = files.pop(GUARDS)
    files |= _allowed(theirs)
    for name, text in {GUARDS: guards, **files}.items():
        _check(name, text)
    _check("all files together", "\n".join([guards, *files.values()]))
    roles = "\n".join(files[name] for name in sorted(files))
    return Rights(
        roles_text=roles,
        guards_text=guards,
        roles=frozenset(_ROLE.findall(roles)),
        digest=sha256(f"{guards}\0{roles}\0{schema()}".encode()).hexdigest(),
        files=theirs,
    )


def read_texts(folder: Path | None) -> dict[str, str]:
    """Return the files of an operator's directory by name. Raises BadRights."""
    if folder is None:
        return {}
    try:
        return {path.name: path.read_text("utf-8") for path in sorted(folder.iterdir()) if path.suffix == ".cedar"}
    except (OSError, UnicodeDecodeError) as error:
        raise BadRights(f"{folder} cannot be read: {type(error).__name__}.", hint="Name a directory.") from None


def _allowed(theirs: Mapping[str, str]) -> Mapping[str, str]:
    for name in theirs:
        if name == GUARDS:
            raise BadRights(f"{GUARDS} cannot replace the guards.", hint="Name the file for its role.")
        if not _FILE.fullmatch(name):
            raise BadRights(f"{name!r} cannot name a file of rules.", hint="Such as reviewer.cedar.")
    return theirs


def _check(name: str, text: str) -> None:
    found = cedarpy.validate_policies(text, schema())
    if not found.validation_passed:
        told = "; ".join(str(error) for error in found.errors[:3])
        raise BadRights(f"{name}: {told}", hint="`seawall access actions` lists the actions and kinds of things.")
    policies = json.loads(cedarpy.policies_to_json_str(text))["staticPolicies"].values()
    names = [policy.get("annotations", {}).get("id") for policy in policies]
    if len(set(names)) != len(names) or not all(names):
        raise BadRights(f"{name}: every policy needs an @id of its own.", hint='Write @id("name") above each.')

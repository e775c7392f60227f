"""Read the rules: those that come with Seawall, and a directory of the operator's that replaces or adds roles.

A file `reviewer.cedar` of the operator replaces ours of that name; another name adds a role; an empty one takes ours
away. The guards cannot be replaced. Everything is parsed once and checked against the schema, before it decides.
"""

import json
import re
from hashlib import sha256
from pathlib import Path

import cedarpy

from seawall.access.rights.rights import Rights
from seawall.access.rights.schema import schema
from seawall.vocabulary.errors import InvalidInput

OURS = Path(__file__).parent / "default"
GUARDS = "guards.cedar"
_ROLE = re.compile(r'Role::"([a-z][a-z_]{0,39})"')


class BadRights(InvalidInput):
    """Rules cannot be used; the ones in force stay."""

    code = "access.bad_rights"


def load(theirs: Path | None = None) -> Rights:
    """Return the rules. Raises BadRights."""
    files = {path.name: path.read_text("utf-8") for path in sorted(OURS.glob("*.cedar"))}
    guards = files.pop(GUARDS)
    files |= _theirs(theirs) if theirs is not None else {}
    for name, text in {GUARDS: guards, **files}.items():
        _check(name, text)
    _check("all files together", "\n".join([guards, *files.values()]))
    roles = "\n".join(files[name] for name in sorted(files))
    return Rights(
        roles_text=roles,
        guards_text=guards,
        roles=frozenset(_ROLE.findall(roles)),
        digest=sha256(f"{guards}\0{roles}\0{schema()}".encode()).hexdigest(),
        files={GUARDS: guards, **files},
    )


def _theirs(folder: Path) -> dict[str, str]:
    try:
        found = {path.name: path.read_text("utf-8") for path in sorted(folder.iterdir()) if path.suffix == ".cedar"}
    except (OSError, UnicodeDecodeError) as error:
        raise BadRights(f"{folder} cannot be read: {type(error).__name__}.", hint="Name a directory.") from None
    if GUARDS in found:
        raise BadRights(f"{folder / GUARDS} cannot replace the guards.", hint="Name the file for its role.")
    return found


def _check(name: str, text: str) -> None:
    found = cedarpy.validate_policies(text, schema())
    if not found.validation_passed:
        told = "; ".join(str(error) for error in found.errors[:3])
        raise BadRights(f"{name}: {told}", hint="`seawall access actions` lists the actions and kinds of things.")
    policies = json.loads(cedarpy.policies_to_json_str(text))["staticPolicies"].values()
    names = [policy.get("annotations", {}).get("id") for policy in policies]
    if len(set(names)) != len(names) or not all(names):
        raise BadRights(f"{name}: every policy needs an @id of its own.", hint='Write @id("name") above each.')

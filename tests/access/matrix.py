"""Who may do what, as a table that people read: `python -m tests.access.matrix` writes it; a change shows as a diff.

One line an action and the kind of thing that it is done to, one column a role. `yes` takes the role alone, `key` a
passkey of the moment too, `two` the approval of others as well; a dot is no.
"""

from pathlib import Path

from seawall.access.rights import ACTIONS, Action, Asked, Principal, Resource, Rights, load

FILE = Path(__file__).parent / "rights_matrix.txt"
_WAYS = (("yes", Asked()), ("key", Asked(passkey_seconds=0)), ("two", Asked(passkey_seconds=0, approved=True)))


def cell(rights: Rights, role: str, action: Action) -> str:
    """Return what an action takes of somebody who holds one role."""
    who = Principal(id="pe_1", human="pe_1", roles=frozenset({role}))
    thing = Resource(kind=action.kind)
    return next((word for word, given in _WAYS if rights.may(who, action.name, thing, given).allowed), ".")


def table(rights: Rights) -> str:
    """Return the table."""
    roles = sorted(rights.roles)
    rows = [["action", "kind", *roles]]
    rows += [[each.name, each.kind, *(cell(rights, role, each) for role in roles)] for each in ACTIONS]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "".join("  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip() + "\n"
                   for row in rows)  # fmt: skip


if __name__ == "__main__":
    FILE.write_text(table(load()))

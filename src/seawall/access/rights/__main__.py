"""`python -m seawall.access.rights [DIRECTORY]`: check policies against the schema, for `make check`."""

import sys
from pathlib import Path

from seawall.access.rights.load import BadRights, load


def main(arguments: list[str]) -> int:
    """Check Seawall's own rules, with those of a directory where one is named; say what is wrong."""
    try:
        rights = load(Path(arguments[0]) if arguments else None)
    except BadRights as error:
        print(f"{error.message} {error.hint}", file=sys.stderr)
        return 1
    print(f"{len(rights.roles)} roles hold to the schema; digest {rights.digest[:12]}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Where a browser goes after signing in: a path of this site, never elsewhere."""

import re

LONGEST = 500
# One slash, then neither a second one nor a backslash, which browsers read as one; nothing that they would strip.
_PATH = re.compile(r"/(?![/\\])[!-~]*")


def own_path(given: str, otherwise: str = "/console") -> str:
    """Return a path of this site that was asked for, with its query; `otherwise` where it is anything else."""
    fits = len(given) <= LONGEST and "\\" not in given and _PATH.fullmatch(given) is not None
    return given if fits else otherwise

"""Where a page may lead back to: a path of this console, never another site."""

from urllib.parse import urlsplit

HOME = "/console"


def inside(asked: str) -> str:
    """Return the path that was asked for where it is one of the console; its first page otherwise."""
    try:
        parts = urlsplit(asked)
    except ValueError:
        return HOME
    plain = asked.isascii() and asked.isprintable() and "\\" not in asked and not parts.scheme and not parts.netloc
    # Asked for anew as a page, so neither what signs in nor what proves leads to itself.
    known = parts.path == HOME or parts.path.startswith(HOME + "/")
    return asked if plain and known and ".." not in parts.path.split("/") else HOME

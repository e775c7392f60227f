"""Where a page may lead back to: a path of this console, never another site."""

from urllib.parse import urlsplit

from seawall.web.returning import own_path

HOME = "/console"


def inside(asked: str) -> str:
    """Return the path that was asked for where it is one of the console; its first page otherwise."""
    found = own_path(asked, HOME)
    path = urlsplit(found).path
    known = path == HOME or path.startswith(HOME + "/")
    return found if known and ".." not in path.split("/") else HOME

"""Addresses of a hub where one object changes at a time: doors into editions, each of which lies whole beside. Pure.

    index.html                          a door into the newest edition; replacing it is what publishes
    editions/<digest of manifest>/...   editions, whole and never changed
    publications/lark-notes/1.html      a door: the address of this page for good
    publications/lark-notes/1.md        a copy: whatever is no page
    verification.html                   a door too, replaced last: before it leads where the start page does, others lag

A door forwards without a script to its own path in one edition, in which every link leads on inside. What a door is an
edition says itself, in a file of its own, so that a changed one is found.
"""

import re

from seawall.hub.book import href
from seawall.hub.verifier import PATH as VERIFIER
from seawall.ledger.tiles import Read

EDITIONS, FORM, TO = "editions/", "door.txt", "{{to}}"
START, LAST = "index.html", "verification.html"
_LEADS = re.compile(rb'<meta http-equiv="refresh" content="0; url=(?:\.\./)*editions/([0-9a-f]{64})/')


def door(form: bytes, path: str, edition: str) -> bytes:
    """Return what stands at an address and leads to the same path in an edition."""
    return form.replace(TO.encode(), href(f"{EDITIONS}{edition}/{path}", path).encode())


def leads(held: bytes | None) -> str:
    """Return the digest of the edition that a door leads into; nothing where it is no door."""
    found = _LEADS.search(held or b"")
    return found[1].decode() if found else ""


def has_door(path: str) -> bool:
    """Tell whether a door stands at an address, and not a copy. The verifier is saved from there, so it is one."""
    return path.endswith(".html") and path != VERIFIER


def within(read: Read, edition: str) -> Read:
    """Return what reads an edition."""
    return lambda path: read(f"{EDITIONS}{edition}/{path}")


def entered(read: Read) -> Read:
    """Return what reads the edition that is shown: through the door, where the start page is one."""
    shown = leads(read(START))
    return within(read, shown) if shown else read

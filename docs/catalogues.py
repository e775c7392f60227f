"""Compile the catalogues of letters, from what translators write to what gettext loads; with --check, compare them.

The standard library reads compiled catalogues and has nothing that makes them. Limits: no plurals, no contexts.
"""

import ast
import struct
import sys
from pathlib import Path

LOCALES = Path(__file__).parent.parent / "src" / "seawall" / "cases" / "locale"
_MAGIC = 0x950412DE
_HEAD = 28


def entries(text: str) -> dict[str, str]:
    """Return what a catalogue says of each message; its head under the empty one."""
    found: dict[str, list[str]] = {}
    message, parts = "", list[str]()
    for line in text.splitlines():
        word, _, quoted = line.partition(" ")
        if word == "msgid":
            message, parts = ast.literal_eval(quoted), list[str]()
            reading = "msgid"
        elif word == "msgstr":
            reading = "msgstr"
            parts = found.setdefault(message, [ast.literal_eval(quoted)])
        elif line.startswith('"') and reading == "msgid":
            message += ast.literal_eval(line)
        elif line.startswith('"'):
            parts.append(ast.literal_eval(line))
    return {name: "".join(said) for name, said in found.items()}


def compiled(told: dict[str, str]) -> bytes:
    """Return a catalogue as gettext loads it: a head, two tables of lengths and places, the texts."""
    pairs = sorted((name.encode(), said.encode()) for name, said in told.items() if said)
    at = _HEAD + 16 * len(pairs)
    tables, texts = list[bytes](), b""
    for side in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[side]), at + len(texts)))
            texts += pair[side] + b"\0"
    head = struct.pack("<7I", _MAGIC, 0, len(pairs), _HEAD, _HEAD + 8 * len(pairs), 0, 0)
    return head + b"".join(tables) + texts


def main(check: bool) -> int:
    """Write every compiled catalogue, or tell which is stale."""
    stale = 0
    for path in sorted(LOCALES.rglob("*.po")):
        made, place = compiled(entries(path.read_text("utf-8"))), path.with_suffix(".mo")
        if check and (not place.exists() or place.read_bytes() != made):
            print(f"{place} is stale: python -m docs.catalogues")
            stale = 1
        elif not check:
            place.write_bytes(made)
    return stale


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))

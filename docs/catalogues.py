"""Extract what catalogues translate, and compile what translators wrote; with --check, tell what is stale.

    templates + code -> <domain>.pot -> translators -> <language>/LC_MESSAGES/<domain>.po -> .mo, which gettext loads

The standard library reads compiled catalogues and has nothing that makes them. Limits: no contexts.
"""

import ast
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
from jinja2 import Environment

from seawall.vocabulary.categories import MAPPINGS

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "seawall"
LOCALES = SOURCE / "cases" / "locale"
_MAGIC = 0x950412DE
_HEAD = 28
_MARKS = {"_": 1, "gettext": 1, "say": 1, "ngettext": 2}
_LINE = re.compile(r'(msgid|msgid_plural|msgstr(?:\[\d\])?) (".*")')

Message = tuple[str, ...]


class Domain(msgspec.Struct, frozen=True, kw_only=True):
    """One set of catalogues: where they lie, and from which templates and modules their messages come."""

    name: str
    locales: Path
    templates: tuple[Path, ...]
    code: tuple[Path, ...]
    texts: tuple[str, ...] = ()

    @property
    def pot(self) -> Path:
        """Return the file that translators begin from."""
        return self.locales / f"{self.name}.pot"


def domains() -> tuple[Domain, ...]:
    """Return the domains: letters with the portal, which name categories; and the hub."""
    cases, hub, portal = SOURCE / "cases", SOURCE / "hub", SOURCE / "web" / "portal"
    return (
        Domain(
            name="seawall",
            locales=cases / "locale",
            templates=(*sorted((cases / "letters").glob("*.txt")), *sorted((portal / "templates").glob("*.html"))),
            code=(*sorted(cases.rglob("*.py")), *sorted(portal.rglob("*.py"))),
            texts=tuple(each.title for each in MAPPINGS.values()),
        ),
        Domain(
            name="seawall_hub",
            locales=hub / "locale",
            templates=tuple(sorted((hub / "templates").glob("*.html"))),
            code=(*sorted(hub.rglob("*.py")), SOURCE / "app" / "hub_cards.py"),
        ),
    )


def template(domain: Domain) -> str:
    """Return what translators begin from: every message, with the files that it stands in."""
    found: dict[Message, set[str]] = {}
    for path, message in _messages(domain):
        found.setdefault(message, set()).add(path.relative_to(SOURCE).as_posix())
    head = ["# Written by `python -m docs.catalogues`.", 'msgid ""', 'msgstr ""']
    head += [_quoted("Content-Type: text/plain; charset=UTF-8\n"), _quoted("Content-Transfer-Encoding: 8bit\n")]
    parts = ["\n".join(head)]
    for message in sorted(found):
        names = ["msgid", "msgid_plural"]
        lines = [f"#: {' '.join(sorted(found[message]))}"]
        lines += [f"{name} {_quoted(text)}" for name, text in zip(names, message, strict=False)]
        lines += ['msgstr ""'] if len(message) == 1 else ['msgstr[0] ""', 'msgstr[1] ""']
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def messages(domain: Domain) -> set[Message]:
    """Return every message: a text, or a text and its plural."""
    return {message for _, message in _messages(domain)}


def entries(text: str) -> dict[str, str]:
    """Return what a catalogue says of each message; its head under the empty one, plurals as gettext keeps them."""
    found: dict[str, str] = {}
    for block in re.split(r"\n\s*\n", text):
        said: dict[str, str] = {}
        word = ""
        for line in block.splitlines():
            if match := _LINE.fullmatch(line.strip()):
                word = match[1]
                said[word] = ast.literal_eval(match[2])
            elif line.startswith('"'):
                said[word] += ast.literal_eval(line)
        if "msgid" in said:
            plural = f"\0{said['msgid_plural']}" if "msgid_plural" in said else ""
            forms = [said[each] for each in sorted(said) if each.startswith("msgstr")]
            found[said["msgid"] + plural] = "\0".join(forms) if any(forms) else ""
    return found


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


def _messages(domain: Domain) -> Iterator[tuple[Path, Message]]:
    made = Environment(extensions=["jinja2.ext.i18n"])  # noqa: S701 - nothing is rendered
    made.policies["ext.i18n.trimmed"] = True
    for path in domain.templates:
        for _, _, message in made.extract_translations(path.read_text("utf-8")):  # type: ignore[attr-defined]
            if message is not None:
                yield path, (message,) if isinstance(message, str) else tuple(each for each in message if each)
    for path in domain.code:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            texts = _marked(node)
            if texts:
                yield path, texts
    yield from ((SOURCE / "vocabulary" / "categories.py", (text,)) for text in domain.texts)


def _marked(node: ast.AST) -> Message:
    """Return the texts of a call that marks them; none where it is another, or they are made elsewhere."""
    if not isinstance(node, ast.Call):
        return ()
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    given = node.args[: _MARKS.get(name, 0)]
    texts = tuple(each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str))
    return texts if texts and len(texts) == _MARKS.get(name, 0) else ()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def main(check: bool) -> int:
    """Write every template and every compiled catalogue, or tell which is stale."""
    made = {domain.pot: template(domain).encode() for domain in domains()}
    for domain in domains():
        for path in sorted(domain.locales.rglob("*.po")):
            made[path.with_suffix(".mo")] = compiled(entries(path.read_text("utf-8")))
    stale = [path for path, held in made.items() if not path.exists() or path.read_bytes() != held]
    for path in stale:
        if check:
            print(f"{path.relative_to(ROOT)} is stale: python -m docs.catalogues")
        else:
            path.write_bytes(made[path])
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))

"""What stands on the pages of the documentation: links, code, commands and tables."""

import re
import shlex
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import click

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
# Every file of the repository, without what is made by working on it.
FILES = [
    file.relative_to(ROOT).as_posix()
    for place in ("src", "docs", "tests", "training", "benchmarks", "requirements", "changelog.d", "supply", "sbom")
    for file in (ROOT / place).rglob("*.*")
] + [file.name for file in ROOT.iterdir()]
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^(?: {4}.*\n)+", re.MULTILINE)


def name(page: Path) -> str:
    """Return a page's path in the repository."""
    return page.relative_to(ROOT).as_posix()


def text(page: str | Path) -> str:
    """Return what stands on a page."""
    return (ROOT / page).read_text("utf-8")


def prose(page: Path) -> str:
    """Return a page without its blocks of code."""
    return re.sub(r"^ {4}.*$", "", _FENCED.sub("", text(page)), flags=re.MULTILINE)


def fenced(page: str | Path, language: str) -> list[str]:
    """Return the fenced blocks of one language."""
    return [body for found, body in _FENCED.findall(text(page)) if found == language]


def code(page: Path) -> list[str]:
    """Return what stands between single backticks."""
    return re.findall(r"`([^`\n]+)`", prose(page))


def links(page: Path) -> list[str]:
    """Return where the links of a page lead, but for those to other sites."""
    found = re.findall(r"\]\(([^)\s]+)\)", prose(page))
    return [each for each in found if not re.match(r"https?://", each)]


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as they are made of them."""
    heads = re.findall(r"^#+ (.+)$", _FENCED.sub("", text(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def rows(page: str | Path, head: str) -> list[list[str]]:
    """Return the cells of the table whose head begins like that."""
    lines = iter(text(page).splitlines())
    next(line for line in lines if line.startswith(head))
    next(lines)
    body = takewhile(lambda line: line.startswith("|"), lines)
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in body]


def written_commands(page: Path) -> list[list[str]]:
    """Return the words of every command line of ours that stands in a block."""
    blocks = [*_INDENTED.findall(_FENCED.sub("", text(page))), *fenced(page, "")]
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("seawall ")]


def find(words: list[str], command: click.Command) -> tuple[click.Command, list[str]]:
    """Return the command that words lead to, and the words that are left. Raises LookupError where there is none."""
    if not isinstance(command, click.Group) or not words:
        return command, words
    found = command.get_command(click.Context(command), words[0])
    if found is None:
        raise LookupError(f"there is no command {words[0]!r} of {command.name}")
    return find(words[1:], found)


def complaints(words: list[str], command: click.Command) -> Iterator[str]:
    """Say what is wrong with a whole command line."""
    options = _options(command)
    given: set[str] = set()
    positional, rest = 0, list(words)
    while rest:
        word, _, value = rest.pop(0).partition("=")
        if not word.startswith("--"):
            positional += 1
            continue
        option = options.get(word)
        if option is None:
            yield f"{command.name} has no option {word}"
            continue
        given.add(option.name or "")
        if not option.is_flag:
            value = value or (rest.pop(0) if rest else "")
            # Some options take more words than one.
            del rest[: option.nargs - 1]
            if isinstance(option.type, click.Choice) and value not in option.type.choices:
                yield f"{word} of {command.name} does not take {value!r}"
    needed = {each.name or "" for each in options.values() if each.required}
    yield from (f"{command.name} needs --{each}" for each in sorted(needed - given))
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    if not sum(each.required for each in arguments) <= positional <= len(arguments):
        yield f"{command.name} takes {len(arguments)} arguments, not {positional}"


def _options(command: click.Command) -> dict[str, click.Option]:
    found = [each for each in command.params if isinstance(each, click.Option)]
    return {opt: each for each in found for opt in (*each.opts, *each.secondary_opts)}


def every_option(command: click.Command) -> set[str]:
    """Return the options of a command and of everything below it."""
    found = set(_options(command)) | {"--help"}
    if isinstance(command, click.Group):
        context = click.Context(command)
        for each in command.list_commands(context):
            below = command.get_command(context, each)
            assert below is not None
            found |= every_option(below)
    return found
